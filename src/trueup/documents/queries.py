"""Reading documents: with sight of the licence come its papers, and without it they are not found."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Q, QuerySet

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, NotFound
from trueup.documents.models import Document, DocumentKind, ScanState
from trueup.documents.store import document_store
from trueup.licences.queries import bare_licence_for

PROVING = (DocumentKind.INVOICE, DocumentKind.PROOF)
"""Kinds that show a purchase."""
HANDED_OUT = (ScanState.UNSCANNED, ScanState.CLEAN)


class InQuarantine(Conflict):
    """No scanner has called the file clean."""

    title = "In quarantine"


def documents_visible_to(
    *, actor: Actor, permission: Permission = Permission.LICENCES_VIEW
) -> QuerySet[Document]:
    """All versions of all documents of the actor's licences, the removed ones where the actor may change them."""
    rows: QuerySet[Document] = Document.objects.visible_to(actor, permission).filter(
        licence__withdrawn_at=None
    )
    changes = actor.companies(Permission.LICENCES_CHANGE)
    return rows if changes is None else rows.filter(Q(removed_at=None) | Q(company_id__in=changes))


def documents_of(*, actor: Actor, licence_id: int) -> QuerySet[Document]:
    """The documents of one licence and of its lines: current ones first, then older versions, then removed ones."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id)
    return (
        documents_visible_to(actor=actor)
        .filter(licence=licence)
        .select_related("purchase")
        .order_by(
            F("removed_at").asc(nulls_first=True), F("replaced_at").desc(nulls_first=True), "-added_at", "-pk"
        )
    )


def documents_of_licences(*, actor: Actor, licence_ids: Collection[int]) -> QuerySet[Document]:
    """The documents of many licences, one licence after the other, oldest first."""
    rows = documents_visible_to(actor=actor).filter(licence_id__in=licence_ids)
    return rows.order_by("licence_id", "added_at", "pk")


def document_for(
    *, actor: Actor, document_id: int, permission: Permission = Permission.LICENCES_VIEW
) -> Document:
    """One document, for whoever has the permission in its company."""
    rows = documents_visible_to(actor=actor).select_related("licence__product", "purchase")
    document = rows.filter(pk=document_id).first()
    if document is None:
        raise NotFound(f"There is no document {document_id}.")
    actor.require(permission, document.company_id)
    return document


def content_for(*, document: Document) -> bytes:
    """The bytes of a document that :func:`document_for` gave out: checked against their hash, never from quarantine."""
    if document.scan not in HANDED_OUT:
        raise InQuarantine(
            f"“{document.name}” is {document.get_scan_display().lower()}: it is handed out once a scanner has called it "
            "clean. Whoever may change the licence can have it scanned again."
        )
    return document_store().read(document.sha256)
