"""Cost by department: what licences cost in a period, parted by the holders' departments (R-107).

Each licence's cost is parted by units held at the end of the period; what nobody holds is a line of its own. The parts
add up to what is paid, to the cent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.licences.costs import By, costs_by, priced_lines
from trueup.reports.library.asking import Ask
from trueup.reports.library.facts import holdings_of, licences_of
from trueup.reports.library.report import Report
from trueup.reports.render.table import Cell, Column, Kind, Table

CENT = Decimal("0.01")
UNASSIGNED, NO_DEPARTMENT = "\x7e1", "\x7e0"
"""Keys that sort behind every name: holders of no department, then what nobody holds."""
Parts = Mapping[str, int]


def parted_by(total: Decimal, units: Parts) -> dict[str, Decimal]:
    """An amount parted by units to the cent: rounded down, the cents left to the largest remainders.

    >>> parted_by(Decimal("100.00"), {"IT": 1, "HR": 2})
    {'IT': Decimal('33.33'), 'HR': Decimal('66.67')}
    """
    whole = sum(units.values())
    cents, sign = int(abs(total) / CENT), -1 if total < 0 else 1
    shares = {name: divmod(cents * part, whole) for name, part in units.items()}
    left = cents - sum(share for share, _rest in shares.values())
    lucky = sorted(shares, key=lambda name: (-shares[name][1], name))[:left]
    return {name: CENT * sign * (share + (name in lucky)) for name, (share, _rest) in shares.items()}


def build(ask: Ask) -> Table:
    """A row for each department and currency."""
    ask = replace(ask, on=min(ask.last, ask.today))
    after = ask.last.fromordinal(ask.last.toordinal() + 1)
    lines = priced_lines(actor=ask.actor).filter(**ask.narrowing("licence__"))
    costs = costs_by(actor=ask.actor, by=By.LICENCE, turns=(ask.first, after), lines=lines)
    held, owned = _held(ask), dict(licences_of(ask).values_list("pk", "purchased"))
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for cost in costs:
        units = _units(held.get(cost.id or 0, {}), owned.get(cost.id or 0, 0))
        for name, amount in parted_by(cost.total, units).items():
            sums[name, cost.currency] += amount
    return Table(
        title=str(REPORT.title),
        columns=[
            Column("department", _("Department")),
            Column("cost", _("Cost"), Kind.MONEY, "currency"),
            Column("currency", _("Currency")),
        ],
        rows=_rows(sums),
        filters=ask.filters,
        has_totals=True,
        nothing=_("No licence with a price cost anything in this period."),
    )


def _held(ask: Ask) -> dict[int, dict[str, int]]:
    """Units by licence and department at the end of the period; whoever is within a holder takes none of their own."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = holdings_of(ask).filter(within=None).values_list("licence_id", "department_name", "units_held")
    for licence_id, department, units in rows.iterator(2000):
        found[licence_id][department or NO_DEPARTMENT] += units
    return found


def _units(held: Mapping[str, int], purchased: int) -> Parts:
    """By department, and what nobody holds of what is owned; of a licence nobody holds, everything."""
    free = max(0, purchased - sum(held.values()))
    if free or not sum(held.values()):
        return {**held, UNASSIGNED: free or 1}
    return held


def _rows(sums: Mapping[tuple[str, str], Decimal]) -> Iterable[list[Cell]]:
    names = {UNASSIGNED: _("Assigned to nobody"), NO_DEPARTMENT: _("Holders without a department")}
    for (name, currency), amount in sorted(sums.items()):
        yield [names.get(name, name), amount, currency]


REPORT = Report(
    key="by_department",
    title=gettext_lazy("Cost by department"),
    answers=gettext_lazy("What each department's units cost in a period, and what is paid for units nobody holds."),
    section="money",
    view=Permission.PRICES_VIEW,
    build=build,
    asks_period=True,
)  # fmt: skip
