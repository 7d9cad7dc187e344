"""What a line costs, exactly: net of a discount, for its units, packs or as a whole, spread over days, split in parts.

Every amount is rounded once, half up to the cent. Spread amounts are differences of rounded running totals, so that
the months of a term add up to its price; parts are rounded down and the cents left go to the largest remainders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.db.models import Case, DateField, DecimalField, Expression, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Abs, Cast, Coalesce, Round

if TYPE_CHECKING:
    from trueup.licences.models import Purchase

CENT = Decimal("0.01")
FINE = Decimal("0.0001")
HUNDRED = Decimal(100)
YEAR_DAYS = 365
MONEY = DecimalField(max_digits=50, decimal_places=10)


def cents(amount: Decimal) -> Decimal:
    """The amount to the cent, half up.

    >>> cents(Decimal("220.8895")), cents(Decimal("-0.005"))
    (Decimal('220.89'), Decimal('-0.01'))
    """
    return amount.quantize(CENT, ROUND_HALF_UP)


def net_of(list_price: Decimal, discount_percent: Decimal) -> Decimal:
    """A list price less its discount, to a hundredth of a cent.

    >>> net_of(Decimal("19.99"), Decimal(15))
    Decimal('16.9915')
    """
    return (list_price * (HUNDRED - discount_percent) / HUNDRED).quantize(FINE, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Priced:
    """What is needed to know what a line costs."""

    price: Decimal | None
    basis: str
    units: int
    is_unlimited: bool = False
    covered_units: int | None = None
    packs: int | None = None
    list_price: Decimal | None = None
    discount_percent: Decimal | None = None

    @property
    def quantity(self) -> int:
        """How many times the price is paid: units, packs, or once."""
        if self.basis == "pack":
            return self.packs or 1
        if self.basis == "unit" and not self.is_unlimited:
            return abs(self.units if self.covered_units is None else self.covered_units)
        return 1

    @property
    def total(self) -> Decimal | None:
        """The whole line to the cent; what takes units away is a credit, hence negative.

        >>> Priced(Decimal("250.00"), "total", 13).total, Priced(Decimal("9.99"), "unit", -2).total
        (Decimal('250.00'), Decimal('-19.98'))
        """
        if self.price is None:
            return None
        one = self.price
        if self.list_price is not None and self.discount_percent is not None:
            one = self.list_price * (HUNDRED - self.discount_percent) / HUNDRED
        return cents(one * self.quantity * (-1 if self.units < 0 else 1))


def total_of(line: Purchase) -> Decimal | None:
    """The whole of a stored line to the cent."""
    names = (
        "price",
        "basis",
        "units",
        "is_unlimited",
        "covered_units",
        "packs",
        "list_price",
        "discount_percent",
    )
    return Priced(*(getattr(line, name) for name in names)).total


def total_in_sql() -> Expression:
    """The same total as an expression over purchase lines; the database keeps it in their column ``total``."""
    quantity = Case(
        When(Q(basis="unit", is_unlimited=False), then=Cast(Abs(Coalesce("covered_units", "units")), MONEY)),
        When(basis="pack", then=Cast(Coalesce("packs", Value(1)), MONEY)),
        default=Value(Decimal(1)),
        output_field=MONEY,
    )
    share = Cast((Value(HUNDRED) - F("discount_percent")) / Value(HUNDRED), MONEY)
    one = Case(
        When(
            Q(price__isnull=False, list_price__isnull=False, discount_percent__isnull=False),
            then=Cast("list_price", MONEY) * share,
        ),
        default=Cast("price", MONEY),
        output_field=MONEY,
    )
    sign = Case(When(units__lt=0, then=Value(Decimal(-1))), default=Value(Decimal(1)), output_field=MONEY)
    return Round(one * quantity * sign, precision=2, output_field=MONEY)


def spent_until(total: Decimal, *, first: date, after: date | None, day: date) -> Decimal:
    """How much of a line's price is for the days before ``day``; a line without an end costs all on its first day.

    >>> year = {"first": date(2026, 1, 1), "after": date(2027, 1, 1)}
    >>> spent_until(Decimal("100.00"), **year, day=date(2026, 2, 1)), spent_until(Decimal(100), **year, day=date(2030, 1, 1))
    (Decimal('8.49'), Decimal('100.00'))
    """
    if after is None:
        return cents(total) if first < day else Decimal("0.00")
    term = (after - first).days
    gone = max(0, min((day - first).days, term))
    return cents(total * gone / term)


def spent_in_sql(day: date) -> Expression:
    """The same as an expression over purchase lines."""
    told = Cast(Value(day), DateField())
    term = _days(F("valid_until"), F("valid_from"))
    gone = _days(told, F("valid_from"))
    spread = Round(F("total") * Cast(gone, MONEY) / Cast(term, MONEY), precision=2, output_field=MONEY)
    return Case(
        When(valid_from__gte=day, then=Value(Decimal(0))),
        When(Q(valid_until=None) | Q(valid_until__lte=day), then="total"),
        default=spread,
        output_field=MONEY,
    )


def _days(end: Expression | F, start: Expression | F) -> Func:
    return Func(end, start, template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


def parted(total: Decimal, percents: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """An amount in parts of 100 % that add up to it: rounded down, the cents left to the largest remainders, the first
    of equal ones first.

    >>> parted(Decimal("100.00"), [Decimal("33.3333"), Decimal("33.3333"), Decimal("33.3334")])
    (Decimal('33.33'), Decimal('33.33'), Decimal('33.34'))
    >>> parted(Decimal("0.05"), [Decimal(50), Decimal(50)])
    (Decimal('0.03'), Decimal('0.02'))
    """
    sign = -1 if total < 0 else 1
    exact = [abs(cents(total)) * percent / HUNDRED for percent in percents]
    down = [amount.quantize(CENT, ROUND_DOWN) for amount in exact]
    left = int((abs(cents(total)) - sum(down, Decimal(0))) / CENT)
    order = sorted(range(len(exact)), key=lambda at: (down[at] - exact[at], at))
    for at in order[:left]:
        down[at] += CENT
    return tuple(amount * sign for amount in down)


def book_value(total: Decimal, *, percent: Decimal, since: date, on: date) -> Decimal:
    """What is left of a price that loses ``percent`` a year in equal days of 365, never less than nothing (D-047).

    >>> book_value(Decimal(1000), percent=Decimal(25), since=date(2025, 1, 1), on=date(2026, 1, 1))
    Decimal('750.00')
    """
    days = max(0, (on - since).days)
    left = total - total * percent / HUNDRED * days / YEAR_DAYS
    return cents(max(left, Decimal(0)))
