"""How an entry is tied to the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from trueup.audit.models import Entry

SEALED_IDS = ("company_id", "user_id", "subject_id", "batch_id")
"""What an entry is sealed with that another installation counts otherwise."""


def sealed_ids(entry: Entry) -> dict[str, Any]:
    """The ids an entry was sealed with: those of here, or of where it was written."""
    return entry.origin or {name: getattr(entry, name) for name in SEALED_IDS}


def link_hash(entry: Entry, before: str) -> str:
    """The hash of an entry's content and of the link before it."""
    told = sealed_ids(entry)
    content = [
        before,
        told["company_id"],
        entry.position,
        entry.happened_at.astimezone(UTC).isoformat(),
        entry.event,
        entry.actor,
        told["user_id"],
        entry.via,
        entry.subject_kind,
        told["subject_id"],
        entry.subject,
        entry.details,
        told["batch_id"],
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def link_of_row(row: Mapping[str, Any], before: str) -> str:
    """The hash of an entry that is not stored yet, given by its columns."""
    return link_hash(Entry(**row), before)


class Placing:
    """What ties entries from elsewhere to the things they are about here: their hash covers the ids of there only."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, position: int, subject_id: int | None, batch_id: int | None) -> None:
        """The next entry, in the order of the chain."""
        self._hash.update(json.dumps([position, subject_id, batch_id]).encode())

    @property
    def proof(self) -> str:
        """What the entry that says that a company came back keeps of all of them."""
        return self._hash.hexdigest()
