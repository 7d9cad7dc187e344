"""Expiring: licences and contracts that end or are to be decided in a period (R-104)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.licences.queries import licences_bare
from trueup.reports.library.asking import Ask
from trueup.reports.library.report import Report, next_quarter
from trueup.reports.render.table import Cell, Column, Kind, Table
from trueup.reports.renewals.endings import BOTH, LICENCE, Ending, Sought, endings_of, within
from trueup.reports.renewals.months import cash_by_month, due_of


def endings_asked(ask: Ask) -> list[Ending]:
    """What ends in the period; asked for software or regions, licences alone, for contracts have neither."""
    kinds = (LICENCE,) if ask.narrowing() else BOTH
    found = endings_of(Sought(ask.actor, ask.today, within(ask.first, ask.last), kinds=kinds))
    if not ask.narrowing():
        return found
    meant = set(licences_bare(actor=ask.actor).filter(**ask.narrowing()).values_list("pk", flat=True))
    return [one for one in found if one.record_id in meant]


def build(ask: Ask) -> Table:
    """By the day to decide."""
    return Table(
        title=str(REPORT.title),
        columns=[
            Column("kind", _("Kind")),
            Column("id", _("Id"), Kind.INTEGER),
            Column("name", _("Licence or contract")),
            Column("company", _("Company")),
            Column("owner", _("Owner")),
            Column("decide_by", _("Decide by"), Kind.DATE),
            Column("notice_on", _("Notice date"), Kind.DATE),
            Column("valid_to", _("Valid to"), Kind.DATE),
            Column("renews_itself", _("Auto-renews"), Kind.FLAG),
            Column("cost", _("Annual cost"), Kind.MONEY, "currency"),
            Column("currency", _("Currency")),
        ],
        rows=_rows(endings_asked(ask)),
        filters=ask.filters,
        has_totals=True,
        nothing=_("Nothing ends in this period."),
    )


def _rows(found: Iterable[Ending]) -> Iterator[list[Cell]]:
    for one in found:
        notice = one.decide_by if one.notice_days is not None and one.renews_itself else None
        kind = _("Licence") if one.kind == LICENCE else _("Contract")
        yield [
            kind, one.record_id, one.name, one.company, one.owner, one.decide_by, notice, one.expires_on,
            one.renews_itself, one.cost, one.currency if one.cost is not None else "",
        ]  # fmt: skip


REPORT = Report(
    key="expiring",
    title=gettext_lazy("Expiring"),
    answers=gettext_lazy("What ends or has to be decided in the coming days, with notice, cost and owner."),
    section="licences",
    view=Permission.LICENCES_VIEW,
    build=build,
    asks_period=True,
    usual_period=next_quarter,
)


def build_cash(ask: Ask) -> Table:
    """A row for each month and currency."""
    return Table(
        title=str(CASH_FLOW.title),
        columns=[
            Column("month", _("Month"), Kind.DATE),
            Column("decided", _("Decided"), Kind.MONEY, "currency"),
            Column("open", _("Still open"), Kind.MONEY, "currency"),
            Column("total", _("Together"), Kind.MONEY, "currency"),
            Column("currency", _("Currency")),
        ],
        rows=_months(endings_asked(ask)),
        filters=ask.filters,
        has_totals=True,
        nothing=_("Nothing ends in this period."),
    )


def _months(found: Iterable[Ending]) -> Iterator[list[Cell]]:
    for cash in cash_by_month(due_of(found)):
        for month, decided, still_open in zip(cash.months, cash.decided, cash.open, strict=True):
            yield [month, decided, still_open, decided + still_open, cash.currency]


def next_year(on: date) -> tuple[date, date]:
    """A year from the day on."""
    return on, on + timedelta(days=365)


CASH_FLOW = Report(
    key="cash_flow",
    title=gettext_lazy("Renewals and cash flow"),
    answers=gettext_lazy("What renewals will cost, month by month, and how much of it is decided."),
    section="money",
    view=Permission.PRICES_VIEW,
    build=build_cash,
    asks_period=True,
    usual_period=next_year,
)
