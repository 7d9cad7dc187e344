"""How far the figures can be trusted: the share of installations that are understood and freshly reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.inventory.models import DeviceSection, Recognition
from trueup.inventory.queries import installations_visible_to

FRESH_DAYS = 30
UNDERSTOOD = (Recognition.RECOGNISED, Recognition.NOT_LICENSABLE)


@dataclass(frozen=True, slots=True)
class Confidence:
    """Installations on record, how many are recognised or need no licence, and how many of those are fresh."""

    installations: int
    understood: int
    sure: int

    @property
    def share(self) -> Decimal | None:
        """From 0 to 1; unknown where nothing was ever reported."""
        return Decimal(self.sure) / self.installations if self.installations else None


def confidence_of(*, actor: Actor, at: datetime) -> Confidence:
    """Fresh is what the device's own inventory spoke of in the last thirty days. One query."""
    since = at - timedelta(days=FRESH_DAYS)
    heard = DeviceSection.objects.visible_to(actor, Permission.INVENTORY_VIEW).filter(received_at__gte=since)
    fresh = Q(last_seen_at__gte=since) | Q(last_seen_at=None, device_id__in=heard.values("device_id"))
    known = Q(title__status__in=UNDERSTOOD)
    counted = (
        installations_visible_to(actor=actor)
        .order_by()
        .aggregate(
            installations=Count("pk"),
            understood=Count("pk", filter=known),
            sure=Count("pk", filter=known & fresh),
        )
    )
    return Confidence(**counted)
