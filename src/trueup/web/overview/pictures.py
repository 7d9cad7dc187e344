"""The larger tiles: tightest positions, renewals ahead, monthly cost and largest savings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from babel.dates import format_date
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from trueup.base.days import locale
from trueup.licences.metrics import noun
from trueup.reports.overview.ahead import AHEAD_DAYS, is_locked
from trueup.web.kit.charts.bullet import bullet
from trueup.web.kit.charts.meter import meter
from trueup.web.kit.charts.months import Band, stacked_months
from trueup.web.kit.charts.renewals import Renewal, renewals
from trueup.web.kit.figures import day_month, money, money_short, percent, signed
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.tables import Column, Table

if TYPE_CHECKING:
    from trueup.compliance.models import Position
    from trueup.reports.overview import commitments
    from trueup.reports.overview.commitments import Commitments
    from trueup.reports.overview.portfolio import Owned
    from trueup.reports.overview.savings import Saving

BACK_DAYS, SOON_DAYS = 7, 30
SHOWN, SHOWN_SAVINGS = 8, 6

Short = Collection[tuple[int, int]]
"""Company and product of every short position."""


def tightest(positions: Sequence[Position], *, with_company: bool) -> Table | None:
    """The positions with the least to spare, by the share of entitled that is required."""
    counted = [one for one in positions if one.required_point is not None and one.entitled > 0]
    columns = [
        Column("product", _("Product"), "who"),
        Column("bar", _("Required of entitled"), "html", low=True),
        Column("share", _("Per cent"), align="end", low=True, hidden_label=True),
        Column("gap", _("Gap"), align="end"),
    ]
    rows = [
        _position(one, with_company=with_company) for one in sorted(counted, key=_share, reverse=True)[:SHOWN]
    ]
    return Table(_("Tightest positions"), columns, rows=rows, flush=True, id="tightest") if rows else None


def _position(one: Position, *, with_company: bool) -> dict[str, Any]:
    name = " ".join(part for part in (one.product.name, one.edition and one.edition.name) if part)
    gap = one.entitled - (one.required_point or Decimal(0))
    tone = "bad" if gap < 0 else "warn" if not gap else ""
    return {
        "id": one.pk,
        "product": {
            "name": name,
            "meta": one.company.name if with_company else "",
            "url": address_of("position", one.pk),
            "kind": "none",
        },
        "bar": bullet(one.required_point or 0, one.entitled),
        "share": percent(_share(one)),
        "gap": {"text": f"{signed(gap)} {noun(one.metric, abs(gap))}", "tone": tone},
    }


def _share(one: Position) -> Decimal:
    return (one.required_point or Decimal(0)) / one.entitled


def timeline(chosen: Sequence[Owned], on: date, *, short: Short) -> SafeString | None:
    """The next renewals as a chart; nothing where there are none."""
    first, last = on - timedelta(days=BACK_DAYS), on + timedelta(days=AHEAD_DAYS)
    if not chosen:
        return None
    rows = [
        _renewal(one, on, short=short)
        for one in sorted(chosen, key=lambda one: (one.decide_by or last, one.valid_to or last))
    ]
    return renewals(
        chart_id="renewals", rows=rows, first=first, last=last, today=on, months=_months(first, last)
    )


def _renewal(one: Owned, on: date, *, short: Short) -> Renewal:
    """One licence that ends within the span; it was chosen by its end, so it has one."""
    last = one.valid_to or on
    decide = one.decide_by if one.renews_itself and one.decide_by != one.valid_to else None
    words = _("ends %(day)s") if decide is None else _("decide by %(day)s")
    if is_locked(one, on):
        words, decide = _("locked until %(day)s"), on - timedelta(days=BACK_DAYS)
    named = last if decide is None or is_locked(one, on) else decide
    owner = f" · {one.owner.split()[0]}" if one.owner else ""
    soon = on <= (decide or last) <= on + timedelta(days=SOON_DAYS)
    is_short = one.state == "over" or (one.company_id, one.product_id) in short
    tone: Literal["warn", "bad", "c1"] = "bad" if is_short else "warn" if soon else "c1"
    amount = "" if one.annual_cost is None else money((round(one.annual_cost), one.currency))
    return Renewal(one.product, words % {"day": day_month(named)} + owner, decide, last, amount, tone)


def _months(first: date, last: date) -> list[tuple[date, str]]:
    """The first of every month in the span; January carries its year."""
    found, month = [], (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while month <= last:
        found.append((month, _month(month, year=month.month == 1)))
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def _month(month: date, *, year: bool) -> str:
    return format_date(month, "MMM y" if year else "MMM", locale=locale())


@dataclass(frozen=True, slots=True)
class Monthly:
    """The chart of monthly cost, its legend, the same as a table, and what is charged in other currencies."""

    chart: SafeString
    legend: list[tuple[str, str]]
    heads: list[str]
    rows: list[list[str]]
    others: str


def monthly(costs: Sequence[Commitments]) -> Monthly | None:
    """The largest currency drawn; the others named with what they come to this month."""
    if not costs:
        return None
    main = costs[0]
    names = [_category(band) for band in main.bands]
    bands = [
        Band(name, f"c{number}", [float(cost) for cost in band.months])
        for number, (name, band) in enumerate(zip(names, main.bands, strict=True), 1)
    ]
    now = money((round(main.totals[main.now]), main.currency))
    chart = stacked_months(
        chart_id="monthly",
        months=[_month(month, year=False) for month in main.months],
        bands=bands,
        ahead_from=main.now + 1,
        written=partial(_axis, currency=main.currency),
        title=_("Monthly cost by category"),
        summary=_("This month %(amount)s. Months ahead hold what is committed today.") % {"amount": now},
    )
    others = ", ".join(money((round(one.totals[one.now]), one.currency)) for one in costs[1:])
    return Monthly(
        chart=chart,
        legend=[(band.tone, band.name) for band in bands],
        heads=[_("Month"), _("All"), *names],
        rows=_rows(main),
        others=_("Besides, this month: %(amounts)s.") % {"amounts": others} if others else "",
    )


def _rows(main: Commitments) -> list[list[str]]:
    """A row a month, the currency with every amount."""
    rows = []
    for number, month in enumerate(main.months):
        label = _month(month, year=True)
        parts = [main.totals[number], *(band.months[number] for band in main.bands)]
        rows.append(
            [
                _("%(month)s, ahead") % {"month": label} if number > main.now else label,
                *(money((round(part), main.currency)) for part in parts),
            ]
        )
    return rows


def _category(band: commitments.Band) -> str:
    if band.is_rest:
        return _("Everything else")
    return band.name.replace("_", " ").capitalize() if band.name else _("No category")


def _axis(value: float, *, currency: str) -> str:
    return money_short((round(Decimal(value)), currency)).replace(".0k", "k").replace(".00M", "M")


def savings_table(savings: Sequence[Saving], *, sees_prices: bool, with_company: bool) -> Table | None:
    """The licences that could be smallest, in money where it may be seen."""
    columns = [
        Column("licence", _("Licence"), "who"),
        Column("use", _("Use"), "html", low=True),
        Column("units", _("Units"), "number"),
        *([Column("yearly", _("A year"), "money", missing=_("not known"))] if sees_prices else []),
    ]
    rows = [_saving(one, with_company=with_company) for one in savings[:SHOWN_SAVINGS]]
    return Table(_("Largest savings"), columns, rows=rows, flush=True, id="savings") if rows else None


def _saving(one: Saving, *, with_company: bool) -> dict[str, Any]:
    owned = one.owned
    return {
        "id": owned.licence_id,
        "licence": {
            "name": owned.name,
            "meta": owned.company if with_company else "",
            "url": address_of("licence", owned.licence_id),
            "of": owned.publisher,
        },
        "use": meter(owned.purchased, owned.used, owned.used - one.left),
        "units": one.units,
        "yearly": None if one.yearly is None else (one.yearly, owned.currency),
    }
