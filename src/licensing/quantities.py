"""Exact numbers: every quantity and every amount of money is a whole number or a fraction, never a float."""

import json
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from licensing.problems import LicensingProblem

Exact = int | Fraction

_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


class NotExact(LicensingProblem, ValueError):
    """The value is not a number that can be kept exactly."""


def exact(value: object) -> Exact:
    """The same number, exactly: from a whole number, a fraction, a Decimal or decimal text.

    >>> exact("0.83")
    Fraction(83, 100)
    >>> exact(Decimal("2.00"))
    2
    """
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal | str):
        raise NotExact(f"{value!r} is not an exact number: give a whole number, a Decimal or decimal text")
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise NotExact(f"{value!r} is not decimal text such as 12 or 0.75")
    if isinstance(value, Decimal) and not value.is_finite():
        raise NotExact(f"{value!r} is not a finite number")
    return plain(Fraction(value))


def plain(number: Exact) -> Exact:
    """A whole number as int, anything else as Fraction.

    >>> plain(Fraction(8, 2))
    4
    """
    return number.numerator if number.denominator == 1 else number


def ceiling(number: Exact) -> int:
    """Round up to a whole number.

    >>> ceiling(Fraction(9, 2))
    5
    """
    return -(-number.numerator // number.denominator)


def packs_of(units: int, size: int) -> int:
    """How many packs of a size hold so many units.

    >>> packs_of(5, 2), packs_of(0, 2)
    (3, 0)
    """
    return -(-units // size)


def written(value: object) -> str:
    """A value as a reader meets it in a working: decimals where they end, fractions where they do not.

    >>> written(Fraction(249, 2)), written(Fraction(10, 3)), written(None)
    ('124.5', '10/3', 'unknown')
    """
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction) and _ends(value.denominator):
        return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return str(value)


def agrees(found: Exact, printed: Decimal) -> bool:
    """Whether an exact number rounds to a printed decimal at the digits printed.

    >>> agrees(Fraction(10, 3), Decimal("3.333")), agrees(Fraction(10, 3), Decimal("3.34"))
    (True, False)
    """
    unit = Fraction(10) ** min(int(printed.as_tuple().exponent), 0)
    return abs(Fraction(found) - Fraction(printed)) * 2 <= unit


def read_json(text: str) -> Any:
    """JSON with its decimals kept as Decimal, so that 0.83 stays 83/100."""
    return json.loads(text, parse_float=Decimal)


def _ends(denominator: int) -> bool:
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1
