"""Attaching, replacing and removing documents, and having them scanned again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue
from trueup.contracts.queries import bare_contract_for
from trueup.documents.models import Document, DocumentKind, ScanState, SubjectKind
from trueup.documents.queries import document_for
from trueup.documents.receiving import STATES, NewFile, Received, receiving
from trueup.documents.scanning import chosen_scanner
from trueup.documents.store import document_store
from trueup.licences.queries import bare_licence_for, purchases_of

MOST_REASON = 500


class DocumentAttachedAlready(Conflict):
    """The licence or line has this very file already."""

    title = gettext_lazy("Attached already")


class DocumentNotCurrent(Conflict):
    """The document was replaced or removed before."""

    title = gettext_lazy("Not the current version")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a document belongs to: a licence, one purchase line of it, or a contract."""

    company_id: int
    licence_id: int | None = None
    purchase_id: int | None = None
    contract_id: int | None = None

    @property
    def kind(self) -> SubjectKind:
        """Which of the three."""
        if self.contract_id is not None:
            return SubjectKind.CONTRACT
        return SubjectKind.LICENCE if self.purchase_id is None else SubjectKind.PURCHASE


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
    _check_kind(kind)
    lines = purchases_of(actor=actor, licence_id=licence_id)
    if purchase_id is not None and not lines.filter(pk=purchase_id).exists():
        raise InvalidValue.of(
            "purchase", _("The licence has no purchase line %(purchase_id)s.") % {"purchase_id": purchase_id}
        )
    with receiving(file) as received, transaction.atomic():
        subject = Subject(licence.company_id, licence_id=licence.pk, purchase_id=purchase_id)
        document = _stored(subject, received, kind=kind, added_at=at, added_by=actor.name)
        happening = _happening("documents.document_attached", document, **_facts(document))
        record(actor=actor, company_id=document.company_id, at=at, happening=happening)
    return document


def _check_kind(kind: str) -> None:
    if kind not in DocumentKind.values:
        raise InvalidValue.of(
            "kind",
            _("“%(kind)s” is no kind of document: %(known)s is.")
            % {"kind": kind, "known": ", ".join(DocumentKind.values)},
        )


def attach_to_contract(*, actor: Actor, contract_id: int, file: NewFile, kind: str, at: datetime) -> Document:
    """Attach a file to a contract."""
    contract = bare_contract_for(actor=actor, contract_id=contract_id, permission=Permission.CONTRACTS_CHANGE)
    _check_kind(kind)
    with receiving(file) as received, transaction.atomic():
        subject = Subject(contract.company_id, contract_id=contract.pk)
        document = _stored(subject, received, kind=kind, added_at=at, added_by=actor.name)
        happening = _happening("documents.document_attached", document, **_facts(document))
        record(actor=actor, company_id=document.company_id, at=at, happening=happening)
    return document


def replace_document(*, actor: Actor, document_id: int, file: NewFile, at: datetime) -> Document:
    """Put a newer version in a document's place; the older one stays readable."""
    old = document_for(actor=actor, document_id=document_id, permission=Permission.LICENCES_CHANGE)
    with receiving(file) as received, transaction.atomic():
        if received.sha256 == old.sha256:
            raise DocumentAttachedAlready(
                _("“%(name)s” is, byte by byte, the version that is there.") % {"name": received.name}
            )
        standing = Document.objects.filter(pk=old.pk, replaced_at=None, removed_at=None)
        if not standing.update(replaced_at=at):
            raise DocumentNotCurrent(
                _("Document %(document_id)s was replaced or removed before. Replace the current one.")
                % {"document_id": document_id}
            )
        subject = Subject(old.company_id, old.licence_id, old.purchase_id, old.contract_id)
        document = _stored(
            subject, received, kind=old.kind, replaces=old, version=old.version + 1, added_at=at, added_by=actor.name
        )  # fmt: skip
        happening = _happening("documents.document_replaced", document, instead_of=old.pk, **_facts(document))
        record(actor=actor, company_id=document.company_id, at=at, happening=happening)
    return document


def remove_document(*, actor: Actor, document_id: int, reason: str, at: datetime) -> None:
    """Take a document off, all its versions with it. Its bytes and its history stay (HOUSE: never deleted)."""
    document = document_for(actor=actor, document_id=document_id, permission=Permission.LICENCES_CHANGE)
    reason = reason.strip()[:MOST_REASON]
    if not reason:
        raise InvalidValue.of(
            "reason", _("Say why it is removed: the reason stands in the licence's history.")
        )
    with transaction.atomic():
        standing = Document.objects.filter(pk=document.pk, replaced_at=None, removed_at=None)
        removal = {"removed_at": at, "removed_by": actor.name, "removal_reason": reason}
        if not standing.update(**removal):
            raise DocumentNotCurrent(
                _("Document %(document_id)s was replaced or removed before. Remove the current one.")
                % {"document_id": document_id}
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


def _stored(subject: Subject, received: Received, *, kind: str, **facts: Any) -> Document:
    document = Document(
        company_id=subject.company_id, subject=subject.kind, licence_id=subject.licence_id,
        purchase_id=subject.purchase_id, contract_id=subject.contract_id, kind=kind, name=received.name,
        media_type=received.media_type.name, size_bytes=received.size_bytes, sha256=received.sha256,
        scan=received.scan, **facts,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return Document.objects.bulk_create([document])[0]
    except IntegrityError as clash:
        if "document_once_a_subject" not in str(clash):
            raise
        raise DocumentAttachedAlready(
            _("“%(name)s” is attached here already, byte by byte.") % {"name": received.name}
        ) from clash


def _facts(document: Document) -> dict[str, Any]:
    return {
        "version": document.version,
        "bytes": document.size_bytes,
        "sha256": document.sha256,
        "scan": str(document.scan),
    }


def _happening(event: str, document: Document, **facts: Any) -> Happening:
    """What stands in the history of the licence or of the contract."""
    details = {"document": document.pk, "name": document.name, "kind": document.kind} | facts
    if document.contract is not None:
        return Happening(event, "contract", document.contract_id, document.contract.name, details)
    name = str(document.licence.product.name) if document.licence else ""
    return Happening(
        event, "licence", document.licence_id, name, {"purchase": document.purchase_id, **details}
    )
