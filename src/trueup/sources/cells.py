"""Reads single values of other systems' answers: what cannot be read is None, and None is never 0."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

FIRST_YEAR = 1990
"""What is older is how some systems write "not known": year 1, 1601 or 1970."""
MOST_UNITS = 2**31 - 1


def words(value: Any, *, most: int = 500) -> str:
    """Text on one line, cut to a column's width; empty for what is no text.

    >>> words("  Draw   Pro "), words(None), words(7)
    ('Draw Pro', '', '7')
    """
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return " ".join(str(value).replace("\0", "").split())[:most]
    return ""


def units(value: Any) -> int | None:
    """A whole number that is not negative, also as text.

    >>> units(25), units("8"), units(None), units(-1), units("many"), units(0)
    (25, 8, None, None, None, 0)
    """
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()[:12])
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value <= MOST_UNITS else None


def money(value: Any) -> Decimal | None:
    """An exact amount.

    >>> money("11.39"), money(None), money("free")
    (Decimal('11.39'), None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal(10) ** 12 else None


def moment(value: Any) -> datetime | None:
    """A moment in ISO form, in UTC where it says nothing else, or in seconds since 1970.

    >>> moment("2026-03-01T09:00:00Z"), moment("0001-01-01 00:00:00 +0000 UTC"), moment("soon")
    (datetime.datetime(2026, 3, 1, 9, 0, tzinfo=datetime.timezone.utc), None, None)
    """
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value, UTC)
        else:
            found = datetime.fromisoformat(str(value).strip().replace(" +0000 UTC", "+00:00"))
    except (ValueError, OverflowError, OSError):
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found.astimezone(UTC) if found.year >= FIRST_YEAR else None


def day(value: Any) -> date | None:
    """The day of a moment."""
    found = moment(value)
    return found.date() if found else None


def flag(value: Any) -> bool | None:
    """Yes, no, or not told."""
    return value if isinstance(value, bool) else None
