"""Over-allocated: licences of which more is held than is owned, by how much, since when, and what the excess is worth (R-103)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.licences.models import Account, Movement
from trueup.reports.library.asking import Ask
from trueup.reports.library.facts import OnDay, each_licence, label_of
from trueup.reports.library.report import Report
from trueup.reports.render.table import Cell, Column, Kind, Table

CENT = Decimal("0.01")


def build(ask: Ask) -> Table:
    """A row for each licence that is over, the largest excess first."""
    found = [one for one in each_licence(ask) if not one.unlimited and one.used > one.purchased]
    since = _since(ask, found)
    found.sort(key=lambda one: (one.purchased - one.used, one.product, one.id))
    return Table(
        title=str(REPORT.title),
        columns=_columns(),
        rows=[_cells(one, since.get(one.id)) for one in found],
        filters=ask.filters,
        has_totals=True,
        nothing=_("None: no licence is held beyond what is owned."),
    )


def _columns() -> list[Column]:
    return [
        Column("product", _("Product")),
        Column("licence", _("Licence"), Kind.INTEGER),
        Column("company", _("Company")),
        Column("owner", _("Owner")),
        Column("metric", _("Metric")),
        Column("purchased", _("Purchased"), Kind.INTEGER, metric_key="metric"),
        Column("used", _("Used"), Kind.INTEGER, metric_key="metric"),
        Column("over", _("Over"), Kind.INTEGER, metric_key="metric"),
        Column("money", _("Worth"), Kind.MONEY, "currency"),
        Column("currency", _("Currency")),
        Column("since", _("Since"), Kind.DATE),
    ]


def _cells(one: OnDay, since: date | None) -> list[Cell]:
    over, price = one.used - one.purchased, one.unit_price
    money = None if price is None else (price * over).quantize(CENT)
    return [
        one.product, one.id, one.company, one.owner, label_of(one.metric), one.purchased, one.used, over, money,
        one.currency if money is not None else "", since,
    ]  # fmt: skip


def _since(ask: Ask, found: list[OnDay]) -> dict[int, date]:
    """The day from which each was over without a break, out of the movements up to the day."""
    moved = Movement.objects.filter(licence_id__in=[one.id for one in found], effective_on__lte=ask.on)
    moved = moved.filter(account__in=(Account.GRANTED, Account.HELD)).order_by("licence_id", "effective_on")
    days = moved.values_list("licence_id", "effective_on", "account").annotate(units=Sum("units"))
    return dict(_starts(days.iterator(2000)))


def _starts(days: Iterator[tuple[int, date, str, int]]) -> Iterator[tuple[int, date]]:
    """For each licence the last day on which it went over, at the end of the day."""
    balance: dict[tuple[int, date], int] = {}
    order: list[tuple[int, date]] = []
    for licence_id, day, account, units in days:
        key = (licence_id, day)
        if key not in balance:
            balance[key] = 0
            order.append(key)
        balance[key] += units if account == Account.HELD else -units
    running, was, start = 0, 0, None
    for licence_id, day in order:
        if licence_id != was:
            running, was, start = 0, licence_id, None
        before, running = running, running + balance[licence_id, day]
        start = day if before <= 0 < running else start
        if running > 0 and start is not None:
            yield licence_id, start


REPORT = Report(
    key="over_allocated",
    title=gettext_lazy("Over-allocated"),
    answers=gettext_lazy("Which licences are held beyond what is owned, by how much and since when."),
    section="licences",
    view=Permission.LICENCES_VIEW,
    build=build,
)
