"""Reading documents: with sight of the licence come its papers, and without it they are not found. Invoices and proofs of
purchase are there only for those who see prices.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, NotFound
from trueup.contracts.queries import bare_contract_for
from trueup.documents.models import Document, DocumentKind, ScanState
from trueup.documents.store import document_store
from trueup.licences.queries import bare_licence_for

PROVING = (DocumentKind.INVOICE, DocumentKind.PROOF)
"""Kinds that show a purchase, and so what was paid."""
OF_CONTRACTS = {
    Permission.LICENCES_VIEW: Permission.CONTRACTS_VIEW,
    Permission.LICENCES_CHANGE: Permission.CONTRACTS_CHANGE,
}
"""What is asked for the papers of a contract in place of what is asked for those of a licence."""
HANDED_OUT = (ScanState.UNSCANNED, ScanState.CLEAN)


class InQuarantine(Conflict):
    """No scanner has called the file clean."""

    title = gettext_lazy("In quarantine")


def documents_visible_to(
    *, actor: Actor, permission: Permission = Permission.LICENCES_VIEW
) -> QuerySet[Document]:
    """All versions of all documents of the actor's licences and contracts, the removed ones where they may change them.

    ``permission`` is the one asked for licences; for contracts the like of it is asked. What shows prices needs the
    permission to see them as well.
    """
    of_licences, of_contracts = actor.companies(permission), actor.companies(OF_CONTRACTS[permission])
    licences = Q(contract=None, licence__withdrawn_at=None) & _within(of_licences)
    contracts = Q(contract__isnull=False) & _within(of_contracts)
    may_change = Q(contract=None) & _within(actor.companies(Permission.LICENCES_CHANGE))
    may_change |= Q(contract__isnull=False) & _within(actor.companies(Permission.CONTRACTS_CHANGE))
    prices = actor.companies(Permission.PRICES_VIEW)
    priced = Q() if prices is None else ~Q(kind__in=PROVING) | Q(company_id__in=prices)
    rows: QuerySet[Document] = Document.objects.filter(licences | contracts, priced)
    return rows.filter(Q(removed_at=None) | may_change)


def _within(companies: frozenset[int] | None) -> Q:
    return Q() if companies is None else Q(company_id__in=companies)


def documents_of(*, actor: Actor, licence_id: int) -> QuerySet[Document]:
    """The documents of one licence and of its lines: current ones first, then older versions, then removed ones."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id)
    return _in_order(documents_visible_to(actor=actor).filter(licence=licence))


def documents_of_contract(*, actor: Actor, contract_id: int) -> QuerySet[Document]:
    """The documents of one contract: current ones first, then older versions, then removed ones."""
    contract = bare_contract_for(actor=actor, contract_id=contract_id)
    return _in_order(documents_visible_to(actor=actor).filter(contract=contract))


def _in_order(rows: QuerySet[Document]) -> QuerySet[Document]:
    return rows.select_related("purchase").order_by(
        F("removed_at").asc(nulls_first=True), F("replaced_at").desc(nulls_first=True), "-added_at", "-pk"
    )


def documents_of_licences(*, actor: Actor, licence_ids: Collection[int]) -> QuerySet[Document]:
    """The documents of many licences, one licence after the other, oldest first."""
    rows = documents_visible_to(actor=actor).filter(licence_id__in=licence_ids)
    return rows.order_by("licence_id", "added_at", "pk")


def proved_by(*, actor: Actor, licence_ids: Collection[int]) -> frozenset[tuple[int, int | None]]:
    """Licences and lines with a standing invoice or proof, as (licence, line or none), whether or not the actor may open
    it: that a paper is there shows no price.
    """
    rows: QuerySet[Document] = Document.objects.visible_to(actor, Permission.LICENCES_VIEW).filter(
        licence_id__in=licence_ids, kind__in=PROVING, removed_at=None, replaced_at=None
    )
    return frozenset(rows.values_list("licence_id", "purchase_id"))


def document_for(
    *, actor: Actor, document_id: int, permission: Permission = Permission.LICENCES_VIEW
) -> Document:
    """One document, for whoever has the permission in its company."""
    rows = documents_visible_to(actor=actor).select_related("licence__product", "purchase", "contract")
    document = rows.filter(pk=document_id).first()
    if document is None:
        raise NotFound(_("There is no document %(document_id)s.") % {"document_id": document_id})
    actor.require(
        permission if document.contract_id is None else OF_CONTRACTS[permission], document.company_id
    )
    return document


def content_for(*, document: Document) -> bytes:
    """The bytes of a document that :func:`document_for` gave out: checked against their hash, never from quarantine."""
    if document.scan not in HANDED_OUT:
        raise InQuarantine(
            _(
                "“%(name)s” is %(state)s: it is handed out once a scanner has called it clean. Whoever "
                "may change the licence can have it scanned again."
            )
            % {"name": document.name, "state": document.get_scan_display().lower()}
        )
    return document_store().read(document.sha256)
