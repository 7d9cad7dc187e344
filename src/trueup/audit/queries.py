"""Reading what happened, and proving that nobody rewrote it."""

from __future__ import annotations

from django.db.models import QuerySet

from trueup.audit.links import link_hash
from trueup.audit.models import Batch, Chain, Entry
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound


def entries_of(*, actor: Actor, view: Permission, subject_kind: str, subject_id: int) -> QuerySet[Entry]:
    """The history of one subject, latest first, for whoever may see the subject itself."""
    return (
        Entry.objects.visible_to(actor, view)
        .filter(subject_kind=subject_kind, subject_id=subject_id)
        .order_by("-position")
    )


def entries_visible_to(*, actor: Actor) -> QuerySet[Entry]:
    """The audit log of the companies in which the actor may read it."""
    return Entry.objects.visible_to(actor, Permission.AUDIT_VIEW)


def batch_for(*, actor: Actor, batch_id: int, permission: Permission) -> Batch:
    """One batch, for whoever may do such a thing in its company."""
    batch: Batch | None = Batch.objects.visible_to(actor, permission).filter(pk=batch_id).first()
    if batch is None:
        raise NotFound(f"There is no batch {batch_id}.")
    return batch


def batches_visible_to(*, actor: Actor, permission: Permission, kind: str) -> QuerySet[Batch]:
    """Batches of one kind, latest first."""
    return Batch.objects.visible_to(actor, permission).filter(kind=kind).order_by("-id")


def first_broken_link(*, company_id: int) -> int | None:
    """The position of the first entry whose hash does not hold, or of the end if entries are missing; else none."""
    before, position = "", 0
    for entry in Entry.objects.filter(company_id=company_id).order_by("position").iterator(2000):
        position += 1
        if entry.position != position or link_hash(entry, before) != entry.hash:
            return position
        before = entry.hash
    chain = Chain.objects.filter(pk=company_id).first()
    return position + 1 if chain and (chain.length, chain.last_hash) != (position, before) else None
