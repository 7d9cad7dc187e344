"""Cells as people read them, on the page and on paper alike: by CLDR, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trueup.reports.render.table import Cell, Column, Kind

NUMBER_KINDS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY})
PATTERNS = {Kind.MONEY: "#,##0.00##", Kind.DECIMAL: "#,##0.######", Kind.INTEGER: "#,##0"}
MINUS = "\N{MINUS SIGN}"


@lru_cache(maxsize=16)
def _locale_named(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en_GB")


def locale() -> Locale:
    """The reader's locale; British English where CLDR does not know it."""
    return _locale_named((get_language() or "en-gb").replace("en-gb", "en-GB"))


def said(cell: Cell, column: Column) -> str:
    """One cell in words; empty stays empty."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, int | Decimal):
        pattern = PATTERNS.get(column.kind, PATTERNS[Kind.DECIMAL])
        return format_decimal(cell, format=pattern, locale=locale()).replace("-", MINUS)
    if isinstance(cell, datetime):
        local = timezone.localtime(cell)
        return f"{said_day(local.date())}, {local:%H:%M}"
    return said_day(cell) if isinstance(cell, date) else cell


def said_day(day: date) -> str:
    """A day as it is written everywhere: 30 Nov 2026."""
    pattern = locale().datetime_skeletons.get("yMMMd")
    return format_date(day, format=pattern.pattern if pattern else "d MMM y", locale=locale())


def total_said(measure: str) -> str:
    """What a line of sums is of."""
    return _("Total %(measure)s") % {"measure": measure} if measure else _("Total")
