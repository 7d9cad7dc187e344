"""When something was used last has three values: a moment, never, and not reported. Only the first two can be acted on.

Most sources do not know. What they do not say is never taken for "never": nobody loses a licence for a source's silence.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Case, CharField, TextChoices, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy


class Use(TextChoices):
    """What is known of the last use."""

    USED = "used", gettext_lazy("Used")
    NEVER = "never", gettext_lazy("Never used")
    NOT_REPORTED = "not_reported", gettext_lazy("Not reported")


USE = Cast(
    Case(
        When(use_is_reported=False, then=Value(Use.NOT_REPORTED)),
        When(last_used_at=None, then=Value(Use.NEVER)),
        default=Value(Use.USED),
    ),
    CharField(max_length=12),
)
"""The use of a row that has ``use_is_reported`` and ``last_used_at``, for lists."""


def use_of(*, last_used_at: datetime | None, is_reported: bool) -> Use:
    """Which of the three it is.

    >>> [str(use_of(last_used_at=None, is_reported=told)) for told in (True, False)]
    ['never', 'not_reported']
    """
    if not is_reported:
        return Use.NOT_REPORTED
    return Use.USED if last_used_at else Use.NEVER


def may_be_reclaimed(
    *, last_used_at: datetime | None, is_reported: bool, since: datetime, at: datetime, idle: timedelta
) -> bool:
    """Whether something lay idle long enough to be taken back: known to be unused for so long, or never used since then.

    >>> from datetime import UTC
    >>> today, spring = datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    >>> idle = timedelta(days=90)
    >>> [may_be_reclaimed(last_used_at=used, is_reported=told, since=spring, at=today, idle=idle)
    ...  for used, told in ((spring, True), (today, True), (None, True), (None, False))]
    [True, False, True, False]
    """
    use = use_of(last_used_at=last_used_at, is_reported=is_reported)
    return use is not Use.NOT_REPORTED and (last_used_at or since) <= at - idle
