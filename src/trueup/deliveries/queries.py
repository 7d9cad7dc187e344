"""Reading deliveries and endpoints: what was told to whom is for those who may read the log of the company."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.deliveries.models import Attempt, Delivery, DeliveryState, Endpoint


def deliveries_visible_to(*, actor: Actor) -> QuerySet[Delivery]:
    """What is owed and was sent, without the files."""
    rows: QuerySet[Delivery] = Delivery.objects.visible_to(actor, Permission.AUDIT_VIEW)
    return rows.defer("file")


def delivery_for(*, actor: Actor, delivery_id: int) -> Delivery:
    """One delivery."""
    found = deliveries_visible_to(actor=actor).select_related("company").filter(pk=delivery_id).first()
    if found is None:
        raise NotFound(_("There is no delivery %(id)s.") % {"id": delivery_id})
    return found


def attempts_of(*, actor: Actor, delivery_id: int) -> QuerySet[Attempt]:
    """Every try of a delivery, oldest first."""
    delivery = delivery_for(actor=actor, delivery_id=delivery_id)
    rows: QuerySet[Attempt] = Attempt.objects.filter(delivery=delivery).order_by("pk")
    return rows


def endpoints_visible_to(*, actor: Actor) -> QuerySet[Endpoint]:
    """Endpoints in use."""
    rows: QuerySet[Endpoint] = Endpoint.objects.visible_to(actor, Permission.COMPANIES_MANAGE)
    return rows.filter(withdrawn_at=None).select_related("company").order_by("company__name", "name", "pk")


def endpoint_for(*, actor: Actor, endpoint_id: int) -> Endpoint:
    """One endpoint in use."""
    found = endpoints_visible_to(actor=actor).filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound(_("There is no endpoint %(id)s.") % {"id": endpoint_id})
    return found


def late_deliveries(*, actor: Actor, before: datetime) -> int:
    """How many should have left before a moment and wait, or were given up."""
    rows = deliveries_visible_to(actor=actor)
    waiting = rows.filter(state=DeliveryState.WAITING, due_at__lt=before).count()
    return waiting + rows.filter(state=DeliveryState.FAILED).count()
