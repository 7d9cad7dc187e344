"""The documents of a licence as its tab shows them: current ones first, older versions and removed ones greyed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.documents.queries import HANDED_OUT, documents_of, documents_of_contract
from trueup.web.documents.lines import line_label
from trueup.web.kit.asker import actor_in

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from trueup.contracts.models import Contract
    from trueup.documents.models import Document
    from trueup.licences.models import Licence

SHOWN = 500
TONES = {"clean": "good", "unscanned": "", "quarantined": "warn", "infected": "bad"}


def documents_context(request: HttpRequest, licence: Licence) -> dict[str, Any]:
    """What ``documents/card.html`` needs."""
    actor = actor_in(request)
    return _context(
        documents_of(actor=actor, licence_id=licence.pk),
        may_attach=actor.may(Permission.LICENCES_CHANGE, licence.company_id),
        attach_url=reverse("document_new", args=[licence.pk]),
    )


def contract_documents_context(request: HttpRequest, contract: Contract) -> dict[str, Any]:
    """The same for a contract."""
    actor = actor_in(request)
    return _context(
        documents_of_contract(actor=actor, contract_id=contract.pk),
        may_attach=actor.may(Permission.CONTRACTS_CHANGE, contract.company_id),
        attach_url=reverse("contract_document_new", args=[contract.pk]),
    )


def _context(documents: QuerySet[Document], *, may_attach: bool, attach_url: str) -> dict[str, Any]:
    return {
        "documents": [_row(document) for document in documents[:SHOWN]],
        "documents_count": documents.count(),
        "may_attach": may_attach,
        "attach_url": attach_url,
    }


def _row(document: Document) -> dict[str, Any]:
    is_current = document.removed_at is None and document.replaced_at is None
    return {
        "id": document.pk,
        "name": document.name,
        "kind": document.get_kind_display(),
        "line": line_label(document.purchase) if document.purchase else "",
        "size": filesizeformat(document.size_bytes),
        "sha256": document.sha256,
        "print": document.sha256[:12],
        "version": document.version,
        "state": _state(document),
        "tone": TONES[document.scan] if is_current else "",
        "added_at": document.added_at,
        "added_by": document.added_by,
        "reason": document.removal_reason,
        "is_current": is_current,
        "waits": is_current and document.scan == "quarantined",
        "can_be_saved": document.scan in HANDED_OUT,
    }


def _state(document: Document) -> str:
    if document.removed_at:
        return _("Removed")
    return _("Older version") if document.replaced_at else document.get_scan_display()
