"""Reading devices, scoped to the actor."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.base.searching import rank
from trueup.devices.models import Device, Status
from trueup.devices.searching import DEVICE_WORDS


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
        "region", "location", "department", "owner", "user", "host", "cluster", "company"
    )
    device = (
        (found if company_id is None else found.filter(company_id=company_id)).filter(pk=device_id).first()
    )
    if device is None:
        raise NotFound(_("There is no device %(device_id)s.") % {"device_id": device_id})
    actor.require(permission, device.company_id)
    return device


def guests_of(*, actor: Actor, device_id: int) -> QuerySet[Device]:
    """The virtual machines on a host, or the members of a cluster."""
    return (
        devices_visible_to(actor=actor)
        .filter(Q(host_id=device_id) | Q(cluster_id=device_id))
        .order_by("hostname")
    )


def devices_of_person(*, actor: Actor, person_id: int) -> QuerySet[Device]:
    """The devices that a person uses or owns, by name."""
    mine = devices_visible_to(actor=actor).filter(Q(user_id=person_id) | Q(owner_id=person_id))
    return mine.order_by("hostname", "pk")


def _best_first(found: QuerySet[Device], words: str) -> QuerySet[Device]:
    """Those that the words are about, the best matches first; all by name without words.

    A full barcode picks exactly one (R-050); an index of whole numbers knows whose it is.
    """
    if not words.strip():
        return found.order_by("hostname", "id")
    matching = found.filter(DEVICE_WORDS.matching(words))
    named = found.filter(DEVICE_WORDS.exactly(words), barcode__iexact=words.strip()).order_by(
        "hostname", "id"
    )
    picked = Q(pk__in=named.values("pk")[:1]) | ~Exists(named)
    return matching.filter(picked).order_by(rank(words, "pk").desc(), "hostname", "id")


def devices_to_browse(
    *, actor: Actor, company_id: int, words: str, narrow: Mapping[str, object]
) -> QuerySet[Device]:
    """Devices in use of a company, to be paged through: by any of their words, and by their own fields (R-052)."""
    found = devices_visible_to(actor=actor).filter(company_id=company_id, **narrow)
    return _best_first(found.exclude(status=Status.DECOMMISSIONED), words).select_related(
        "region", "location"
    )


def devices_matching(
    *,
    actor: Actor,
    company_id: int,
    words: str,
    limit: int = 20,
    region_id: int | None = None,
    environment: str | None = None,
) -> list[Device]:
    """Devices in use for pick-lists: a full barcode picks exactly one (R-050), otherwise parts of name or number.

    Best matches first, in one query; with ``region_id`` and ``environment`` only those that stand there.
    """
    asked = {"region_id": region_id, "environment": environment}
    narrow = {name: value for name, value in asked.items() if value is not None}
    found = devices_to_browse(actor=actor, company_id=company_id, words=words, narrow=narrow)
    return list(found[:limit])
