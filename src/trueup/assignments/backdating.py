"""Days that lie behind: units given, or taken back, from an earlier day on, with a reason and marked as such (R-082).

What a licence could not have given on any day since is refused, as it would have been on that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assignments.holding import Thing
from trueup.assignments.models import Assignment
from trueup.base.problems import InvalidValue
from trueup.licences.balances import NotEnoughUnits
from trueup.licences.models import Account, Licence, Movement
from trueup.tenancy.models import Policy


def past_day(*, since: date | None, on: date, reason: str) -> date | None:
    """The day, if it is one before today; refused ahead of today, and without a reason in words."""
    if since is None or since == on:
        return None
    if since > on:
        words = _(
            "%(day)s is still to come: units are given and taken back today, or from an earlier day on."
        )
        raise InvalidValue.of("since", words % {"day": since})
    if not reason.strip():
        raise InvalidValue.of(
            "reason", _("Say in words why it is written down later than it happened: it is recorded.")
        )
    return since


def began_at(since: date) -> datetime:
    """The first moment of a day, where the reader is."""
    return timezone.make_aware(datetime.combine(since, time.min))


def refuse_too_few(*, licence: Licence, units: int, since: date) -> None:
    """Refuse units that were not free on every day since, where the licence blocks."""
    if licence.is_unlimited or licence.policy != Policy.BLOCK:
        return
    moved = (
        Movement.objects.filter(licence=licence, account__in=(Account.GRANTED, Account.HELD))
        .order_by("effective_on")
        .values_list("effective_on", "account")
        .annotate(moved=Sum("units"))
    )
    turns: dict[date, int] = {}
    for day, account, number in moved:
        turns[day] = turns.get(day, 0) + (number if account == Account.GRANTED else -number)
    free, least, on_day = 0, None, since
    for day in sorted({*turns, since}):
        free += turns.get(day, 0)
        if day >= since and (least is None or free < least):
            least, on_day = free, day
    if least is not None and least < units:
        words = _("%(units)s asked for from %(since)s on, and on %(day)s %(free)s were free.")
        facts = {"units": units, "since": since, "day": on_day, "free": max(least, 0)}
        raise NotEnoughUnits(words % facts, asked=units, free=least, day=str(on_day))


def refuse_overlap(*, licence: Licence, holder: Mapping[str, Thing], since: date) -> None:
    """Refuse a holder who had units of the licence on one of these days already."""
    had = Assignment.objects.filter(licence=licence, released_at__gt=began_at(since), **holder).first()
    if had is not None and had.released_at is not None:
        words = _("The holder had units of this licence until %(day)s: begin after that day.")
        day = timezone.localdate(had.released_at)
        raise InvalidValue.of("since", words % {"day": day})


def refuse_before_start(*, rows: list[Assignment], since: date) -> None:
    """Refuse an end before the beginning."""
    late = next((row for row in rows if row.assigned_at > began_at(since)), None)
    if late is not None:
        words = _("The units were given on %(day)s: they cannot be taken back before.")
        raise InvalidValue.of("since", words % {"day": timezone.localdate(late.assigned_at)})
