"""What licences cost in any stretch of days, by product, category, cost centre, department, company or licence.

A dated line is spread over the days of its term, one without an end costs all on its first day. Amounts of two
currencies are never added, and the stretches of a line's term add up to its price to the cent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.licences.models import Licence, Purchase, PurchaseShare
from trueup.licences.prices import book_value, parted, spent_in_sql, spent_until, total_of
from trueup.licences.queries import purchases_visible_to
from trueup.tenancy.models import Department

MONEY = DecimalField(max_digits=50, decimal_places=10)
NOTHING = Decimal(0)
MONTHS = 12
MOST_PERIODS = 120
Key = tuple[int | None, str]


class By(StrEnum):
    """What costs are added up by."""

    PRODUCT = "product"
    CATEGORY = "category"
    LICENCE = "licence"
    COMPANY = "company"
    COST_CENTRE = "cost_centre"
    DEPARTMENT = "department"


PATHS: Mapping[By, tuple[str, str]] = {
    By.PRODUCT: ("licence__product_id", "licence__product__name"),
    By.CATEGORY: ("licence__product__category", "licence__product__category"),
    By.LICENCE: ("licence_id", "licence__product__name"),
    By.COMPANY: ("company_id", "company__name"),
    By.COST_CENTRE: ("cost_centre_id", "cost_centre__code"),
    By.DEPARTMENT: ("cost_centre_id", "cost_centre__code"),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """One row: its id where it is a thing, its name (empty for none), its currency, an amount for each period."""

    id: int | None
    name: str
    currency: str
    amounts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        """All periods together."""
        return sum(self.amounts, NOTHING)


def months_from(first: date, count: int) -> tuple[date, ...]:
    """The first days of ``count`` months, and of the one after the last.

    >>> months_from(date(2026, 12, 15), 1)
    (datetime.date(2026, 12, 1), datetime.date(2027, 1, 1))
    """
    start = first.year * MONTHS + first.month - 1
    return tuple(date(number // MONTHS, number % MONTHS + 1, 1) for number in range(start, start + count + 1))


def years_from(year: int, count: int, *, first_month: int = 1) -> tuple[date, ...]:
    """The first days of ``count`` calendar or fiscal years, and of the one after the last.

    >>> years_from(2026, 1, first_month=4)
    (datetime.date(2026, 4, 1), datetime.date(2027, 4, 1))
    """
    return tuple(date(number, first_month, 1) for number in range(year, year + count + 1))


def priced_lines(*, actor: Actor) -> QuerySet[Purchase]:
    """The lines that stand and have a price, of the companies whose prices the actor may see."""
    seen = actor.companies(Permission.PRICES_VIEW)
    lines = purchases_visible_to(actor=actor).filter(price__isnull=False)
    return lines if seen is None else lines.filter(company_id__in=seen)


def costs_by(
    *, actor: Actor, by: By, turns: Sequence[date], lines: QuerySet[Purchase] | None = None
) -> tuple[Cost, ...]:
    """Costs in the periods between the ``turns``, one row a currency and thing, the dearest first.

    ``lines`` narrows what is counted: to one product, to dated lines, to one company.
    """
    if not 1 < len(turns) <= MOST_PERIODS + 1 or any(one >= other for one, other in pairwise(turns)):
        words = _("Give 1 to %(most)s periods, one after the other.") % {"most": MOST_PERIODS}
        raise InvalidValue.of("periods", words)
    asked = priced_lines(actor=actor) if lines is None else lines
    asked = asked.order_by().filter(valid_from__lt=turns[-1])
    asked = asked.filter(Q(valid_until=None, valid_from__gte=turns[0]) | Q(valid_until__gt=turns[0]))
    if by in {By.COST_CENTRE, By.DEPARTMENT}:
        sums = _by_centre(asked, turns)
        return _ranked(_by_department(sums) if by is By.DEPARTMENT else sums)
    return _ranked(_summed(asked, PATHS[by], turns))


Sums = dict[tuple[str, Key], list[Decimal]]


def _summed(lines: QuerySet[Purchase], paths: tuple[str, str], turns: Sequence[date]) -> Sums:
    """Added up by the database: what is spent by the end of each period less what was by its start."""
    parts = {f"p{at}": Sum(spent_in_sql(turn), output_field=MONEY) for at, turn in enumerate(turns)}
    names = ["currency", *dict.fromkeys(paths)]
    sums: Sums = {}
    for row in lines.values(*names).annotate(**parts).values_list(*names, *parts):
        currency, key, name = row[0], row[1], row[len(names) - 1]
        identity = key if isinstance(key, int) else None
        spent = [amount or NOTHING for amount in row[len(names) :]]
        amounts = [after - first for first, after in pairwise(spent)]
        sums[(currency, (identity, name or ""))] = amounts
    return sums


def _by_centre(lines: QuerySet[Purchase], turns: Sequence[date]) -> Sums:
    """By cost centre: a shared line's running total is parted on each turn, so that its parts add up to it."""
    shares = PurchaseShare.objects.filter(purchase=OuterRef("pk"))
    sums = _summed(lines.exclude(Exists(shares)), PATHS[By.COST_CENTRE], turns)
    shared = {line.pk: line for line in lines.filter(Exists(shares))}
    parts: dict[int, list[PurchaseShare]] = defaultdict(list)
    rows = PurchaseShare.objects.filter(purchase_id__in=shared).select_related("cost_centre").order_by("pk")
    for share in rows:
        parts[share.purchase_id].append(share)
    for pk, line in shared.items():
        for share, amounts in zip(parts[pk], _parts_of(line, parts[pk], turns), strict=True):
            key = (line.currency, (share.cost_centre_id, share.cost_centre.code))
            before = sums.setdefault(key, [NOTHING] * len(amounts))
            sums[key] = [one + other for one, other in zip(before, amounts, strict=True)]
    return sums


def _parts_of(
    line: Purchase, shares: Sequence[PurchaseShare], turns: Sequence[date]
) -> list[tuple[Decimal, ...]]:
    total, percents = total_of(line) or NOTHING, [share.percent for share in shares]
    running = [
        parted(spent_until(total, first=line.valid_from, after=line.valid_until, day=turn), percents)
        for turn in turns
    ]
    return [tuple(after - first for first, after in pairwise(one)) for one in zip(*running, strict=True)]


def _by_department(sums: Sums) -> Sums:
    """By the department that a cost centre belongs to; one of several departments, or of none, is nobody's."""
    centres = {key[0] for _currency, key in sums if key[0] is not None}
    owners: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = Department.objects.filter(cost_centre_id__in=centres).values_list("cost_centre_id", "pk", "name")
    for centre_id, pk, name in rows:
        if centre_id is not None:
            owners[centre_id].append((pk, name))
    merged: Sums = {}
    for (currency, (centre_id, _code)), amounts in sums.items():
        found = owners.get(centre_id or 0, [])
        key = (currency, found[0] if len(found) == 1 else (None, ""))
        before = merged.setdefault(key, [NOTHING] * len(amounts))
        merged[key] = [one + other for one, other in zip(before, amounts, strict=True)]
    return merged


def _ranked(sums: Sums) -> tuple[Cost, ...]:
    rows = [Cost(key[0], key[1], currency, tuple(amounts)) for (currency, key), amounts in sums.items()]
    return tuple(
        sorted(rows, key=lambda row: (row.currency, not row.name, -row.total, row.name, row.id or 0))
    )


def totals_of(rows: Iterable[Cost]) -> tuple[Cost, ...]:
    """One row a currency: the rows added up, never across currencies."""
    sums: dict[str, list[Decimal]] = {}
    for row in rows:
        before = sums.setdefault(row.currency, [NOTHING] * len(row.amounts))
        sums[row.currency] = [one + other for one, other in zip(before, row.amounts, strict=True)]
    return tuple(Cost(None, "", currency, tuple(amounts)) for currency, amounts in sorted(sums.items()))


def committed_after(*, actor: Actor, on: date) -> dict[str, Decimal]:
    """What is still to come of the lines written down, from the day on, by currency."""
    lines = priced_lines(actor=actor).order_by().filter(Q(valid_until__gt=on) | Q(valid_from__gte=on))
    left = Sum(F("total") - spent_in_sql(on), output_field=MONEY)
    rows = lines.values("currency").annotate(left=left).values_list("currency", "left")
    return {currency: amount or NOTHING for currency, amount in rows}


def book_values(*, actor: Actor, licence: Licence, on: date) -> dict[str, Decimal]:
    """What a licence's lines are still worth on a day, by currency; nothing where no depreciation is set (D-047)."""
    if licence.depreciation_percent is None:
        return {}
    values: dict[str, Decimal] = {}
    for line in priced_lines(actor=actor).filter(licence_id=licence.pk, valid_from__lte=on):
        percent, since = licence.depreciation_percent, line.valid_from
        worth = book_value(total_of(line) or NOTHING, percent=percent, since=since, on=on)
        values[line.currency] = values.get(line.currency, NOTHING) + worth
    return values
