"""Cells as people read them, on the page and on paper alike: by CLDR, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.days import day_in_words, locale
from trueup.reports.render.table import Cell, Column, Kind

NUMBER_KINDS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT, Kind.MONEY})
PATTERNS = {
    Kind.MONEY: "#,##0.00##",
    Kind.DECIMAL: "#,##0.######",
    Kind.PERCENT: "#,##0.0",
    Kind.INTEGER: "#,##0",
}
MINUS = "\N{MINUS SIGN}"


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
        return f"{day_in_words(local.date())}, {local:%H:%M}"
    return day_in_words(cell) if isinstance(cell, date) else cell


def total_said(measure: str) -> str:
    """What a line of sums is of."""
    return _("Total %(measure)s") % {"measure": measure} if measure else _("Total")
