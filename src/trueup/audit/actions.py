"""Writing down what happened, in the caller's transaction and linked to the entry before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from trueup.audit.links import link_hash
from trueup.audit.models import INSTALLATION, Batch, Chain, Entry
from trueup.base.actor import Actor

WRITE = (Path(__file__).parent / "write_entries.sql").read_text("utf-8")


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
    chain = _head(chain_id)
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
    if entries:
        _write(chain, entries)
    return entries


def _head(chain_id: int) -> Chain:
    """The head of a chain, locked; made where there is none yet."""
    heads = Chain.objects.select_for_update()
    head: Chain | None = heads.filter(pk=chain_id).first()
    if head is None:
        Chain.objects.bulk_create([Chain(company_id=chain_id)], ignore_conflicts=True)
        head = heads.get(pk=chain_id)
    return head


def _write(chain: Chain, entries: Sequence[Entry]) -> None:
    """Entries and the chain's new head in one statement, however many they are."""
    first = entries[0]
    told: dict[str, Any] = {
        "chain": chain.company_id, "length": chain.length, "last_hash": chain.last_hash,
        "company": first.company_id, "at": first.happened_at, "actor": first.actor, "user": first.user_id,
        "via": first.via, "batch": first.batch_id, "positions": [entry.position for entry in entries],
        "events": [entry.event for entry in entries], "kinds": [entry.subject_kind for entry in entries],
        "ids": [entry.subject_id for entry in entries], "subjects": [entry.subject for entry in entries],
        "details": [json.dumps(entry.details) for entry in entries], "hashes": [entry.hash for entry in entries],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(WRITE, told)
        for entry, (pk,) in zip(entries, cursor.fetchall(), strict=True):
            entry.pk = pk


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
