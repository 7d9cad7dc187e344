"""Days as people write them: ISO, 31.12.2026, 12/31/2026, 31 déc. 2026, Excel's serial numbers.

Whether 03/04 is in March or in April is decided by the column: a part above 12 settles it for all cells
with the same separator. A dotted day is always day first. Nothing else is guessed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache

from babel.dates import get_month_names
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.connectors.spreadsheet.sheets import Cell
from trueup.connectors.spreadsheet.values.refused import UNCLEAR_DATE, RefusedValueError
from trueup.connectors.spreadsheet.words import normal, normal_set


class DayOrder(StrEnum):
    """Which of two numbers is the day."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


LOCALES = ("en", "de", "fr", "nb", "nl", "es", "it")
CLOCK = re.compile(
    r"[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?$"
)
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})")
YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})\.?")
DAY_NAMED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s.-]*(?:of |de )?([^\W\d_]+)\.?[\s,.-]*(?:de )?(\d{4}|\d{2})"
)
MONTH_NAMED = re.compile(r"([^\W\d_]+)\.?[\s-]*(\d{1,2})(?:st|nd|rd|th)?[\s,-]+(\d{4}|\d{2})")
NO_DAY = frozenset({"0000-00-00", "1899-12-30", "1900-01-00", "1900-01-01", "00.00.0000", "00/00/0000"})
NOTHING = frozenset(
    {"-", "--", "n/a", "na", "none", "null", "unknown", "unbekannt", "k.a.", "inconnu", "?", "tbd"}
)
NO_END = normal_set(
    "perpetual", "never", "unlimited", "forever", "no expiry", "lifetime", "permanent", "does not expire", "unbefristet",
    "unbegrenzt", "dauerhaft", "nie", "keine", "perpétuel", "perpétuelle", "illimité", "permanente", "jamais", "à vie",
)  # fmt: skip
SERIAL_START = date(1899, 12, 30)
SERIALS = range(20_000, 80_000)  # 1954 to 2119
EARLIEST, LATEST = date(1970, 1, 1), date(2200, 12, 31)
PIVOT = 70  # two-digit years from here on are of the last century
STRAY = Fraction(1, 10)
MONTHS_IN_YEAR = 12
EXAMPLE = gettext_lazy("Write the day as 2026-12-31.")

Orders = Mapping[str, DayOrder | None]


@dataclass(frozen=True, slots=True)
class Numeric:
    """A day of three numbers with the year last."""

    first: int
    second: int
    year: int
    separator: str

    def on(self, order: DayOrder) -> date | None:
        """The day in this order, or None when there is none."""
        day, month = (self.first, self.second) if order is DayOrder.DAY_FIRST else (self.second, self.first)
        return day_of(self.year, month, day)

    def evidence(self) -> DayOrder | None:
        """The only order that gives a day, unless both do."""
        possible = [order for order in DayOrder if self.on(order)]
        return possible[0] if len(possible) == 1 else None


@cache
def months() -> dict[str, int]:
    """Month names and their abbreviations in every language we read, folded, without marks and dots."""
    return {
        folded(name): number
        for locale in LOCALES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context=context, locale=locale).items()
    } | {"sept": 9, "marz": 3, "mrz": 3, "maerz": 3, "janner": 1}


def folded(name: str) -> str:
    """A month's name without accents, dots and case.

    >>> folded("Févr."), folded("März")
    ('fevr', 'marz')
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in decomposed if character.isalpha())


def day_of(year: int, month: int, day: int) -> date | None:
    """A day, or None when the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(digits: str) -> int:
    """Four digits as they are, two around the pivot.

    >>> full_year("27"), full_year("98"), full_year("2031")
    (2027, 1998, 2031)
    """
    year = int(digits)
    return year if len(digits) > 2 else year + (1900 if year >= PIVOT else 2000)  # noqa: PLR2004 - two digits


def without_clock(text: str) -> str:
    """The text of a moment without its clock: exports write 00:00:00 behind a day."""
    return CLOCK.sub("", unicodedata.normalize("NFKC", text).strip())


def numeric(text: str) -> Numeric | None:
    """The text as three numbers with the year last, or None."""
    found = YEAR_LAST.fullmatch(without_clock(text))
    return Numeric(int(found[1]), int(found[3]), full_year(found[4]), found[2]) if found else None


def decide_orders(cells: Iterable[Cell], *, answer: DayOrder | None = None) -> Orders:
    """For each separator the order the column's clear cells agree on; the person's answer where they do not."""
    said: dict[str, list[DayOrder]] = {"/": [], "-": [], ".": []}
    for cell in cells:
        found = numeric(cell) if isinstance(cell, str) else None
        if found and (order := found.evidence()):
            said[found.separator].append(order)
    return {separator: agreed(orders, separator, answer) for separator, orders in said.items()}


def agreed(orders: list[DayOrder], separator: str, answer: DayOrder | None) -> DayOrder | None:
    """The order of the great majority, else the answer; dots mean day first unless the column says otherwise."""
    usual = DayOrder.DAY_FIRST if separator == "." else answer
    if not orders:
        return usual
    first = orders.count(DayOrder.DAY_FIRST)
    if min(first, len(orders) - first) > STRAY * len(orders):
        return answer
    return DayOrder.DAY_FIRST if first * 2 > len(orders) else DayOrder.MONTH_FIRST


def read_date(cell: Cell, orders: Orders) -> date | None:
    """The day in a cell; None for words and zeros that mean there is none.

    Raises RefusedValueError when the cell is no day, or may be two.
    """
    if isinstance(cell, date):
        return in_range(cell)
    if isinstance(cell, Decimal):
        return from_serial(cell)
    if not isinstance(cell, str):
        raise RefusedValueError("not a date", str(EXAMPLE))
    text = without_clock(cell)
    if text.casefold() in NOTHING or text in NO_DAY or normal(text) in NO_END:
        return None
    if found := numeric(text):
        return from_numbers(found, orders)
    if (day := from_words(text)) or (day := from_iso(text)):
        return in_range(day)
    if text.isdigit():
        return from_serial(Decimal(text))
    raise RefusedValueError("not a date", str(EXAMPLE))


def from_numbers(found: Numeric, orders: Orders) -> date:
    """A day of three numbers, in the order of its column."""
    possible = {day for order in DayOrder if (day := found.on(order))}
    if not possible:
        raise RefusedValueError(
            "no such day", _("The calendar has no such day. %(example)s") % {"example": EXAMPLE}
        )
    order = orders.get(found.separator)
    if order is None and len(possible) > 1:
        one, other = sorted(possible)
        raise RefusedValueError(
            UNCLEAR_DATE,
            _("This may be %(one)s or %(other)s. Say whether day or month comes first, or write it ISO.")
            % {"one": one, "other": other},
        )
    day = found.on(order) if order else possible.pop()
    if day is None:
        raise RefusedValueError(
            "other order of day and month",
            _("The rest of the column is %(order)s. %(example)s") % {"order": order, "example": EXAMPLE},
        )
    return in_range(day)


def from_iso(text: str) -> date | None:
    """Year, month, day, with or without separators."""
    found = YEAR_FIRST.fullmatch(text)
    return (
        day_of(*(int(part) for part in (found[1] or found[5], found[3] or found[6], found[4] or found[7])))
        if found
        else None
    )


def from_words(text: str) -> date | None:
    """A day whose month is a word."""
    if found := DAY_NAMED.fullmatch(text):
        day, month, year = found.groups()
    elif found := MONTH_NAMED.fullmatch(text):
        month, day, year = found.groups()
    else:
        return None
    number = months().get(folded(month))
    return day_of(full_year(year), number, int(day)) if number else None


def from_serial(value: Decimal) -> date | None:
    """Excel's count of days; zero is what an empty cell becomes."""
    if value == 0:
        return None
    if int(value) not in SERIALS:
        raise RefusedValueError("not a date", str(EXAMPLE))
    return SERIAL_START + timedelta(days=int(value))


def in_range(day: date) -> date:
    """A day a licence may have; further ones are slips of the pen, but for the last there is: no end."""
    if not EARLIEST <= day <= LATEST and day.year != MAXYEAR:
        raise RefusedValueError(
            "day out of range",
            _("Days from %(earliest)s to %(latest)s are taken. %(example)s")
            % {"earliest": EARLIEST, "latest": LATEST, "example": EXAMPLE},
        )
    return day
