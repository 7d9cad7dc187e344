"""Attaching, replacing and removing documents, and having them scanned again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue
from trueup.documents.models import Document, DocumentKind, ScanState, SubjectKind
from trueup.documents.names import safe_name
from trueup.documents.queries import document_for
from trueup.documents.scanning import Verdict, chosen_scanner
from trueup.documents.sniffing import TAKEN, MediaType, media_type_of
from trueup.documents.store import document_store
from trueup.licences.models import Licence
from trueup.licences.queries import bare_licence_for, purchases_of

MOST_BYTES = 25 * 1024 * 1024
MOST_REASON = 500
STATES = {
    Verdict.NOT_ASKED: ScanState.UNSCANNED,
    Verdict.CLEAN: ScanState.CLEAN,
    Verdict.UNKNOWN: ScanState.QUARANTINED,
    Verdict.INFECTED: ScanState.INFECTED,
}


class FileNotTaken(InvalidValue):
    """The file is of a type that is not on the list, too large or empty."""

    title = "This file is not taken"


class FileInfected(InvalidValue):
    """The virus scanner found something in the file."""

    title = "The file is infected"


class DocumentAttachedAlready(Conflict):
    """The licence or line has this very file already."""

    title = "Attached already"


class DocumentNotCurrent(Conflict):
    """The document was replaced or removed before."""

    title = "Not the current version"


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


def attach_document(
    *,
    actor: Actor,
    licence_id: int,
    file: NewFile,
    kind: str,
    at: datetime,
    purchase_id: int | None = None,
) -> Document:
    """Attach a file to a licence, or to one of its purchase lines (R-079, R-131)."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=Permission.LICENCES_CHANGE)
    if kind not in DocumentKind.values:
        raise InvalidValue.of(
            "kind", f"“{kind}” is no kind of document: {', '.join(DocumentKind.values)} is."
        )
    lines = purchases_of(actor=actor, licence_id=licence_id)
    if purchase_id is not None and not lines.filter(pk=purchase_id).exists():
        raise InvalidValue.of("purchase", f"The licence has no purchase line {purchase_id}.")
    with _receiving(file) as received, transaction.atomic():
        document = _stored(
            licence, received, kind=kind, purchase_id=purchase_id, added_at=at, added_by=actor.name
        )
        happening = _happening("documents.document_attached", document, **_facts(document))
        record(actor=actor, company_id=document.company_id, at=at, happening=happening)
    return document


def replace_document(*, actor: Actor, document_id: int, file: NewFile, at: datetime) -> Document:
    """Put a newer version in a document's place; the older one stays readable."""
    old = document_for(actor=actor, document_id=document_id, permission=Permission.LICENCES_CHANGE)
    with _receiving(file) as received, transaction.atomic():
        if received.sha256 == old.sha256:
            raise DocumentAttachedAlready(f"“{received.name}” is, byte by byte, the version that is there.")
        standing = Document.objects.filter(pk=old.pk, replaced_at=None, removed_at=None)
        if not standing.update(replaced_at=at):
            raise DocumentNotCurrent(
                f"Document {document_id} was replaced or removed before. Replace the current one."
            )
        document = _stored(
            old.licence, received, kind=old.kind, purchase_id=old.purchase_id, replaces=old, version=old.version + 1,
            added_at=at, added_by=actor.name,
        )  # fmt: skip
        happening = _happening("documents.document_replaced", document, instead_of=old.pk, **_facts(document))
        record(actor=actor, company_id=document.company_id, at=at, happening=happening)
    return document


def remove_document(*, actor: Actor, document_id: int, reason: str, at: datetime) -> None:
    """Take a document off, all its versions with it. Its bytes and its history stay (HOUSE: never deleted)."""
    document = document_for(actor=actor, document_id=document_id, permission=Permission.LICENCES_CHANGE)
    reason = reason.strip()[:MOST_REASON]
    if not reason:
        raise InvalidValue.of("reason", "Say why it is removed: the reason stands in the licence's history.")
    with transaction.atomic():
        standing = Document.objects.filter(pk=document.pk, replaced_at=None, removed_at=None)
        removal = {"removed_at": at, "removed_by": actor.name, "removal_reason": reason}
        if not standing.update(**removal):
            raise DocumentNotCurrent(
                f"Document {document_id} was replaced or removed before. Remove the current one."
            )
        Document.objects.filter(pk__in=_versions_before(document)).update(**removal)
        happening = _happening("documents.document_removed", document, reason=reason)
        record(actor=actor, company_id=document.company_id, at=at, happening=happening)


def _versions_before(document: Document) -> list[int]:
    found, before = [], document.replaces_id
    while before is not None:
        found.append(before)
        before = Document.objects.values_list("replaces_id", flat=True).get(pk=before)
    return found


def scan_document(*, actor: Actor, document_id: int, at: datetime) -> Document:
    """Ask the scanner again about a document in quarantine; what it calls clean leaves it."""
    document = document_for(actor=actor, document_id=document_id, permission=Permission.LICENCES_CHANGE)
    store = document_store()
    state = STATES[chosen_scanner().scan(store.in_quarantine(document.sha256))]
    if document.scan != ScanState.QUARANTINED or state not in {ScanState.CLEAN, ScanState.INFECTED}:
        return document
    if state == ScanState.CLEAN:
        store.release(document.sha256)
    with transaction.atomic():
        waiting = Document.objects.filter(pk=document.pk, scan=ScanState.QUARANTINED)
        if waiting.update(scan=state):
            change = [document.scan, state.value]
            happening = _happening("documents.document_scanned", document, scan=change)
            record(actor=actor, company_id=document.company_id, at=at, happening=happening)
    document.scan = state
    return document


@contextmanager
def _receiving(file: NewFile) -> Iterator[Received]:
    """A file, checked, scanned and on disk. What is refused leaves nothing behind."""
    content = file.content
    if len(content) > MOST_BYTES:
        raise FileNotTaken.of("file", f"The file is larger than {MOST_BYTES // 1024**2} MiB.")
    media_type = media_type_of(content, name=file.name)
    if media_type is None:
        known = ", ".join(one.label for one in TAKEN)
        raise FileNotTaken.of(
            "file", f"The content of this file is of no type that is taken: {known} are, without macros."
        )
    name = safe_name(file.name, endings=media_type.endings)
    store = document_store()
    draft = store.draft(content)
    try:
        verdict = chosen_scanner().scan(draft.path)
        if verdict == Verdict.INFECTED:
            raise FileInfected.of("file", f"The virus scanner found something in “{name}”. It was not kept.")
        (store.quarantine if verdict == Verdict.UNKNOWN else store.keep)(draft)
        yield Received(name, media_type, len(content), draft.sha256, STATES[verdict])
    finally:
        store.discard(draft)


def _stored(
    licence: Licence, received: Received, *, kind: str, purchase_id: int | None, **facts: Any
) -> Document:
    subject = SubjectKind.LICENCE if purchase_id is None else SubjectKind.PURCHASE
    document = Document(
        company_id=licence.company_id, subject=subject, licence=licence, purchase_id=purchase_id, kind=kind,
        name=received.name, media_type=received.media_type.name, size_bytes=received.size_bytes, sha256=received.sha256,
        scan=received.scan, **facts,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return Document.objects.bulk_create([document])[0]
    except IntegrityError as clash:
        if "document_once_a_subject" not in str(clash):
            raise
        raise DocumentAttachedAlready(f"“{received.name}” is attached here already, byte by byte.") from clash


def _facts(document: Document) -> dict[str, Any]:
    return {
        "version": document.version,
        "bytes": document.size_bytes,
        "sha256": document.sha256,
        "scan": str(document.scan),
    }


def _happening(event: str, document: Document, **facts: Any) -> Happening:
    """What stands in the history of the licence."""
    licence = document.licence
    details = {
        "document": document.pk,
        "name": document.name,
        "kind": document.kind,
        "purchase": document.purchase_id,
    }
    return Happening(event, "licence", licence.pk, str(licence.product.name), {**details, **facts})
