"""Whether a condition is told today: the whole of "never twice, never lost", without a database.

Lead times: told when any is reached that was not told before, all reached ones at once, so that a gap is caught up with one
message. An excess: told once, and again only when it has grown. What repeats does so at its interval, neither daily nor
never. Whoever acknowledged or snoozed is left in peace, unless it has become worse or a new lead time is reached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Before:
    """What was told of a condition so far."""

    told_leads: tuple[int, ...] = ()
    level: int = 0
    told_at: datetime | None = None
    is_acknowledged: bool = False
    snoozed_until: date | None = None


def is_told(
    *,
    before: Before | None,
    leads: Iterable[int],
    level: int,
    repeats: bool,
    interval_days: int,
    on: date,
    at: datetime,
) -> bool:
    """Whether to tell now.

    >>> at = datetime(2026, 11, 1, 8)
    >>> asked = {"level": 0, "repeats": False, "interval_days": 7, "on": at.date(), "at": at}
    >>> is_told(before=None, leads=(60, 90), **asked), is_told(before=Before((60, 90)), leads=(60, 90), **asked)
    (True, False)
    >>> is_told(before=Before((60, 90)), leads=(30, 60, 90), **asked)
    True
    """
    if before is None:
        return True
    if before.snoozed_until is not None and on < before.snoozed_until:
        return False
    if set(leads) - set(before.told_leads) or level > before.level:
        return True
    if before.is_acknowledged or not repeats or before.told_at is None:
        return False
    return at >= before.told_at + timedelta(days=interval_days) - timedelta(hours=1)


def after_quiet_hours(at: datetime, *, quiet_from: int | None, quiet_until: int | None) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into.

    >>> str(after_quiet_hours(datetime(2026, 11, 1, 23, 30), quiet_from=20, quiet_until=7))
    '2026-11-02 07:00:00'
    >>> str(after_quiet_hours(datetime(2026, 11, 1, 12), quiet_from=20, quiet_until=7))
    '2026-11-01 12:00:00'
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return at
    hour = at.hour
    is_over_night = quiet_from > quiet_until
    is_quiet = (
        (hour >= quiet_from or hour < quiet_until) if is_over_night else quiet_from <= hour < quiet_until
    )
    if not is_quiet:
        return at
    end = at.replace(hour=quiet_until, minute=0, second=0, microsecond=0)
    return end if end > at else end + timedelta(days=1)
