"""The columns of the list of devices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register
from trueup.devices.models import Environment, Status
from trueup.devices.models import Kind as DeviceKind
from trueup.devices.queries import devices_visible_to
from trueup.devices.searching import DEVICE_WORDS

DEVICES = Register(
    name="devices",
    title=_("Devices"),
    view=Permission.DEVICES_VIEW,
    rows=devices_visible_to,
    order="hostname",
    words=DEVICE_WORDS,
    extra=("company_id", "revision"),
    columns=(
        Column("hostname", _("Device"), Kind.MONO),
        Column("kind", _("Kind"), Kind.CHOICE, choices=tuple(DeviceKind.choices), groups=True),
        Column(
            "asset_class",
            _("Environment"),
            Kind.CHOICE,
            "environment",
            choices=tuple(Environment.choices),
            low=True,
            groups=True,
        ),
        Column("status", _("Status"), Kind.CHOICE, choices=tuple(Status.choices), groups=True),
        Column("user", _("User"), Kind.REFERENCE, "user__name", "user_id", "person", low=True, groups=True),
        Column(
            "owner", _("Owner"), Kind.REFERENCE, "owner__name", "owner_id", "person", shown=False, groups=True
        ),
        Column("processors", _("Processors"), Kind.NUMBER, low=True),
        Column("cores", _("Cores"), Kind.NUMBER, low=True),
        Column("is_virtual", _("Virtual"), Kind.FLAG, shown=False),
        Column("host", _("Host"), Kind.REFERENCE, "host__hostname", "host_id", "device", shown=False),
        Column(
            "cluster",
            _("Cluster"),
            Kind.REFERENCE,
            "cluster__hostname",
            "cluster_id",
            "device",
            shown=False,
            groups=True,
        ),
        Column("operating_system", _("Operating system"), low=True, groups=True),
        Column("manufacturer", _("Manufacturer"), shown=False, groups=True),
        Column("model", _("Model"), shown=False),
        Column("serial", _("Serial"), Kind.MONO, shown=False),
        Column("barcode", _("Barcode"), Kind.MONO, shown=False),
        Column("inventory_number", _("Inventory number"), Kind.MONO, shown=False),
        Column("region", _("Region"), Kind.REFERENCE, "region__name", "region_id", shown=False, groups=True),
        Column(
            "location",
            _("Location"),
            Kind.REFERENCE,
            "location__name",
            "location_id",
            shown=False,
            groups=True,
        ),
        Column(
            "department",
            _("Department"),
            Kind.REFERENCE,
            "department__name",
            "department_id",
            shown=False,
            groups=True,
        ),
        Column("last_seen_at", _("Last seen"), Kind.MOMENT, low=True),
        Column(
            "company",
            _("Company"),
            Kind.REFERENCE,
            "company__name",
            "company_id",
            "company",
            low=True,
            groups=True,
        ),
    ),
)
