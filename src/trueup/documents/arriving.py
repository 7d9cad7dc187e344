"""Files of documents that come with the archive of a company: looked at like any other file, kept when all else is in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from trueup.documents.models import ScanState
from trueup.documents.receiving import MOST_BYTES, STATES
from trueup.documents.scanning import chosen_scanner
from trueup.documents.sniffing import media_type_of
from trueup.documents.store import Draft, document_store


@dataclass(slots=True)
class Arrivals:
    """Files on disk that belong to nothing yet, with what the scanner of this installation says of each."""

    _drafts: dict[str, tuple[Draft, ScanState]] = field(default_factory=dict)

    def take(self, content: bytes, *, name: str, media_type: str) -> bool:
        """Put a file aside; false where it is too large or not of the type it is said to be."""
        sniffed = media_type_of(content, name=name) if len(content) <= MOST_BYTES else None
        if sniffed is None or sniffed.name != media_type:
            return False
        draft = document_store().draft(content)
        self._drafts[draft.sha256] = (draft, STATES[chosen_scanner().scan(draft.path)])
        return True

    def state_of(self, sha256: str) -> ScanState | None:
        """What the scanner said; none where the bytes did not come along."""
        found = self._drafts.get(sha256)
        return None if found is None else found[1]

    def keep(self) -> None:
        """Move every file to where its state belongs; what is infected is not kept."""
        store = document_store()
        for draft, state in self._drafts.values():
            if state == ScanState.QUARANTINED:
                store.quarantine(draft)
            elif state != ScanState.INFECTED:
                store.keep(draft)

    def discard(self) -> None:
        """Forget what was not kept."""
        for draft, _state in self._drafts.values():
            document_store().discard(draft)


@contextmanager
def arriving_files() -> Iterator[Arrivals]:
    """Room for files while the rest is looked at; what is not kept leaves nothing behind."""
    arrivals = Arrivals()
    try:
        yield arrivals
    finally:
        arrivals.discard()
