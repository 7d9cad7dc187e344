"""What is done to devices: add, change, move through their life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record, record_many
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, Stale, UnknownField
from trueup.devices.models import Device, Environment, Kind, Status
from trueup.devices.queries import device_for
from trueup.people.queries import people_visible_to, person_for
from trueup.tenancy.queries import company_for, department_for, location_for, region_in


class DeviceExists(Conflict):
    """The company has a device with that barcode or inventory number already."""


@dataclass(frozen=True, slots=True)
class DeviceTerms:
    """A device as given by a form, a file or an inventory. ``None`` is unknown."""

    hostname: str
    kind: str = Kind.OTHER
    environment: str = Environment.BACK_OFFICE
    status: str = Status.DEPLOYED
    barcode: str = ""
    serial: str = ""
    inventory_number: str = ""
    manufacturer: str = ""
    model: str = ""
    region_id: int | None = None
    location_id: int | None = None
    department_id: int | None = None
    owner_id: int | None = None
    user_id: int | None = None
    processors: int | None = None
    cores_per_processor: int | None = None
    threads_per_core: int | None = None
    cores: int | None = None
    processor_name: str = ""
    is_virtual: bool = False
    host_id: int | None = None
    cluster_id: int | None = None
    operating_system: str = ""


CHANGEABLE = frozenset(DeviceTerms.__slots__)


def add_device(*, actor: Actor, company_id: int, terms: DeviceTerms, at: datetime) -> Device:
    """Add one device by hand."""
    company = company_for(actor=actor, company_id=company_id, permission=Permission.DEVICES_CHANGE)
    values = asdict(terms)
    _check(values, actor, company.pk)
    values["region_id"] = region_in(company_id=company.pk, region_id=terms.region_id).pk
    values["cores"] = _cores(values)
    try:
        with transaction.atomic():
            device: Device = Device.objects.create(company=company, created_at=at, **values)
            record(
                actor=actor, company_id=company.pk, at=at,
                happening=Happening("devices.added", "device", device.pk, device.hostname),
            )  # fmt: skip
    except IntegrityError as taken:
        raise DeviceExists(
            _("Another device has that barcode or inventory number already. Each marks one device.")
        ) from taken
    return device


def _cores(values: Mapping[str, Any]) -> int | None:
    """The total of cores: as given, else processors × cores each where both are known, else unknown."""
    if values["cores"] is not None:
        return int(values["cores"])
    if values["processors"] is None or values["cores_per_processor"] is None:
        return None
    return int(values["processors"] * values["cores_per_processor"])


def _check(values: Mapping[str, Any], actor: Actor, company_id: int) -> None:
    if "hostname" in values and not str(values["hostname"]).strip():
        raise InvalidValue.of("hostname", _("A device needs a name."))
    for field, choices in (("kind", Kind), ("environment", Environment), ("status", Status)):
        if field in values and values[field] not in choices.values:
            raise InvalidValue.of(
                field,
                _("“%(value)s” is no %(field)s: %(choices)s is.")
                % {"value": values[field], "field": field, "choices": ", ".join(choices.values)},
            )
    for field in ("processors", "cores_per_processor", "threads_per_core", "cores"):
        if values.get(field) is not None and values[field] < 1:
            raise InvalidValue.of(
                field,
                _("%(field)s is no count. Leave it empty where it is unknown.") % {"field": values[field]},
            )
    _check_neighbours(values, actor, company_id)


def _check_neighbours(values: Mapping[str, Any], actor: Actor, company_id: int) -> None:
    """People and devices that are named must be of the same company."""
    for field in ("owner_id", "user_id"):
        if values.get(field):
            person_for(actor=actor, person_id=values[field], company_id=company_id)
    if values.get("location_id"):
        location_for(actor=actor, location_id=values["location_id"], company_id=company_id)
    if values.get("department_id"):
        department_for(actor=actor, department_id=values["department_id"], company_id=company_id)
    for field in ("host_id", "cluster_id"):
        if values.get(field):
            device_for(actor=actor, device_id=values[field], company_id=company_id)


def change_device(
    *, actor: Actor, device_id: int, changes: Mapping[str, Any], revision: int | None, at: datetime
) -> Device:
    """Change named fields of a device and leave the others alone."""
    device = device_for(actor=actor, device_id=device_id, permission=Permission.DEVICES_CHANGE)
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise UnknownField(
            _("Fields that cannot be changed here: %(unknown)s. Known: %(changeable)s.")
            % {"unknown": ", ".join(unknown), "changeable": ", ".join(sorted(CHANGEABLE))}
        )
    _check(changes, actor, device.company_id)
    if changes.get("region_id"):
        region_in(company_id=device.company_id, region_id=changes["region_id"])
    old = {name: getattr(device, name) for name in changes}
    try:
        with transaction.atomic():
            _store_change(changes, old, device, actor, revision, at)
    except IntegrityError as taken:
        raise DeviceExists(
            _("Another device has that barcode or inventory number already. Each marks one device.")
        ) from taken
    return device_for(actor=actor, device_id=device_id)


def _store_change(
    changes: Mapping[str, Any],
    old: Mapping[str, Any],
    device: Device,
    actor: Actor,
    revision: int | None,
    at: datetime,
) -> None:
    rows = Device.objects.filter(pk=device.pk, revision=device.revision if revision is None else revision)
    if not rows.update(**changes, revision=device.revision + 1):
        raise Stale(
            _("Someone changed this device since you opened it. Look at the new values, then save again.")
        )
    details = {name: [old[name], value] for name, value in changes.items() if old[name] != value}
    happening = Happening("devices.changed", "device", device.pk, device.hostname, details)
    record(actor=actor, company_id=device.company_id, at=at, happening=happening)


def set_users(*, actor: Actor, company_id: int, users: Mapping[int, int], at: datetime) -> int:
    """Note who uses which device, as (device id → person id), all of one company; how many changed."""
    actor.require(Permission.DEVICES_CHANGE, company_id)
    found = people_visible_to(actor=actor).filter(company_id=company_id, pk__in=users.values())
    people = set(found.values_list("pk", flat=True))
    if not people.issuperset(users.values()):
        raise InvalidValue.of("user", _("Some of these people are not of this company."))
    with transaction.atomic():
        devices = [
            device
            for device in Device.objects.select_for_update()
            .filter(company_id=company_id, pk__in=users)
            .order_by("pk")
            if device.user_id != users[device.pk]
        ]
        happenings = []
        for device in devices:
            details = {"user_id": [device.user_id, users[device.pk]]}
            happenings.append(Happening("devices.changed", "device", device.pk, device.hostname, details))
            device.user_id = users[device.pk]
            device.revision += 1
        Device.objects.bulk_update(devices, ["user", "revision"], batch_size=500)
        record_many(actor=actor, company_id=company_id, at=at, happenings=happenings)
    return len(devices)
