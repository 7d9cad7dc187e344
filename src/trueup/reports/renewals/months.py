"""What the renewals ahead cost, by the month they fall due in: as decided, and as it would be if nobody decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from trueup.reports.renewals.endings import Ending

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Cash:
    """One currency by month: ``decided`` by plans that are, ``open`` everything else at today's cost."""

    currency: str
    months: tuple[date, ...]
    decided: tuple[Decimal, ...]
    open: tuple[Decimal, ...]

    @property
    def totals(self) -> tuple[Decimal, ...]:
        return tuple(a + b for a, b in zip(self.decided, self.open, strict=True))


@dataclass(frozen=True, slots=True)
class Due:
    """What falls due in a month, by its first day."""

    currency: str
    month: date
    decided: Decimal
    open: Decimal


def due_of(endings: Iterable[Ending]) -> Iterator[Due]:
    """What each would cost again, due in the month of the first day of the new term."""
    for one in endings:
        if one.cost is not None:
            month = (one.expires_on + timedelta(days=1)).replace(day=1)
            yield Due(one.currency, month, *_amounts(one))


def cash_by_month(dues: Iterable[Due]) -> tuple[Cash, ...]:
    """One answer a currency, the largest first."""
    amounts: dict[str, dict[date, list[Decimal]]] = {}
    for one in dues:
        pair = amounts.setdefault(one.currency, {}).setdefault(one.month, [Decimal(0), Decimal(0)])
        pair[0] += one.decided
        pair[1] += one.open
    found = [_cash(currency, months) for currency, months in amounts.items()]
    return tuple(sorted(found, key=lambda cash: (-sum(cash.totals), cash.currency)))


def _amounts(one: Ending) -> tuple[Decimal, Decimal]:
    """What a plan has decided to spend, and what would be spent as things are."""
    cost = one.cost or Decimal(0)
    if one.plan is None or one.plan.state == "open" or one.plan.kind == "negotiate":
        return Decimal(0), cost
    if one.plan.kind == "drop":
        return Decimal(0), Decimal(0)
    if one.plan.units is None or not one.purchased:
        return cost, Decimal(0)
    return (cost * one.plan.units / one.purchased).quantize(CENT), Decimal(0)


def _cash(currency: str, months: dict[date, list[Decimal]]) -> Cash:
    first, last = min(months), max(months)
    span = []
    while first <= last:
        span.append(first)
        first = (first + timedelta(days=32)).replace(day=1)
    nothing = [Decimal(0), Decimal(0)]
    pairs = [months.get(month, nothing) for month in span]
    return Cash(currency, tuple(span), tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
