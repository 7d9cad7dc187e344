"""Reading what happened, and proving that nobody rewrote it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Max, OuterRef, QuerySet, Subquery, Value
from django.utils.translation import gettext as _

from trueup.audit.links import Placing, link_hash
from trueup.audit.models import CAME_BACK, INSTALLATION, Batch, Chain, Entry
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


def entries_visible_to(*, actor: Actor, names: QuerySet[Any] | None = None) -> QuerySet[Entry]:
    """The audit log of the companies in which the actor may read it; the installation's, if in all of them.

    ``names`` are companies with their names, for the column that shows them: they live above this room.
    """
    rows: QuerySet[Entry] = Entry.objects.visible_to(actor, Permission.AUDIT_VIEW)
    named = (
        names.order_by().filter(pk=OuterRef("company_id")).values("name")[:1] if names is not None else None
    )
    return rows.annotate(company_name=Value(None, CharField(null=True)) if named is None else Subquery(named))


def batch_for(*, actor: Actor, batch_id: int, permission: Permission) -> Batch:
    """One batch, for whoever may do such a thing in its company."""
    batch: Batch | None = Batch.objects.visible_to(actor, permission).filter(pk=batch_id).first()
    if batch is None:
        raise NotFound(_("There is no batch %(batch_id)s.") % {"batch_id": batch_id})
    return batch


def batches_visible_to(*, actor: Actor, permission: Permission, kind: str) -> QuerySet[Batch]:
    """Batches of one kind, latest first."""
    return Batch.objects.visible_to(actor, permission).filter(kind=kind).order_by("-id")


@dataclass(frozen=True, slots=True)
class ChainState:
    """How a chain is: how many entries it has, and where it breaks, if it does."""

    company_id: int | None
    length: int
    broken_at: int | None


def chain_states(*, actor: Actor) -> Iterator[ChainState]:
    """Every chain of the companies in which the actor may read the log, each followed from its first entry."""
    entries = Entry.objects.visible_to(actor, Permission.AUDIT_VIEW)
    heads = Chain.objects.in_bulk()
    keys = {key or INSTALLATION for key in entries.order_by().values_list("company_id", flat=True).distinct()}
    ids = actor.companies(Permission.AUDIT_VIEW)
    for key in sorted(keys | (set(heads) if ids is None else set(heads) & ids)):
        company_id = None if key == INSTALLATION else key
        length = heads[key].length if key in heads else 0
        yield ChainState(company_id, length, first_broken_link(company_id=company_id))


def first_broken_link(*, company_id: int | None) -> int | None:
    """The position of the first entry whose hash does not hold, or of the end if entries are missing; else none.

    Others may write meanwhile: what was there is read before the head, and followed only as far as the head says.
    Entries from another installation must be placed by the entry that says that their company came back.
    """
    entries = Entry.objects.filter(company_id=company_id)
    last = entries.aggregate(last=Max("position"))["last"] or 0
    chain_id = INSTALLATION if company_id is None else company_id
    chain = Chain.objects.filter(pk=chain_id).first() or Chain(company_id=chain_id)
    before, position, placing = "", 0, Placing()
    unplaced: int | None = None
    for entry in entries.filter(position__lte=chain.length).order_by("position").iterator(2000):
        position += 1
        if entry.position != position or link_hash(entry, before) != entry.hash:
            return position
        before = entry.hash
        if entry.origin is not None:
            placing.add(entry.position, entry.subject_id, entry.batch_id)
            unplaced = unplaced or entry.position
        elif entry.event == CAME_BACK:
            if entry.details.get("placed") != placing.proof:
                return unplaced or position
            unplaced = None
    if unplaced is not None:
        return unplaced
    if (position, before) != (chain.length, chain.last_hash):
        return position + 1
    return chain.length + 1 if last > chain.length else None
