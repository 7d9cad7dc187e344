"""When a report is sent, and which days it is about then: the period of its cadence that has just ended."""

from __future__ import annotations

from datetime import date, timedelta

MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
WEEK = timedelta(days=7)


def start_of(cadence: str, day: date) -> date:
    """The first day of the period a day is in; weeks begin on Monday.

    >>> str(start_of("quarterly", date(2026, 11, 21))), str(start_of("weekly", date(2026, 11, 21)))
    ('2026-10-01', '2026-11-16')
    """
    if cadence not in MONTHS:
        return day - timedelta(days=day.weekday())
    months = MONTHS[cadence]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def next_start(cadence: str, after: date) -> date:
    """The first day of the period that follows the one a day is in.

    >>> str(next_start("monthly", date(2026, 12, 31))), str(next_start("yearly", date(2026, 1, 1)))
    ('2027-01-01', '2027-01-01')
    """
    start = start_of(cadence, after)
    if cadence not in MONTHS:
        return start + WEEK
    month = start.month - 1 + MONTHS[cadence]
    return date(start.year + month // 12, month % 12 + 1, 1)


def period_before(cadence: str, on: date) -> tuple[date, date]:
    """The first and last day of the last period that is over on a day.

    >>> [str(day) for day in period_before("quarterly", date(2027, 1, 4))]
    ['2026-10-01', '2026-12-31']
    """
    last = start_of(cadence, on) - timedelta(days=1)
    return start_of(cadence, last), last
