"""Reads what the OCS Inventory agents say."""

from __future__ import annotations

from datetime import datetime

from trueup.inventory.documents.dialects import Dialect, snapshot_of
from trueup.inventory.documents.document import Document
from trueup.inventory.snapshots import Snapshot

DIALECT = Dialect(source="ocs", threads_are_total=True, publisher_is_homepage=True)
OWN_CELLS = {"cpus": "cores", "softwares": "architecture"}


def recognises(document: Document) -> bool:
    """XML of an agent that names itself so, or that uses cells only OCS writes: its body carries no version."""
    if document.form != "xml":
        return False
    if document.agent:
        return document.agent.casefold().startswith("ocs")
    return any(
        cell in row for section, cell in OWN_CELLS.items() for row in document.content.get(section, ())
    )


def parse(document: Document, *, seen_at: datetime) -> Snapshot:
    """The snapshot of one document; ``seen_at`` is when it was received."""
    return snapshot_of(document, dialect=DIALECT, seen_at=seen_at)
