"""What licences cost a month: dated purchase lines spread over their terms, back a year and ahead as far as is committed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, DateField, DecimalField, F, Func, IntegerField, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Greatest, Least

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.licences.queries import purchases_visible_to

BACK_MONTHS = 10
AHEAD_MONTHS = 4
MOST_BANDS = 5
MONEY = DecimalField(max_digits=20, decimal_places=4)


@dataclass(frozen=True, slots=True)
class Band:
    """One category's cost by month; the name is empty for what has no category, ``is_rest`` for all the others."""

    name: str
    months: tuple[Decimal, ...]
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Commitments:
    """The cost of one currency: the first days of the months, the categories largest first, and which month is now."""

    currency: str
    months: tuple[date, ...]
    bands: tuple[Band, ...]
    now: int

    @property
    def totals(self) -> tuple[Decimal, ...]:
        return tuple(
            sum(parts, Decimal(0)) for parts in zip(*(band.months for band in self.bands), strict=True)
        )


def commitments_of(*, actor: Actor, on: date) -> tuple[Commitments, ...]:
    """The monthly cost by category, one answer a currency, the largest first. One query.

    A line's price is spread evenly over the days of its term. Lines without an end cost once and are left out,
    as are lines without a price. Months ahead hold what is purchased already, never a renewal yet to come.
    """
    months = _months(on)
    priced = actor.companies(Permission.PRICES_VIEW)
    lines = purchases_visible_to(actor=actor).filter(price__isnull=False)
    lines = lines if priced is None else lines.filter(company_id__in=priced)
    sums: dict[str, dict[str, tuple[Decimal, ...]]] = {}
    for currency, category, *costs in _spread(lines, months):
        sums.setdefault(currency, {})[category] = tuple((cost or Decimal(0)) for cost in costs)
    found = [
        Commitments(currency, months[:-1], _bands(parts), BACK_MONTHS) for currency, parts in sums.items()
    ]
    return tuple(sorted(found, key=lambda one: -sum(one.totals)))


def _months(on: date) -> tuple[date, ...]:
    """First days of the months shown, and of the one after the last."""
    here = on.year * 12 + on.month - 1
    span = range(here - BACK_MONTHS, here + AHEAD_MONTHS + 2)
    return tuple(date(number // 12, number % 12 + 1, 1) for number in span)


def _spread(lines: QuerySet[Any], months: Sequence[date]) -> Iterable[tuple[Any, ...]]:
    """A row for each currency and category, with a sum for each month."""
    total = Case(
        When(basis="unit", then=F("price") * Cast("units", MONEY)), default=F("price"), output_field=MONEY
    )
    term = Cast(_days(F("valid_until"), F("valid_from")), MONEY)
    sums = {
        f"m{number}": Sum(total * Cast(_overlap(first, months[number + 1]), MONEY) / term, output_field=MONEY)
        for number, first in enumerate(months[:-1])
    }
    shown = lines.filter(valid_until__gt=months[0], valid_from__lt=months[-1]).order_by()
    grouped = shown.values("currency", "licence__product__category").annotate(**sums)
    rows: Iterable[tuple[Any, ...]] = grouped.values_list("currency", "licence__product__category", *sums)
    return rows


def _overlap(first: date, after: date) -> Greatest:
    """Days of the term that fall into a month."""
    start = Greatest(F("valid_from"), _day(first), output_field=DateField())
    end = Least(F("valid_until"), _day(after), output_field=DateField())
    return Greatest(_days(end, start), Value(0), output_field=IntegerField())


def _day(value: date) -> Cast:
    return Cast(Value(value), DateField())


def _days(end: Any, start: Any) -> Func:
    return Func(end, start, template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


def _bands(parts: Mapping[str, tuple[Decimal, ...]]) -> tuple[Band, ...]:
    """The largest categories, and all others together as the last band where they are more than fit."""
    ranked = sorted(parts.items(), key=lambda part: (not part[0], -sum(part[1]), part[0]))
    if len(ranked) <= MOST_BANDS:
        return tuple(Band(name, months) for name, months in ranked)
    rest = tuple(
        sum(costs, Decimal(0)) for costs in zip(*(m for _, m in ranked[MOST_BANDS - 1 :]), strict=True)
    )
    return (*(Band(name, months) for name, months in ranked[: MOST_BANDS - 1]), Band("", rest, is_rest=True))
