"""Reads what the FusionInventory agent says; its XML is also what unknown agents of that family send."""

from __future__ import annotations

from datetime import datetime

from trueup.inventory.documents.dialects import Dialect, snapshot_of
from trueup.inventory.documents.document import Document
from trueup.inventory.snapshots import Snapshot

DIALECT = Dialect(source="fusioninventory", threads_are_total=True)


def recognises(document: Document) -> bool:
    """XML of an agent that names itself so."""
    return document.form == "xml" and (document.agent or "").casefold().startswith("fusioninventory")


def parse(document: Document, *, seen_at: datetime) -> Snapshot:
    """The snapshot of one document; ``seen_at`` is when it was received."""
    return snapshot_of(document, dialect=DIALECT, seen_at=seen_at)
