"""Reads what GLPI Agent says, in JSON or in the XML it falls back to."""

from __future__ import annotations

from datetime import datetime

from trueup.inventory.documents.dialects import Dialect, snapshot_of
from trueup.inventory.documents.document import Document
from trueup.inventory.snapshots import Snapshot

SINCE_GLPI = Dialect(source="glpi", threads_are_total=False)
CONVERTED = Dialect(source="glpi", threads_are_total=True)
"""JSON converted from an older agent's XML keeps that agent's way of counting threads."""


def recognises(document: Document) -> bool:
    """All JSON is ours, and XML of an agent that names itself so."""
    return document.form == "json" or "glpi" in (document.agent or "").casefold()


def parse(document: Document, *, seen_at: datetime) -> Snapshot:
    """The snapshot of one document; ``seen_at`` is when it was received."""
    converted = (document.agent or "").casefold().startswith("fusioninventory")
    return snapshot_of(document, dialect=CONVERTED if converted else SINCE_GLPI, seen_at=seen_at)
