"""The days of a calendar: decide by, last covered day, last day to reduce, true-up, end of support. One event a day and
reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from trueup.base.actor import Actor
from trueup.contracts.queries import contracts_visible_to
from trueup.reports.renewals.detail import Batch, reductions_of
from trueup.reports.renewals.endings import CONTRACT, Ending, Sought, endings_of, within
from trueup.reports.renewals.supports import supports_ending

BACK_DAYS, AHEAD_DAYS = 31, 731
"""What a feed reaches back and ahead."""


@dataclass(frozen=True, slots=True)
class DayEvent:
    """A whole day in a calendar. ``uid`` stays the same as long as it is the same reason for the same thing."""

    uid: str
    on: date
    kind: str
    title: str
    text: str
    record_kind: str
    record_id: int


def events_of(*, actor: Actor, on: date, first: date, last: date) -> list[DayEvent]:
    """Everything that falls into the days from ``first`` to ``last``, as the actor may see it, by day."""
    endings = endings_of(Sought(actor, on, within(first - timedelta(days=1), last)))
    found = [event for one in endings for event in _dates(one, on)]
    for ending, batch in reductions_of(actor=actor, on=on, first=first, endings=endings):
        found.append(_reduction(ending, batch))
    found += _true_ups(actor, on, first, last)
    found += _supports(actor, first, last)
    return sorted(
        (one for one in found if first <= one.on <= last), key=lambda one: (one.on, one.title, one.uid)
    )


def _dates(one: Ending, on: date) -> Iterable[DayEvent]:
    owner = _("Owner: %(name)s") % {"name": one.owner} if one.owner else _("Owner: nobody")
    if one.decide_by != one.expires_on:
        title = _("Decide: %(name)s") % {"name": one.name}
        text = _("Renews by itself on %(day)s unless notice is given. %(owner)s.")
        facts = {"day": one.expires_on + timedelta(days=1), "owner": owner}
        yield _event("decide", one, one.decide_by, title, text % facts)
    if one.is_locked(on):
        title = _("Last day, then it renews: %(name)s") % {"name": one.name}
    else:
        title = _("Last day: %(name)s") % {"name": one.name}
    yield _event("ends", one, one.expires_on, title, f"{owner}.")


def _reduction(one: Ending, batch: Batch) -> DayEvent:
    title = _("Last day to reduce %(units)s units: %(name)s") % {"units": batch.units, "name": one.name}
    uid = f"reduce-line-{batch.line_id}"
    return DayEvent(uid, batch.reduce_by, "reduce", title, "", one.kind, one.record_id)


def _true_ups(actor: Actor, on: date, first: date, last: date) -> Iterable[DayEvent]:
    rows = contracts_visible_to(actor=actor, on=on).filter(
        true_up_on__gte=first, true_up_on__lte=last, retired_at=None
    )
    for one in rows:
        if one.true_up_on is None:
            continue
        text = (
            ""
            if one.baseline_units is None
            else _("Baseline: %(units)s units.") % {"units": one.baseline_units}
        )
        title = _("True-up: %(name)s") % {"name": one.name}
        yield DayEvent(f"true-up-contract-{one.pk}", one.true_up_on, "true_up", title, text, CONTRACT, one.pk)


def _supports(actor: Actor, first: date, last: date) -> Iterable[DayEvent]:
    for one in supports_ending(actor=actor, first=first, last=last):
        uid = f"{'extended' if one.is_extended else 'support'}-licence-{one.licence_id}"
        text = _("The licence itself goes on or ends on a day of its own.")
        yield DayEvent(uid, one.on, "support", one.title, text, one.kind, one.licence_id)


def _event(kind: str, one: Ending, day: date, title: str, text: str) -> DayEvent:
    return DayEvent(f"{kind}-{one.kind}-{one.record_id}", day, kind, title, text, one.kind, one.record_id)
