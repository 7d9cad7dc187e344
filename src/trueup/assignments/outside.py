"""Who holds units of a product and would not fit it any more: asked before where it may be used is narrowed."""

from __future__ import annotations

from django.db.models import QuerySet

from trueup.assignments.models import Assignment
from trueup.assignments.queries import assignments_visible_to
from trueup.base.actor import Actor
from trueup.catalogue.models import AssetClass


def holders_outside(*, actor: Actor, product_id: int, asset_class: str) -> QuerySet[Assignment]:
    """Devices that hold units of the product and stand elsewhere than where it would be for (R-031)."""
    rows = assignments_visible_to(actor=actor).filter(licence__product_id=product_id, device__isnull=False)
    if asset_class == AssetClass.ALL:
        return rows.none()
    return rows.exclude(device__environment=asset_class).select_related("device", "licence").order_by("pk")
