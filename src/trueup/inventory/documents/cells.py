"""Reads single cells of an agent's document: text, whole numbers, flags and days, as strangely as they are written."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime

LONGEST_TEXT = 500
"""Characters kept of one cell; a longer name is a defect of the source, and an index would refuse it."""

LARGEST_NUMBER = 2**53
EARLIEST_DAY = date(1980, 1, 1)  # dates before the first PC are clocks that were never set
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LEADING_NUMBER = re.compile(r"\s*(\d{1,16})")
DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b")
YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
ASCTIME = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) \d{2}:\d{2}:\d{2} (?:[A-Z]{2,5} )?(\d{4})")

Cell = str | int | float | bool | None


def speakable(text: str) -> str:
    """Text without control characters, lone surrogates and non-characters, which no database or XML may hold."""
    return UNSPEAKABLE.sub("", text)


def text_in(cell: Cell) -> str | None:
    r"""The text of a cell, trimmed; empty means None.

    >>> text_in("  Acrobat\x00 Reader "), text_in(""), text_in(12), text_in(True)
    ('Acrobat Reader', None, '12', '1')
    """
    if cell is None:
        return None
    if isinstance(cell, bool):
        return str(int(cell))
    text = speakable(cell) if isinstance(cell, str) else str(cell)
    return text.strip()[:LONGEST_TEXT].rstrip() or None


def whole_in(cell: Cell) -> int | None:
    """The leading whole number of a cell, or None.

    >>> whole_in("4194MB"), whole_in(24105), whole_in("N/A"), whole_in(-1)
    (4194, 24105, None, None)
    """
    found = LEADING_NUMBER.match(text_in(cell) or "")
    number = int(found[1]) if found else None
    return number if number is not None and number < LARGEST_NUMBER else None


def flag_in(cell: Cell) -> bool | None:
    """Whether a cell says yes or no; None when it says neither.

    >>> flag_in("1"), flag_in(False), flag_in("yes"), flag_in(None)
    (True, False, True, None)
    """
    word = (text_in(cell) or "").casefold()
    if word in {"1", "true", "yes"}:
        return True
    return False if word in {"0", "false", "no"} else None


def day_in(cell: Cell) -> date | None:
    """The day of a cell in any of the ways agents write one; unreadable or before 1980 is None, never a guess.

    >>> [str(day_in(text)) for text in ("17/11/2021", "2025/04/20 00:00:00", "2006-08-20 12:06", "20110310")]
    ['2021-11-17', '2025-04-20', '2006-08-20', '2011-03-10']
    >>> str(day_in("Wed Aug 10 17:56:26 2011")), day_in("1970-00-01"), day_in("N/A"), day_in("03/25/2017")
    ('2011-08-10', None, None, None)
    """
    text = text_in(cell) or ""
    day = None
    with suppress(ValueError):
        day = _written_day(text)
    return day if day and day >= EARLIEST_DAY else None


def _written_day(text: str) -> date | None:
    if found := YEAR_FIRST.match(text) or COMPACT.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := DAY_FIRST.match(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := ASCTIME.match(text):
        return datetime.strptime(f"{found[3]} {found[1]} {found[2]}", "%Y %b %d").date()  # noqa: DTZ007 - a day has no zone
    return None
