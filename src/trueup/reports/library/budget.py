"""The budget: what licences and flexible assets cost, by company and calendar year, never across currencies (C-026)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assets.budget import costs_of_assets
from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.licences.costs import By, costs_by, priced_lines, years_from
from trueup.reports.library.asking import Ask
from trueup.reports.library.report import Report
from trueup.reports.render.table import Cell, Column, Kind, Table, cents

MOST_YEARS = 10
NOTHING = Decimal(0)
Sums = dict[tuple[str, int, str], list[Decimal]]


def three_years(on: date) -> tuple[date, date]:
    """This calendar year and the next two."""
    return on.replace(month=1, day=1), date(on.year + 2, 12, 31)


def build(ask: Ask) -> Table:
    """A row for each company, year and currency, with what comes from licences' lines and what from assets."""
    count = ask.last.year - ask.first.year + 1
    if count > MOST_YEARS:
        raise InvalidValue.of("to", _("A budget is of at most %(most)s years.") % {"most": MOST_YEARS})
    turns = years_from(ask.first.year, count)
    lines = priced_lines(actor=ask.actor).filter(**ask.narrowing("licence__"))
    sums: Sums = {}
    for cost in costs_by(actor=ask.actor, by=By.COMPANY, turns=turns, lines=lines):
        _add(sums, 0, turns, (cost.name, cost.currency), cost.amounts)
    if not ask.narrowing():
        for (_id, name, currency), amounts in costs_of_assets(actor=ask.actor, turns=turns).items():
            _add(sums, 1, turns, (name, currency), amounts)
    return Table(
        title=str(REPORT.title),
        columns=[
            Column("company", _("Company")),
            Column("year", _("Year")),
            Column("licences", _("Licences"), Kind.MONEY, "currency"),
            Column("assets", _("Flexible assets"), Kind.MONEY, "currency"),
            Column("total", _("Together"), Kind.MONEY, "currency"),
            Column("currency", _("Currency")),
        ],
        rows=_rows(sums),
        filters=ask.filters,
        has_totals=True,
        nothing=_("Nothing with a price runs in these years."),
    )


def _add(
    sums: Sums,
    place: int,
    turns: tuple[date, ...],
    of: tuple[str, str],
    amounts: tuple[Decimal, ...] | list[Decimal],
) -> None:
    name, currency = of
    for start, amount in zip(turns, amounts, strict=False):
        if amount:
            sums.setdefault((name, start.year, currency), [NOTHING, NOTHING])[place] += amount


def _rows(sums: Sums) -> Iterator[list[Cell]]:
    for (name, year, currency), (licences, assets) in sorted(sums.items()):
        parts = cents(licences), cents(assets)
        yield [name, str(year), *parts, sum(parts, NOTHING), currency]


REPORT = Report(
    key="budget",
    title=gettext_lazy("Budget"),
    answers=gettext_lazy("What licences and flexible assets cost, by company and calendar year."),
    section="money",
    view=Permission.PRICES_VIEW,
    build=build,
    asks_period=True,
    usual_period=three_years,
)
