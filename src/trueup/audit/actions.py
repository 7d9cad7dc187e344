"""Writing down what happened, in the caller's transaction and linked to the entry before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from trueup.audit.links import link_hash
from trueup.audit.models import INSTALLATION, Batch, Chain, Entry
from trueup.base.actor import Actor


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to one subject. ``details`` holds old and new values, never a secret."""

    event: str
    subject_kind: str
    subject_id: int | None
    subject: str
    details: Mapping[str, Any] = field(default_factory=dict)


def record(
    *, actor: Actor, company_id: int | None, at: datetime, happening: Happening, batch_id: int | None = None
) -> Entry:
    """Write one entry down; without a company, into the chain of the installation."""
    return record_many(actor=actor, company_id=company_id, at=at, happenings=[happening], batch_id=batch_id)[
        0
    ]


def record_many(
    *,
    actor: Actor,
    company_id: int | None,
    at: datetime,
    happenings: Sequence[Happening],
    batch_id: int | None = None,
) -> list[Entry]:
    """Write entries down in order. Call it last in a transaction: it takes the lock of the company's chain."""
    chain_id = INSTALLATION if company_id is None else company_id
    Chain.objects.bulk_create([Chain(company_id=chain_id)], ignore_conflicts=True)
    chain = Chain.objects.select_for_update().get(pk=chain_id)
    entries = []
    for happening in happenings:
        chain.length += 1
        entry = Entry(
            company_id=company_id,
            position=chain.length,
            happened_at=at,
            event=happening.event,
            actor=actor.name,
            user_id=actor.user_id,
            via=actor.via,
            subject_kind=happening.subject_kind,
            subject_id=happening.subject_id,
            subject=happening.subject[:300],
            details=json.loads(json.dumps(dict(happening.details), cls=DjangoJSONEncoder)),
            batch_id=batch_id,
        )
        entry.hash = chain.last_hash = link_hash(entry, chain.last_hash)
        entries.append(entry)
    Entry.objects.bulk_create(entries, batch_size=1000)
    Chain.objects.filter(pk=chain_id).update(length=chain.length, last_hash=chain.last_hash)
    return entries


def open_batch(*, actor: Actor, company_id: int, at: datetime, kind: str, label: str) -> Batch:
    """Begin something that will be undone as a whole, if it is."""
    return Batch.objects.create(
        company_id=company_id,
        kind=kind,
        label=label[:300],
        started_at=at,
        actor=actor.name,
        user_id=actor.user_id,
    )


def close_batch(*, batch_id: int, summary: Mapping[str, Any], undo: Mapping[str, Any]) -> None:
    """Keep what a batch did and what is needed to take it back."""
    Batch.objects.filter(pk=batch_id).update(summary=dict(summary), undo=dict(undo))


def mark_undone(*, batch_id: int, at: datetime) -> bool:
    """Mark a batch as taken back; false if somebody else was faster."""
    return bool(Batch.objects.filter(pk=batch_id, undone_at=None).update(undone_at=at))


def take_up_chain(*, company_id: int, length: int, last_hash: str) -> None:
    """Let the chain of a company that came back go on where it ended elsewhere."""
    Chain.objects.create(company_id=company_id, length=length, last_hash=last_hash)
