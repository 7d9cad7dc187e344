"""Reading devices, scoped to the actor."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.devices.models import Device, Status


def devices_visible_to(*, actor: Actor, permission: Permission = Permission.DEVICES_VIEW) -> QuerySet[Device]:
    """Devices of the companies in which the actor has the permission."""
    found: QuerySet[Device] = Device.objects.visible_to(actor, permission)
    return found


def device_for(
    *,
    actor: Actor,
    device_id: int,
    company_id: int | None = None,
    permission: Permission = Permission.DEVICES_VIEW,
) -> Device:
    """One device; with ``company_id`` only if that is its company."""
    found = devices_visible_to(actor=actor).select_related(
        "region", "owner", "user", "host", "cluster", "company"
    )
    device = (
        (found if company_id is None else found.filter(company_id=company_id)).filter(pk=device_id).first()
    )
    if device is None:
        raise NotFound(f"There is no device {device_id}.")
    actor.require(permission, device.company_id)
    return device


def guests_of(*, actor: Actor, device_id: int) -> QuerySet[Device]:
    """The virtual machines on a host, or the members of a cluster."""
    return (
        devices_visible_to(actor=actor)
        .filter(Q(host_id=device_id) | Q(cluster_id=device_id))
        .order_by("hostname")
    )


def devices_matching(*, actor: Actor, company_id: int, words: str, limit: int = 20) -> list[Device]:
    """Devices for pick-lists; a full barcode picks exactly one (R-050), otherwise parts of name or serial."""
    found = (
        devices_visible_to(actor=actor).filter(company_id=company_id).exclude(status=Status.DECOMMISSIONED)
    )
    exact = list(found.filter(barcode=words.strip())[:1]) if words.strip() else []
    if exact:
        return exact
    for word in words.split():
        found = found.filter(
            Q(hostname__icontains=word)
            | Q(serial__icontains=word)
            | Q(inventory_number__istartswith=word)
            | Q(barcode__istartswith=word)
        )
    return list(found.order_by("hostname", "id")[:limit])
