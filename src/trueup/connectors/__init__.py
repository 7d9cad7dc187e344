"""One suitcase a vendor. None knows another; the register of those who send documents to us is below.

A suitcase offers ``recognises(document)`` and ``parse(document, seen_at=…)``; adding one is its folder and a line here.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

from trueup.inventory.documents.document import Document
from trueup.inventory.snapshots import Snapshot

DOCUMENT_SOURCES = ("glpi", "ocs", "fusioninventory")
"""Asked in this order; the last takes what nobody claims, for its format is the common ancestor."""


def snapshot_from(document: Document, *, seen_at: datetime) -> Snapshot:
    """The snapshot of an agent's document, read by the suitcase that recognises it."""
    suitcases = [import_module(f"{__name__}.{name}.parse") for name in DOCUMENT_SOURCES]
    chosen = next((suitcase for suitcase in suitcases if suitcase.recognises(document)), suitcases[-1])
    snapshot: Snapshot = chosen.parse(document, seen_at=seen_at)
    return snapshot
