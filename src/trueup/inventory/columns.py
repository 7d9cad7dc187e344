"""The columns of the lists of titles, receipts and installations."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.registers import Column, Kind, Register
from trueup.inventory.models import Installation, ReceiptState, Recognition
from trueup.inventory.queries import installations_visible_to, receipts_visible_to, titles_visible_to
from trueup.inventory.searching import INSTALLATION_WORDS, RECEIPT_WORDS, TITLE_WORDS
from trueup.inventory.use import Use

MOST_COUNTED = 100_000

TITLES = Register(
    name="titles",
    title=_("Discovered titles"),
    view=Permission.INVENTORY_VIEW,
    rows=titles_visible_to,
    order="-devices",
    words=TITLE_WORDS,
    extra=("company_id", "reason"),
    columns=(
        Column("name", _("Title")),
        Column("publisher", _("Publisher"), low=True, groups=True),
        Column("version", _("Version"), Kind.MONO, low=True),
        Column("devices", _("Devices"), Kind.NUMBER),
        Column("status", _("Recognition"), Kind.CHOICE, choices=tuple(Recognition.choices), groups=True),
        Column(
            "product",
            _("Product"),
            Kind.REFERENCE,
            "product__name",
            "product_id",
            "product",
            low=True,
            groups=True,
        ),
        Column("edition", _("Edition"), Kind.REFERENCE, "edition__name", "edition_id", shown=False),
        Column("klass", _("Class"), low=True, groups=True),
        Column("strength", _("Strength"), Kind.NUMBER, shown=False),
        Column("rule", _("Rule"), Kind.MONO, shown=False),
        Column("origin", _("Origin"), shown=False),
        Column("first_seen_at", _("First seen"), Kind.MOMENT, shown=False),
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

RECEIPTS = Register(
    name="receipts",
    title=_("Inventories received"),
    view=Permission.INVENTORY_VIEW,
    rows=receipts_visible_to,
    order="-received_at",
    words=RECEIPT_WORDS,
    extra=("company_id", "trouble"),
    columns=(
        Column("deviceid", _("From"), Kind.MONO),
        Column("device", _("Device"), Kind.REFERENCE, "device__hostname", "device_id", "device"),
        Column("agent", _("Agent"), low=True, groups=True),
        Column("received_at", _("Received"), Kind.MOMENT),
        Column("state", _("State"), Kind.CHOICE, choices=tuple(ReceiptState.choices), groups=True),
        Column("partial", _("Partial"), Kind.FLAG, low=True),
        Column("size_bytes", _("Bytes"), Kind.NUMBER, low=True),
        Column("times_received", _("Times"), Kind.NUMBER, shown=False),
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


def _installed(
    *, actor: Actor, device_id: int | None = None, product_id: int | None = None, title_id: int | None = None
) -> QuerySet[Installation]:
    """Installations open now, of one device, product or title where one is named."""
    rows: QuerySet[Any] = installations_visible_to(actor=actor).annotate(name=F("title__name"))
    narrow = {"device_id": device_id, "title__product_id": product_id, "title_id": title_id}
    return rows.filter(**{path: value for path, value in narrow.items() if value is not None})


INSTALLATIONS = Register(
    name="installations",
    title=_("Installations"),
    view=Permission.INVENTORY_VIEW,
    rows=_installed,
    order="-first_seen_at",
    words=INSTALLATION_WORDS,
    most_counted=MOST_COUNTED,
    extra=("company_id", "title_id", "title__reason"),
    columns=(
        Column("name", _("Title"), sortable=False),
        Column("version", _("Version"), Kind.MONO, "title__version", low=True, sortable=False),
        Column("publisher", _("Publisher"), path="title__publisher", low=True, sortable=False),
        Column(
            "status",
            _("Recognition"),
            Kind.CHOICE,
            "title__status",
            choices=tuple(Recognition.choices),
            sortable=False,
            groups=True,
        ),
        Column(
            "product",
            _("Product"),
            Kind.REFERENCE,
            "title__product__name",
            "title__product_id",
            "product",
            sortable=False,
            groups=True,
        ),
        Column(
            "device",
            _("Device"),
            Kind.REFERENCE,
            "device__hostname",
            "device_id",
            "device",
            sortable=False,
            groups=True,
        ),
        Column("first_seen_at", _("First seen"), Kind.MOMENT, low=True),
        Column("seen_at", _("Last seen"), Kind.MOMENT, low=True, sortable=False),
        Column(
            "use", _("Use"), Kind.CHOICE, choices=tuple(Use.choices), shown=False, sortable=False, groups=True
        ),
        Column("last_used_at", _("Last used"), Kind.MOMENT, low=True, sortable=False),
        Column(
            "company",
            _("Company"),
            Kind.REFERENCE,
            "company__name",
            "company_id",
            "company",
            shown=False,
            groups=True,
        ),
    ),
)
