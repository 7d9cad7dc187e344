"""How contracts look: the list, badges, and the tables of the tabs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trueup.contracts.columns import CONTRACTS
from trueup.licences.metrics import noun
from trueup.web.kit.list_cells import DECIDE_BY, OWNER, Look, Special, View, address_of
from trueup.web.kit.tables import Column, Table

if TYPE_CHECKING:
    from trueup.devices.models import Device
    from trueup.licences.covering import ProductCount
    from trueup.licences.models import Purchase
    from trueup.licences.queries import LicenceOnDay

STATES: Mapping[str, tuple[Any, str, str]] = {
    "ahead": (_("Ahead"), "info", "calendar-clock"),
    "running": (_("Running"), "good", "circle-check"),
    "ending": (_("Ending"), "warn", "calendar-clock"),
    "ended": (_("Ended"), "", "archive"),
}
ACTIONS = Column("acts", _("Actions"), "actions", hidden_label=True)


def state_badge(state: str) -> dict[str, Any]:
    """The badge of a contract's state, which its dates alone decide."""
    label, tone, icon = STATES[state]
    return {"label": label, "tone": tone, "icon": icon}


def _name(row: Mapping[str, Any]) -> dict[str, Any]:
    kinds = CONTRACTS.column("kind")
    kind = str(dict(kinds.choices).get(row["kind"], row["kind"])) if kinds else row["kind"]
    parts = [kind, row["number"]]
    if row["retired_at"]:
        parts.append(gettext("retired"))
    elif row["superseded_by_id"]:
        parts.append(gettext("followed by another"))
    return {
        "name": row["name"],
        "meta": " · ".join(str(part) for part in parts if part),
        "url": address_of("contract", row["id"]),
        "of": row["supplier"],
    }


LOOK = Look(
    noun=_("contracts"),
    icon="file-text",
    detail="contract",
    placeholder=_("Name, number or supplier"),
    nothing_title=_("No contracts yet"),
    nothing_text=_(
        "Agreements and supports stand here with their dates, what they cover, and until when they can be given up."
    ),
    beside=frozenset({"number", "kind"}),
    missing={
        "supplier": _("not said"), "valid_to": _("no end"), "decide_by": _("no end"), "owner": _("nobody"),
        "price": _("not known"),
    },
    special={
        "name": Special("who", _name),
        "state": Special("badge", lambda row: state_badge(row["state"])),
        "decide_by": DECIDE_BY,
        "owner": OWNER,
    },
    views=(
        View(_("All")),
        View(_("Running"), "state=running%7Cending"),
        View(_("Ending"), "state=ending"),
        View(_("Ended"), "state=ended"),
        View(_("Supports"), "kind=support"),
        View(_("No owner"), "owner__isnull=true"),
    ),
)  # fmt: skip


def licences_table(
    found: Iterable[LicenceOnDay], *, direct: Collection[int], contract_id: int, may_change: bool
) -> Table:
    """The licences under a contract; those linked as a whole can be taken off again."""
    columns = [
        Column("licence", _("Licence"), "who"),
        Column("use", _("In use"), "meter"),
        Column("how", _("Under it"), low=True),
        Column("valid_to", _("Valid to"), "day", missing=_("no end"), low=True),
        *([ACTIONS] if may_change else []),
    ]
    rows = []
    for one in found:
        whole = one.pk in direct
        remove = reverse("contract_licence_remove", args=[contract_id, one.pk])
        rows.append(
            {
                "id": one.pk,
                "licence": {"name": one.product.name, "url": address_of("licence", one.pk), "of": one.product.publisher.name},
                "use": {"purchased": None if one.unlimited else one.purchased, "used": one.held, "unit": noun(one.metric, one.purchased)},
                "how": gettext("as a whole") if whole else gettext("by its lines"),
                "valid_to": one.valid_to,
                "acts": [{"label": gettext("Take off"), "url": remove}] if whole else [],
            }
        )  # fmt: skip
    return Table(gettext("Licences"), columns, rows=rows, id="licences")


def counts_table(counts: Iterable[ProductCount]) -> Table:
    """What is used of the products an agreement covers, company by company."""
    columns = [
        Column("product", _("Product")),
        Column("company", _("Company")),
        Column("purchased", _("Purchased"), "number", missing=_("unlimited")),
        Column("used", _("Used today"), "number"),
    ]
    rows = [
        {
            "id": number,
            "product": one.product,
            "company": one.company,
            "purchased": None if one.unlimited else one.purchased,
            "used": one.used,
        }
        for number, one in enumerate(counts)
    ]
    return Table(gettext("Count today"), columns, rows=rows, id="counts")


def lines_table(lines: Iterable[Purchase], *, sees_prices: bool) -> Table:
    """The purchase lines made under a contract."""
    columns = [
        Column("licence", _("Licence"), "who"),
        Column("kind", _("Line")),
        Column("units", _("Units"), "number", missing=_("unlimited")),
        Column("valid_from", _("Valid from"), "day"),
        Column("valid_to", _("Valid to"), "day", missing=_("no end"), low=True),
        *([Column("price", _("Price"), "money", missing=_("not known"))] if sees_prices else []),
        Column("order", _("Order"), "mono", low=True, missing=_("none")),
    ]
    rows = [
        {
            "id": one.pk,
            "licence": {"name": one.licence.product.name, "url": reverse("licence_tab", args=[one.licence_id, "purchases"])},
            "kind": one.get_kind_display(),
            "units": None if one.is_unlimited else one.units,
            "valid_from": one.valid_from,
            "valid_to": None if one.valid_until is None else one.valid_until - timedelta(days=1),
            "price": None if one.price is None else (one.total, one.currency),
            "order": one.order_number or None,
        }
        for one in lines
    ]  # fmt: skip
    return Table(gettext("Lines"), columns, rows=rows, id="lines")


def devices_table(devices: Iterable[Device], *, contract_id: int, may_change: bool) -> Table:
    """The devices a support covers."""
    columns = [
        Column("device", _("Device"), "who"),
        Column("model", _("Model"), missing=_("not reported"), low=True),
        Column("serial", _("Serial"), "mono", missing=_("not reported"), low=True),
        Column("status", _("Status")),
        *([ACTIONS] if may_change else []),
    ]
    rows = [
        {
            "id": one.pk,
            "device": {"name": one.hostname, "meta": one.get_kind_display(), "url": address_of("device", one.pk)},
            "model": f"{one.manufacturer} {one.model}".strip() or None,
            "serial": one.serial or None,
            "status": one.get_status_display(),
            "acts": [{"label": gettext("Take off"), "url": reverse("contract_device_remove", args=[contract_id, one.pk])}],
        }
        for one in devices
    ]  # fmt: skip
    return Table(gettext("Devices"), columns, rows=rows, id="devices")
