"""Receiving a file: looked at by its content, scanned, and on disk under its hash before anybody tells the database of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import InvalidValue
from trueup.documents.models import ScanState
from trueup.documents.names import safe_name
from trueup.documents.scanning import Verdict, chosen_scanner
from trueup.documents.sniffing import TAKEN, MediaType, media_type_of
from trueup.documents.store import document_store

MOST_BYTES = 25 * 1024 * 1024
STATES = {
    Verdict.NOT_ASKED: ScanState.UNSCANNED,
    Verdict.CLEAN: ScanState.CLEAN,
    Verdict.UNKNOWN: ScanState.QUARANTINED,
    Verdict.INFECTED: ScanState.INFECTED,
}


class FileNotTaken(InvalidValue):
    """The file is of a type that is not on the list, too large or empty."""

    title = gettext_lazy("This file is not taken")


class FileInfected(InvalidValue):
    """The virus scanner found something in the file."""

    title = gettext_lazy("The file is infected")


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as somebody brought it: the name is what they say, the content is what it is."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """A file that passed: its clean name, its type, its hash and what the scanner said."""

    name: str
    media_type: MediaType
    size_bytes: int
    sha256: str
    scan: ScanState


@contextmanager
def receiving(file: NewFile) -> Iterator[Received]:
    """A file, checked, scanned and on disk. What is refused leaves nothing behind."""
    content = file.content
    if len(content) > MOST_BYTES:
        raise FileNotTaken.of(
            "file", _("The file is larger than %(most)s MiB.") % {"most": MOST_BYTES // 1024**2}
        )
    media_type = media_type_of(content, name=file.name)
    if media_type is None:
        known = ", ".join(one.label for one in TAKEN)
        raise FileNotTaken.of(
            "file",
            _("The content of this file is of no type that is taken: %(known)s are, without macros.")
            % {"known": known},
        )
    name = safe_name(file.name, endings=media_type.endings)
    store = document_store()
    draft = store.draft(content)
    try:
        verdict = chosen_scanner().scan(draft.path)
        if verdict == Verdict.INFECTED:
            raise FileInfected.of(
                "file",
                _("The virus scanner found something in “%(name)s”. It was not kept.") % {"name": name},
            )
        (store.quarantine if verdict == Verdict.UNKNOWN else store.keep)(draft)
        yield Received(name, media_type, len(content), draft.sha256, STATES[verdict])
    finally:
        store.discard(draft)
