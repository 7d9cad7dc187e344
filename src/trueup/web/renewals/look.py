"""Renewals as a table, as a timeline and as money by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from babel.dates import format_date
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.days import locale
from trueup.licences.metrics import noun
from trueup.reports.renewals.endings import LICENCE
from trueup.web.kit.charts.months import Band, stacked_months
from trueup.web.kit.charts.renewals import Renewal as Drawn
from trueup.web.kit.charts.renewals import renewals as draw
from trueup.web.kit.figures import day, day_month, money, money_short, signed, units
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.tables import Column, Group, Table

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.reports.renewals.detail import Proposal, Renewal
    from trueup.reports.renewals.endings import Ending
    from trueup.reports.renewals.months import Cash
    from trueup.reports.renewals.supports import SupportEnd

SOON_DAYS = 30
MOST_DRAWN = 40
KINDS = {"renew": _("renew"), "negotiate": _("negotiate"), "drop": _("drop")}
STATES = {"open": (_("open"), "warn"), "decided": (_("decided"), "good")}


def renewals_table(rows: Sequence[Renewal], *, actor: Actor, on: date, by_owner: bool) -> Table:
    """The rows by the day to decide, in one stretch or in lanes by owner."""
    sees_prices = actor.may_somewhere(Permission.PRICES_VIEW)
    columns = [
        Column("name", _("Licence or contract"), "who"),
        Column("decide_by", _("Decide by"), "day"),
        Column("valid_to", _("Valid to"), "day", low=True),
        Column("use", _("In use"), "meter", low=True, missing=_("not counted")),
        *(
            [Column("cost", _("Annual cost"), "money", low=True, missing=_("not known"))]
            if sees_prices
            else []
        ),
        Column("proposal", _("Proposal"), low=True, missing=_("none")),
        Column("plan", _("Plan")),
        Column("acts", _("Actions"), "actions", hidden_label=True),
    ]
    shown = [_row(one, actor, on) for one in rows]
    if not by_owner:
        return Table(gettext("Renewals"), columns, rows=shown)
    lanes: dict[str, list[dict[str, Any]]] = {}
    for one, row in zip(rows, shown, strict=True):
        lanes.setdefault(one.ending.owner, []).append(row)
    ordered = sorted(lanes.items(), key=lambda lane: (not lane[0], lane[0]))
    groups = [Group(owner or gettext("Nobody"), lane, icon="user-plus" if not owner else "users") for owner, lane in ordered]  # fmt: skip
    return Table(gettext("Renewals"), columns, groups=groups)


def _row(one: Renewal, actor: Actor, on: date) -> dict[str, Any]:
    ending = one.ending
    is_licence = ending.kind == LICENCE
    about = gettext("Contract") if not is_licence else ""
    return {
        "id": f"{ending.kind}-{ending.record_id}",
        "name": {
            "name": ending.name,
            "meta": " · ".join(part for part in (about, ending.company, ending.owner) if part),
            "url": address_of(ending.kind, ending.record_id),
        },
        "decide_by": _decide(ending, on),
        "valid_to": {"day": ending.expires_on, "on": on, "note": gettext("auto-renews") if ending.renews_itself else "", "tone": ""},
        "use": {
            "purchased": None if ending.unlimited else ending.purchased,
            "used": ending.used,
            "unit": noun(ending.metric, ending.purchased),
        }
        if is_licence
        else None,
        "cost": None
        if ending.cost is None
        else {"value": (round(ending.cost, 2), ending.currency), "sub": _price_change(one)},
        "proposal": _proposal(one.proposal, one),
        "plan": _plan(ending, actor),
        "acts": _acts(ending, actor),
    }  # fmt: skip


def _decide(one: Ending, on: date) -> dict[str, Any]:
    """The day to act; once it has passed, the day until which it is locked."""
    if one.is_locked(on):
        note = gettext("locked until %(day)s") % {"day": day_month(one.expires_on)}
        return {"day": one.decide_by, "on": on, "note": note, "tone": "mute"}
    soon = one.decide_by <= on + timedelta(days=SOON_DAYS)
    return {"day": one.decide_by, "on": on, "tone": "warn" if soon else ""}


def _price_change(one: Renewal) -> str:
    if one.price_change is None:
        return ""
    return gettext("%(n)s %% last time") % {"n": signed(one.price_change)}


def _proposal(proposal: Proposal | None, one: Renewal) -> dict[str, Any] | None:
    if proposal is None:
        return None
    notes = []
    if proposal.kind == "drop":
        words = gettext("Drop")
    elif proposal.units is None:
        words = gettext("Renew")
    else:
        words = gettext("Renew %(n)s") % {"n": units(proposal.units)}
        less = one.ending.purchased - proposal.units
        if less > 0:
            notes.append(gettext("%(n)s fewer") % {"n": units(less)})
    if proposal.short:
        notes.append(gettext("%(n)s short today") % {"n": units(proposal.short)})
    if len(one.batches) > 1:
        first = min(one.batches, key=lambda batch: batch.reduce_by)
        notes.append(gettext("%(n)s batches, first until %(day)s") % {"n": len(one.batches), "day": day(first.reduce_by)})  # fmt: skip
    return {"text": words, "sub": ", ".join(notes)}


def _plan(one: Ending, actor: Actor) -> dict[str, Any]:
    """The plan as a link to change it, or the way to make one (R-152)."""
    plan, may_change = one.plan, _may_change(one, actor)
    if plan is None:
        if not may_change:
            return {"text": gettext("not planned")}
        return {"text": gettext("Plan"), "url": reverse(f"{one.kind}_plan", args=[one.record_id])}
    state, tone = STATES.get(plan.state, (plan.state, ""))
    words = f"{KINDS.get(plan.kind, plan.kind)} {units(plan.units) if plan.units is not None else ''}".strip()
    url = reverse("plan", args=[plan.plan_id]) if may_change else ""
    return {"text": f"{words}, {state}", "url": url, "tone": tone, "sub": plan.owner}


def _may_change(one: Ending, actor: Actor) -> bool:
    right = Permission.LICENCES_CHANGE if one.kind == LICENCE else Permission.CONTRACTS_CHANGE
    return actor.may(right, one.company_id)


def _acts(one: Ending, actor: Actor) -> list[dict[str, str]]:
    if not _may_change(one, actor) or (one.plan is not None and one.plan.kind == "drop"):
        return []
    query = "" if one.plan is None else f"?plan={one.plan.plan_id}"
    address = reverse(f"{one.kind}_renew", args=[one.record_id])
    return [{"label": gettext("Renew"), "url": address + query}]


def timeline(
    endings: Sequence[Ending], supports: Sequence[SupportEnd], *, on: date, first: date, last: date
) -> SafeString | None:
    """The next rows on one axis, ends of support among them; of endings those after the first forty stand in the table."""
    start = min(first, on) - timedelta(days=7)
    dated = [(one.decide_by, _drawn(one, on, start)) for one in endings[:MOST_DRAWN]]
    dated += [(one.on, _support(one)) for one in supports[:MOST_DRAWN]]
    rows = [row for _day, row in sorted(dated, key=lambda pair: pair[0])]
    end = max([last, *(row.valid_until for row in rows)])
    if not rows:
        return None
    months, month = [], (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    step = 1 if (end - start).days < 400 else 3  # noqa: PLR2004  # as many names as fit
    while month <= end:
        if (month.month - 1) % step == 0:
            months.append((month, _month(month)))
        month = (month + timedelta(days=32)).replace(day=1)
    return draw(chart_id="renewals", rows=rows, first=start, last=end, today=on, months=months)


def _drawn(one: Ending, on: date, start: date) -> Drawn:
    locked = one.is_locked(on)
    decide = one.decide_by if one.renews_itself and one.decide_by != one.expires_on else None
    words = gettext("locked until %(day)s") if locked else gettext("decide by %(day)s") if decide else gettext("ends %(day)s")  # fmt: skip
    named = one.expires_on if locked or decide is None else decide
    owner = f" · {one.owner.split()[0]}" if one.owner else ""
    soon = not locked and one.decide_by <= on + timedelta(days=SOON_DAYS)
    tone: Literal["warn", "bad", "c1"] = "warn" if soon else "c1"
    amount = "" if one.cost is None else money((round(one.cost), one.currency))
    shown = max(decide, start) if decide else None
    return Drawn(one.name, words % {"day": day_month(named)} + owner, shown, one.expires_on, amount, tone)


def _support(one: SupportEnd) -> Drawn:
    words = gettext("extended support ends %(day)s") if one.is_extended else gettext("support ends %(day)s")
    return Drawn(one.name, words % {"day": day_month(one.on)}, None, one.on, "", "c1")


def _month(month: date) -> str:
    return format_date(month, format="MMM y" if month.month == 1 else "MMM", locale=locale())


def cash_charts(cash: Sequence[Cash]) -> list[dict[str, Any]]:
    """A chart and its figures as a table for each currency."""
    return [_cash(number, one) for number, one in enumerate(cash)]


def _cash(number: int, cash: Cash) -> dict[str, Any]:
    months = [_month(month) for month in cash.months]
    written = partial(_written, currency=cash.currency)
    bands = [
        Band(gettext("Decided"), "c1", [float(one) for one in cash.decided]),
        Band(gettext("Not decided"), "c3", [float(one) for one in cash.open]),
    ]
    drawn = stacked_months(
        chart_id=f"cash-{number}",
        months=months,
        bands=bands,
        ahead_from=0,
        written=written,
        title=gettext("Renewals by month, %(currency)s") % {"currency": cash.currency},
        summary="; ".join(f"{month} {written(float(total))}" for month, total in zip(months, cash.totals, strict=True)),
        width=1120,
        height=200,
    )  # fmt: skip
    rows = [
        [month, money((decided, cash.currency)), money((undecided, cash.currency)), money((total, cash.currency))]
        for month, decided, undecided, total in zip(months, cash.decided, cash.open, cash.totals, strict=True)
    ]  # fmt: skip
    return {
        "svg": drawn,
        "currency": cash.currency,
        "heads": [gettext("Month"), gettext("Decided"), gettext("Not decided"), gettext("Together")],
        "rows": rows,
    }


def _written(amount: float, *, currency: str) -> str:
    return money_short(amount, currency)
