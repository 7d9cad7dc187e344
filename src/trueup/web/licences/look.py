"""How the lists of licences and their holders look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from trueup.licences.metrics import noun
from trueup.licences.prices import total_of
from trueup.licences.renewing import last_day_to_reduce
from trueup.licences.seat_rules import UnitsOnRelease
from trueup.web.kit.figures import day, money, units
from trueup.web.kit.list_cells import DECIDE_BY, OWNER, Look, Special, View, address_of
from trueup.web.kit.panels import Detail
from trueup.web.kit.tables import Column, Table

if TYPE_CHECKING:
    from trueup.licences.models import Licence, Purchase

STATES: Mapping[str, tuple[Any, str, str]] = {
    "free": (_("Units free"), "good", "circle-check"),
    "near": (_("Near the limit"), "warn", "gauge"),
    "full": (_("At limit"), "warn", "triangle-alert"),
    "over": (_("Over-allocated"), "bad", "circle-alert"),
    "unlimited": (_("Unlimited"), "info", "circle-check"),
    "expired": (_("Expired"), "bad", "calendar-clock"),
    "retired": (_("Retired"), "", "archive"),
}


def state_badge(state: str) -> dict[str, Any]:
    """The badge of a licence's state."""
    label, tone, icon = STATES[state]
    return {"label": label, "tone": tone, "icon": icon}


def seat_rules(licence: Licence) -> list[Detail]:
    """The rules on giving units on that the licence has; nothing of those it has not."""
    rules = []
    if licence.cooldown_days is not None:
        words = ngettext("%(n)s day after a release", "%(n)s days after a release", licence.cooldown_days)
        rules.append(Detail(gettext("To another holder"), words % {"n": licence.cooldown_days}))
    if licence.units_on_release != UnitsOnRelease.FREE:
        rules.append(Detail(gettext("Released units"), licence.get_units_on_release_display()))
    if not licence.is_transferable:
        rules.append(Detail(gettext("Moving units"), gettext("Not possible: bound to the hardware")))
    if licence.one_per_person:
        rules.append(Detail(gettext("A person holds"), gettext("One unit at most")))
    return rules


def support_ends(licence: Licence) -> list[Detail]:
    """When the publisher's support of the licensed version ends, which is not when the licence does (U-059)."""
    version = licence.version
    days = () if version is None else (
        (_("Support ends"), version.support_ends_on),
        (_("Extended support ends"), version.extended_ends_on),
    )  # fmt: skip
    return [Detail(label, day(on)) for label, on in days if on is not None]


def _name(row: Mapping[str, Any]) -> dict[str, Any]:
    meta = " · ".join(
        part for part in (row.get("edition__name"), row.get("product__publisher__name")) if part
    )
    publisher = row.get("product__publisher__name") or ""
    return {
        "name": row["product__name"],
        "meta": meta,
        "url": address_of("licence", row["id"]),
        "of": publisher,
    }


def _use(row: Mapping[str, Any]) -> dict[str, Any]:
    purchased = None if row["unlimited"] else row["purchased"]
    return {"purchased": purchased, "used": row["held"], "unit": noun(row["metric"], row["purchased"])}


def _free(row: Mapping[str, Any]) -> dict[str, Any] | None:
    return None if row["free"] is None else {"value": row["free"]}


LICENCES = Look(
    noun=_("licences"),
    icon="key-round",
    detail="licence",
    placeholder=_("Filter by name or number"),
    nothing_title=_("No licences yet"),
    nothing_text=_(
        "Licences stand here with what was purchased, who holds it and what is free. Import a spreadsheet, or write the first one down."
    ),
    beside=frozenset({"publisher", "edition", "metric", "used", "valid_to"}),
    missing={
        "owner": _("nobody"),
        "annual_cost": _("not known"),
        "free": _("unlimited"),
        "valid_to": _("no end"),
        "decide_by": _("no end"),
    },
    special={
        "product": Special("who", _name),
        "purchased": Special("meter", _use, _("In use")),
        "free": Special("position", _free),
        "state": Special("badge", lambda row: state_badge(row["state"])),
        "decide_by": DECIDE_BY,
        "owner": OWNER,
    },
    views=(
        View(_("All")),
        View(_("At or near the limit"), "state=near%7Cfull"),
        View(_("Over-allocated"), "state=over"),
        View(_("Expired"), "state=expired"),
        View(_("No owner"), "owner__isnull=true"),
    ),
)


KINDS = {"location": _("Location"), "department": _("Department")}


def _holder(row: Mapping[str, Any]) -> dict[str, Any]:
    kind = row["holder_kind"]
    left = row.get("person__is_active") is False
    meta = str(_("has left")) if left else (row.get("person__department__name") or KINDS.get(kind, ""))
    return {
        "name": row["holder_name"],
        "meta": meta,
        "url": address_of(kind, row[f"{kind}_id"]) if kind in {"person", "device"} else "",
        "kind": "avatar" if kind == "person" else "tile",
    }


HOLDERS = Look(
    noun=_("holders"),
    icon="users",
    placeholder=_("Name, login or host name"),
    nothing_title=_("Nobody holds units"),
    nothing_text=_(
        "People and devices that hold units of this licence stand here, with since when and by whom."
    ),
    beside=frozenset({"holder_kind", "department"}),
    missing={"recorded_at": _("no")},
    special={"holder_name": Special("who", _holder, _("Holder"))},
)

ACTIONS = Column("acts", _("Actions"), "actions", hidden_label=True)


def lines_table(lines: Iterable[Purchase], *, sees_prices: bool, may_change: bool, on: date) -> Table:
    """The purchase lines of one licence, latest first; taken-back ones greyed."""
    columns = [
        Column("line", _("Line")),
        Column("units", _("Units"), "number", missing=_("unlimited")),
        Column("valid_from", _("Valid from"), "day"),
        Column("valid_to", _("Valid to"), "day", missing=_("no end")),
        Column("state", _("State"), "badge", low=True),
        *([Column("price", _("Price"), "money", missing=_("not known"))] if sees_prices else []),
        Column("papers", _("Order and invoice"), "mono", low=True),
        *([ACTIONS] if may_change else []),
    ]
    rows = [_line(line, on=on, may_change=may_change) for line in lines]
    return Table(gettext("Purchases"), columns, rows=rows, id="lines")


def _line(line: Purchase, *, on: date, may_change: bool) -> dict[str, Any]:
    papers = " · ".join(part for part in (line.order_number, line.invoice_number) if part)
    return {
        "id": line.pk,
        "line": {
            "text": line.get_kind_display(),
            "sub": " · ".join(part for part in (_followed(line), line.supplier or _covered(line)) if part),
        },
        "units": None if line.is_unlimited else line.units,
        "valid_from": line.valid_from,
        "valid_to": _last_day(line, on),
        "state": _line_state(line, on),
        "price": _price(line),
        "papers": papers or None,
        "tone": "mute" if line.voided_at else "",
        "acts": _line_acts(line) if may_change else [],
    }


def _line_acts(line: Purchase) -> list[dict[str, str]]:
    """What can be done to a line; one that was taken back can be brought back."""
    address = [line.licence_id, line.pk]
    if line.voided_at:
        return [{"label": gettext("Bring back"), "url": reverse("line_restore", args=address)}]
    attach = f"{reverse('document_new', args=[line.licence_id])}?line={line.pk}"
    return [
        {"label": gettext("Attach"), "url": attach},
        {"label": gettext("Take back"), "url": reverse("line_void", args=address)},
    ]


def _followed(line: Purchase) -> str:
    """Which line it renews: the chain leads back to the first purchase (U-002)."""
    if line.renews is None:
        return ""
    return gettext("renews the line from %(day)s") % {"day": day(line.renews.valid_from)}


def _last_day(line: Purchase, on: date) -> dict[str, Any] | None:
    """The last covered day and, where units can be given up before it, until when (U-056)."""
    reduce_by = last_day_to_reduce(line)
    if line.valid_until is None or reduce_by is None:
        return None
    last = line.valid_until - timedelta(days=1)
    is_told = reduce_by != last and line.units > 0 and line.valid_from <= on <= last
    note = gettext("reduce by %(day)s") % {"day": day(reduce_by)} if is_told else ""
    return {"day": last, "on": on, "note": note, "tone": ""}


def _covered(line: Purchase) -> str:
    """What a line without units of its own is paid for."""
    if line.covered_units is None or line.covers is None:
        return ""
    words = gettext("for %(n)s units of the line from %(day)s")
    return words % {"n": units(line.covered_units), "day": day(line.covers.valid_from)}


def _line_state(line: Purchase, on: date) -> dict[str, Any]:
    if line.voided_at:
        return {"label": gettext("Taken back"), "tone": "", "icon": "undo-2"}
    if line.valid_from > on:
        return {"label": gettext("Ahead"), "tone": "info", "icon": "calendar-clock"}
    if line.valid_until and line.valid_until <= on:
        return {"label": gettext("Ended"), "tone": "", "icon": "archive"}
    return {"label": gettext("In force"), "tone": "good", "icon": "circle-check"}


def _price(line: Purchase) -> dict[str, Any] | None:
    """The whole line's price, the price of a unit beneath it where that is what was agreed."""
    if line.price is None:
        return None
    value = (total_of(line) or Decimal(0), line.currency)
    if line.basis == "total":
        return {"value": value}
    words = gettext("%(n)s a unit") if line.basis == "unit" else gettext("%(n)s a pack")
    return {"value": value, "sub": words % {"n": money((line.price, line.currency))}}
