"""Calendar feeds: a secret address for one person's calendar program, which cannot sign in.

The address is shown once and kept as a hash; it ends by itself, and its owner can end it before. What it shows is what
its owner may see on the day it is asked.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotFound
from trueup.contracts.models import CalendarFeed
from trueup.tenancy.queries import actor_of, hash_secret

DEFAULT_DAYS, MOST_DAYS, MOST_FEEDS = 366, 731, 10
STAMP_AFTER = timedelta(hours=1)


def create_feed(*, actor: Actor, name: str, at: datetime, days: int = DEFAULT_DAYS) -> str:
    """Make an address for the actor's own calendar and return its secret part, the only time it can be seen."""
    if actor.user_id is None:
        raise NotFound(_("Only someone who signs in has a calendar."))
    if not 1 <= days <= MOST_DAYS:
        raise InvalidValue.of(
            "days",
            _("A calendar lives 1 to %(most)s days, not %(days)s.") % {"most": MOST_DAYS, "days": days},
        )
    if feeds_of(actor=actor).filter(expires_at__gt=at).count() >= MOST_FEEDS:
        raise InvalidValue.of(
            "name", _("You have %(n)s calendars; end one of them first.") % {"n": MOST_FEEDS}
        )
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        feed = CalendarFeed.objects.create(
            user_id=actor.user_id,
            name=name.strip()[:100] or _("Calendar"),
            secret_hash=hash_secret(secret),
            created_at=at,
            expires_at=at + timedelta(days=days),
        )
        _record(actor, feed, "contracts.feed_created", at)
    return secret


def revoke_feed(*, actor: Actor, feed_id: int, at: datetime) -> None:
    """End one of the actor's own calendars now."""
    with transaction.atomic():
        feed = feeds_of(actor=actor).filter(pk=feed_id).select_for_update(no_key=True).first()
        if feed is None:
            raise NotFound(_("You have no live calendar %(id)s.") % {"id": feed_id})
        CalendarFeed.objects.filter(pk=feed.pk).update(revoked_at=at)
        _record(actor, feed, "contracts.feed_revoked", at)


def _record(actor: Actor, feed: CalendarFeed, event: str, at: datetime) -> None:
    happening = Happening(event, "feed", feed.pk, feed.name, {"ends": feed.expires_at})
    companies: list[int | None] = [None] if actor.everywhere else [*sorted(actor.roles)] or [None]
    for company_id in companies:
        record(actor=actor, company_id=company_id, at=at, happening=happening)


def feeds_of(*, actor: Actor) -> QuerySet[CalendarFeed]:
    """The actor's own calendars that were not ended by hand, the newest first."""
    return CalendarFeed.objects.filter(user_id=actor.user_id or 0, revoked_at=None).order_by("-created_at")


def feed_actor_for(*, secret: str, at: datetime) -> Actor:
    """Who reads through this address, with the roles of this moment; every failure reads the same."""
    feed = (
        CalendarFeed.objects.select_related("user")
        .filter(secret_hash=hash_secret(secret), revoked_at=None, expires_at__gt=at, user__is_active=True)
        .first()
    )
    if feed is None:
        raise NotFound(_("There is no such calendar."))
    if feed.last_used_at is None or at - feed.last_used_at > STAMP_AFTER:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_used_at=at)
    return actor_of(user=feed.user, via="calendar")
