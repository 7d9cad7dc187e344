"""What is known of the last use, in words: a day, never, or not reported (U-043)."""

from __future__ import annotations

from datetime import datetime

from trueup.inventory.use import Use, use_of
from trueup.web.kit.figures import day


def last_used(at: datetime | None, *, is_reported: bool) -> str:
    """The day, or which of the other two it is."""
    return day(at.date()) if at else str(Use(use_of(last_used_at=at, is_reported=is_reported)).label)
