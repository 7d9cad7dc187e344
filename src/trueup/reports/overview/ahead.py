"""The renewals that come next: those still open by their last day to decide, then those whose notice has passed."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Case, Q, Value, When

from trueup.base.actor import Actor
from trueup.reports.overview.portfolio import Owned, owned_of

AHEAD_DAYS = 205
MOST = 10


def next_renewals(*, actor: Actor, on: date) -> list[Owned]:
    """Licences whose last covered day lies ahead; those locked into another term give way to those still open. One query."""
    ahead = Q(valid_to__gte=on, valid_to__lte=on + timedelta(days=AHEAD_DAYS))
    locked = Case(When(renews_itself=True, decide_by__lt=on, then=Value(1)), default=Value(0))
    found = owned_of(actor=actor, on=on, where=ahead, first_by=(locked, "decide_by"), most=MOST)
    return sorted(found, key=lambda one: (is_locked(one, on), one.decide_by or on, one.licence_id))[:MOST]


def is_locked(one: Owned, on: date) -> bool:
    """Whether the day to say no has passed: it will renew itself."""
    return one.renews_itself and one.decide_by is not None and one.decide_by < on
