"""Chargeback: what each person or department is charged for licences in any period, to the cent (U-054).

What a licence cost in the period is parted by unit-days: units times the days they were held in it, out of the ledger, so that
whoever held for half of the period pays half. Units nobody held are a part of their own. Each part is rounded down
to the cent, and the cents left go one each to the largest remainders, those of the same by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, F, Func, QuerySet, Sum, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assignments.models import Assignment
from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.licences.costs import By, costs_by, priced_lines
from trueup.licences.models import Account, Movement
from trueup.reports.library.asking import Ask
from trueup.reports.library.by_department import NO_DEPARTMENT, UNASSIGNED, Parts, parted_by
from trueup.reports.library.report import Choice, Report
from trueup.reports.render.table import Cell, Column, Kind, Table

PERSON = ("person_id", "person__name", "person__username")
USER = ("device__user_id", "device__user__name", "device__user__username")
DEPARTMENTS = ("department__name", "person__department__name", "device__user__department__name")
CHOICES = (("department", gettext_lazy("by department")), ("person", gettext_lazy("by person")))


def build(ask: Ask) -> Table:
    """A row for each one charged, product and currency."""
    by = ask.more.get("by", "department")
    if by not in dict(CHOICES):
        known = ", ".join(dict(CHOICES))
        raise InvalidValue.of(
            "by", _("“%(given)s” is nothing to charge by. Known: %(known)s.") % {"given": by, "known": known}
        )
    rule = _("Unit-days; cents left over go to the largest remainders, those of the same by name")
    return Table(
        title=str(REPORT.title),
        columns=[
            Column("charged", _("Person") if by == "person" else _("Department")),
            Column("product", _("Product")),
            Column("licence", _("Licence"), Kind.INTEGER),
            Column("cost", _("Cost"), Kind.MONEY, "currency"),
            Column("currency", _("Currency")),
        ],
        rows=_rows(ask, by),
        filters=[*ask.filters, (_("Parted by"), rule)],
        group_key="charged",
        has_totals=True,
        nothing=_("No licence with a price cost anything in this period."),
    )


def _rows(ask: Ask, by: str) -> Iterator[list[Cell]]:
    after = ask.last + timedelta(days=1)
    lines = priced_lines(actor=ask.actor).filter(**ask.narrowing("licence__"))
    costs = costs_by(actor=ask.actor, by=By.LICENCE, turns=(ask.first, after), lines=lines)
    until = min(after, ask.today + timedelta(days=1))
    period = (ask.first, until)
    licences = [cost.id for cost in costs if cost.id is not None]
    parts = _parts(licences, period, _people if by == "person" else _departments)
    owned = _unit_days(Account.GRANTED, period, "licence_id", licence_id__in=licences)
    sums: dict[tuple[str, str, int, str], Decimal] = {}
    for cost in costs:
        licence = cost.id or 0
        for who, amount in parted_by(
            cost.total, _with_free(parts.get(licence, {}), owned.get(licence, 0))
        ).items():
            if amount:
                key = (who, cost.name, licence, cost.currency)
                sums[key] = sums.get(key, Decimal(0)) + amount
    others = _("Used by nobody in particular") if by == "person" else _("Holders without a department")
    names = {UNASSIGNED: _("Assigned to nobody"), NO_DEPARTMENT: others}
    for (who, product, licence, currency), amount in sorted(sums.items()):
        yield [names.get(who, who), product, licence, amount, currency]


def _with_free(held: Parts, owned: int) -> Parts:
    """The parts, and what nobody held; of a licence nobody held, everything."""
    free = max(0, owned - sum(held.values()))
    whole = sum(held.values())
    return {**held, UNASSIGNED: free or 1} if free or not whole else held


def _parts(licences: list[int], period: tuple[date, date], who: Callable[[QuerySet[Any]], Mapping[int, str]]) -> Mapping[int, Parts]:  # fmt: skip
    """Unit-days of each licence by who is charged."""
    days = _unit_days(Account.HELD, period, "licence_id", "assignment_id", licence_id__in=licences)
    ids = [key[1] for key in days]
    names = who(Assignment.objects.filter(pk__in=ids))
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (licence, assignment), number in days.items():
        if number > 0:
            found[licence][names.get(assignment, NO_DEPARTMENT)] += number
    return found


def _unit_days(account: Account, period: tuple[date, date], *keys: str, **narrow: Any) -> dict[Any, int]:
    """Units times days within the period: each movement counts from its day, or the first of the period, to the end."""
    first, until = period
    began = Greatest(F("effective_on"), Value(first))
    lasting = Func(
        Value(until), began, template="(%(expressions)s)", arg_joiner=" - ", output_field=BigIntegerField()
    )
    rows = Movement.objects.filter(account=account, effective_on__lt=until, **narrow)
    summed = rows.order_by().values(*keys).annotate(days=Sum(F("units") * lasting)).values_list(*keys, "days")
    return {
        row[0] if len(keys) == 1 else row[:-1]: int(row[-1] or 0)
        for row in summed.iterator(2000)
        if None not in row
    }


def _departments(rows: QuerySet[Any]) -> Mapping[int, str]:
    """The department of each holder of today."""
    found = rows.values_list("pk", *DEPARTMENTS)
    return {pk: next(filter(None, names), NO_DEPARTMENT) for pk, *names in found.iterator(2000)}


def _people(rows: QuerySet[Any]) -> Mapping[int, str]:
    """The person who holds, or uses the device that does; two of one name are told apart by their login."""
    found: dict[int, str] = {}
    for pk, *cells in rows.values_list("pk", *PERSON, *USER).iterator(2000):
        person, name, login, user, users_name, users_login = cells
        if person or user:
            found[pk] = f"{name or users_name} ({login or users_login})"
    return found


REPORT = Report(
    key="chargeback",
    title=gettext_lazy("Chargeback"),
    answers=gettext_lazy("What each department or person is charged for a period, to the cent."),
    section="money",
    view=Permission.PRICES_VIEW,
    build=build,
    asks_period=True,
    choices=(Choice("by", gettext_lazy("Charged"), CHOICES),),
)
