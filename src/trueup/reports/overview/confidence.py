"""How far the figures can be trusted: the share of installations that are understood and freshly reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.devices.models import Device
from trueup.inventory.models import DeviceSection, Recognition
from trueup.inventory.queries import installations_visible_to, titles_visible_to

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
    """Fresh is what the device's own inventory spoke of in the last thirty days. Two queries.

    What is installed is known title by title; only the installations on devices unheard of since are counted.
    """
    titles = titles_visible_to(actor=actor).order_by()
    counted = titles.aggregate(
        installations=Sum("devices", default=0),
        understood=Sum("devices", filter=Q(status__in=UNDERSTOOD), default=0),
    )
    heard = DeviceSection.objects.filter(received_at__gte=at - timedelta(days=FRESH_DAYS)).values("device_id")
    quiet = Device.objects.visible_to(actor, Permission.INVENTORY_VIEW).exclude(pk__in=heard)
    stale = installations_visible_to(actor=actor).filter(
        title__status__in=UNDERSTOOD, device__in=quiet.order_by().values("pk")
    )
    return Confidence(**counted, sure=counted["understood"] - stale.order_by().count())
