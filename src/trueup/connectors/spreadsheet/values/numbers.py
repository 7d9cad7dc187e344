"""Numbers as people write them: 1,234.56 and 1.234,56 and 1 234,56 and 1'234.56.

A cell may fit both readings ("1,234"); then the column decides, else the rest of the file, else nobody.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext

from trueup.connectors.spreadsheet.values.refused import UNCLEAR_NUMBER, RefusedValueError


class Decimals(StrEnum):
    """Which sign stands before the decimals."""

    POINT = "point"
    COMMA = "comma"


APOSTROPHES = str.maketrans(
    {"\u2019": "'", "\u02bc": "'", "`": "'", "\u2212": "-", "\u2013": "-", "\u2014": "-"}
)
GROUPS = r"(?:\d+|[1-9]\d{{0,2}}(?:{group}\d{{3}})+|[1-9]\d{{0,2}}(?: \d{{3}})+|[1-9]\d{{0,2}}(?:'\d{{3}})+{indian})"
PATTERNS = {
    Decimals.POINT: re.compile(
        GROUPS.format(group=",", indian=r"|\d{1,2}(?:,\d{2})+,\d{3}") + r"(?:\.\d+)?|\.\d+"
    ),
    Decimals.COMMA: re.compile(GROUPS.format(group=r"\.", indian="") + r"(?:,\d+)?|,\d+"),
}
SIGNS = {Decimals.POINT: ".", Decimals.COMMA: ","}
STRAY = Fraction(1, 10)  # fewer cells than this share against the rest are mistakes, not another convention


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """What a column's cells say together: one sign for all, or None when each must speak for itself.

    A style that only the rest of the file suggests is not `sure`: it may group thousands, not cut decimals.
    """

    decimals: Decimals | None = None
    sure: bool = True


def plain(text: str) -> str:
    r"""The text with ordinary digits, spaces, minus signs and apostrophes.

    >>> plain("1\u202f420\u00a0000,00"), plain("1’234.50")
    ('1 420 000,00', "1'234.50")
    """
    return unicodedata.normalize("NFKC", text).translate(APOSTROPHES).strip()


def readings(text: str) -> dict[Decimals, Decimal]:
    """Every value the digits may stand for, by the sign that would make it so.

    >>> readings("1,234")
    {<Decimals.POINT: 'point'>: Decimal('1234'), <Decimals.COMMA: 'comma'>: Decimal('1.234')}
    >>> readings("1.234,56")
    {<Decimals.COMMA: 'comma'>: Decimal('1234.56')}
    """
    found = {}
    for decimals, pattern in PATTERNS.items():
        if pattern.fullmatch(text):
            whole, _, part = text.partition(SIGNS[decimals])
            found[decimals] = Decimal(f"{re.sub(r'[^0-9]', '', whole) or '0'}.{part or '0'}").normalize() + 0
    return found


def evidence(text: str) -> Decimals | None:
    """The sign that only one reading allows; None when both do, alike or not, or when neither does."""
    found = readings(text)
    return next(iter(found)) if len(found) == 1 else None


def decide_style(texts: Iterable[str], *, hint: Decimals | None = None) -> NumberStyle:
    """The column's sign from its clear cells; without any, the hint of the rest of the file."""
    said = [sign for text in texts if (sign := evidence(text))]
    if not said:
        return NumberStyle(hint, sure=False)
    points = said.count(Decimals.POINT)
    if min(points, len(said) - points) > STRAY * len(said):
        return NumberStyle(None)
    return NumberStyle(Decimals.POINT if points * 2 > len(said) else Decimals.COMMA)


def read_number(text: str, style: NumberStyle) -> Decimal:
    """The number in the column's style. Raises RefusedValueError when unclear or no number at all.

    >>> read_number("1,234", NumberStyle(Decimals.POINT))
    Decimal('1234')
    """
    found = readings(text)
    if not found:
        raise RefusedValueError("not a number", gettext("Write digits, for example 1234.50."))
    if len(set(found.values())) == 1 and (
        style.decimals is None or style.decimals in found or not style.sure
    ):
        return next(iter(found.values()))
    value = found.get(style.decimals) if style.decimals else None
    if value is not None and (style.sure or value == value.to_integral_value()):
        return value
    if len(found) == 1:
        raise RefusedValueError(
            "other decimal sign",
            gettext("The rest of the column has a decimal %(decimals)s. Write this one alike.")
            % {"decimals": style.decimals},
        )
    one, other = found.values()
    raise RefusedValueError(
        UNCLEAR_NUMBER,
        gettext("This may be %(one)s or %(other)s. Say which decimal sign the column uses, point or comma.")
        % {"one": format(one, "f"), "other": format(other, "f")},
    )
