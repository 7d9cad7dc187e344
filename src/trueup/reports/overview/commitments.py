"""What licences cost a month: dated purchase lines spread over their terms, back a year and ahead as far as is committed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trueup.base.actor import Actor
from trueup.licences.costs import MONTHS, By, costs_by, months_from, priced_lines

BACK_MONTHS = 10
AHEAD_MONTHS = 4
MOST_BANDS = 5


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
    months = months_from(_month(on, -BACK_MONTHS), BACK_MONTHS + AHEAD_MONTHS + 1)
    dated = priced_lines(actor=actor).filter(valid_until__isnull=False)
    sums: dict[str, dict[str, tuple[Decimal, ...]]] = {}
    for cost in costs_by(actor=actor, by=By.CATEGORY, turns=months, lines=dated):
        sums.setdefault(cost.currency, {})[cost.name] = cost.amounts
    found = [
        Commitments(currency, months[:-1], _bands(parts), BACK_MONTHS) for currency, parts in sums.items()
    ]
    return tuple(sorted(found, key=lambda one: -sum(one.totals)))


def _month(on: date, later: int) -> date:
    """The first day of a month so many months later."""
    number = on.year * MONTHS + on.month - 1 + later
    return date(number // MONTHS, number % MONTHS + 1, 1)


def _bands(parts: Mapping[str, tuple[Decimal, ...]]) -> tuple[Band, ...]:
    """The largest categories, and all others together as the last band where they are more than fit."""
    ranked = sorted(parts.items(), key=lambda part: (not part[0], -sum(part[1]), part[0]))
    if len(ranked) <= MOST_BANDS:
        return tuple(Band(name, months) for name, months in ranked)
    rest = tuple(
        sum(costs, Decimal(0)) for costs in zip(*(m for _, m in ranked[MOST_BANDS - 1 :]), strict=True)
    )
    return (*(Band(name, months) for name, months in ranked[: MOST_BANDS - 1]), Band("", rest, is_rest=True))
