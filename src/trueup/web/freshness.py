"""How old the newest data is: the chip in the top bar, which turns amber with age and opens the inventories."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.inventory.queries import newest_receipt_at

if TYPE_CHECKING:
    from trueup.base.actor import Actor

KEPT_SECONDS = 60
FRESH, OLD = timedelta(days=2), timedelta(days=30)
NEVER = "never"


def freshness_of(actor: Actor) -> dict[str, Any] | None:
    """The chip for whoever may see inventories; none before the first one came in."""
    if not actor.may_somewhere(Permission.INVENTORY_VIEW):
        return None
    newest = _newest(actor)
    if newest is None:
        return None
    age = timezone.now() - newest
    words = timesince(newest, depth=1)
    return {
        "url": reverse("receipts"),
        "tone": "good" if age < FRESH else "warn" if age < OLD else "bad",
        "label": _("Data %(age)s old") % {"age": words},
        "title": _("The newest inventory came in %(age)s ago") % {"age": words},
    }


def _newest(actor: Actor) -> datetime | None:
    """Asked for once a minute, not with every page."""
    companies = actor.companies(Permission.INVENTORY_VIEW)
    key = f"newest-inventory-{'all' if companies is None else '-'.join(map(str, sorted(companies)))}"
    found = cache.get(key)
    if found is None:
        found = newest_receipt_at(actor=actor) or NEVER
        cache.set(key, found, KEPT_SECONDS)
    return None if found == NEVER else found
