"""Month-end counts: units owned and held of each product at the end of each month, company by company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.reports.library.asking import Ask
from trueup.reports.library.facts import each_licence, last_day_of_month
from trueup.reports.library.report import Report
from trueup.reports.library.utilisation import added_up, figures, figures_of
from trueup.reports.render.table import Cell, Column, Kind, Table

MOST_MONTHS = 24


def build(ask: Ask) -> Table:
    """The ends of the months of the period that are over, or for the month under way the day itself."""
    days = list(ends_of_months(ask.first, min(ask.last, ask.today)))
    if len(days) > MOST_MONTHS:
        raise InvalidValue.of("to", _("At most %(most)s months at once.") % {"most": MOST_MONTHS})
    return Table(
        title=str(REPORT.title),
        columns=[
            Column("day", _("Day"), Kind.DATE),
            Column("company", _("Company")),
            Column("product", _("Product")),
            *(replace(column, metric_key=None) for column in figures()),
        ],
        rows=_rows(ask, days),
        filters=ask.filters,
        group_key="day",
    )


def ends_of_months(first: date, last: date) -> Iterator[date]:
    """The last day of each month, and ``last`` for the month it is in.

    >>> [str(day) for day in ends_of_months(date(2026, 1, 15), date(2026, 3, 10))]
    ['2026-01-31', '2026-02-28', '2026-03-10']
    """
    day = last_day_of_month(first)
    while day < last:
        yield day
        day = last_day_of_month(day + timedelta(days=1))
    yield last


def _rows(ask: Ask, days: list[date]) -> Iterator[list[Cell]]:
    for day in days:
        counted = added_up(
            each_licence(replace(ask, on=day)), lambda one: (one.company, one.product, one.metric)
        )
        for key, bought, used, free in counted:
            yield [day, *key[:2], *figures_of(key[2], bought, used, free)]


REPORT = Report(
    key="month_end",
    title=gettext_lazy("Month-end counts"),
    answers=gettext_lazy("How many units each company owned and held at the end of each month."),
    section="money",
    view=Permission.LICENCES_VIEW,
    build=build,
    asks_period=True,
)
