"""Attaching, replacing, removing and saving documents; and the archive of everything a list of licences shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.listing import parse_listing
from trueup.contracts.queries import bare_contract_for
from trueup.documents.actions import (
    attach_document,
    attach_to_contract,
    remove_document,
    replace_document,
    scan_document,
)
from trueup.documents.delivery import headers_of
from trueup.documents.queries import content_for, document_for
from trueup.documents.receiving import MOST_BYTES, NewFile
from trueup.documents.sniffing import TAKEN
from trueup.licences.columns import LICENCES
from trueup.licences.queries import bare_licence_for, purchases_of
from trueup.reports.archive import licence_archive
from trueup.web.documents.forms import AttachForm, FileForm, KindForm, RemoveForm
from trueup.web.documents.lines import line_label
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import save_form

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from trueup.documents.models import Document

BOTH = ("GET", "HEAD", "POST")
TAKEN_WORDS = {
    "taken": ", ".join(one.label for one in TAKEN),
    "most": MOST_BYTES // 1024**2,
    "accept": ",".join(ending for one in TAKEN for ending in one.endings),
}


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def attach(request: HttpRequest, licence_id: int) -> HttpResponse:
    """A file for the licence or for one of its lines."""
    actor = actor_in(request)
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=Permission.LICENCES_CHANGE)
    lines = purchases_of(actor=actor, licence_id=licence_id).filter(voided_at=None)

    def act(values: Mapping[str, Any]) -> str:
        attach_document(
            actor=actor, licence_id=licence_id, file=brought(values["file"]), kind=values["kind"],
            purchase_id=values["purchase"], at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Document attached"))
        return _tab(licence_id)

    form = AttachForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        lines=[(line.pk, line_label(line)) for line in lines],
        initial={"purchase": request.GET.get("line", "")},
    )
    context = {
        "name": licence.product.name, "active": "licences", "list_url": reverse("licences"), "list_name": _("Licences"),
        "back": _tab(licence_id), **TAKEN_WORDS,
    }  # fmt: skip
    return save_form(request, form, act=act, template="documents/attach.html", context=context)


@page(Permission.CONTRACTS_CHANGE, methods=BOTH)
def attach_contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """A file for a contract."""
    actor = actor_in(request)
    contract = bare_contract_for(actor=actor, contract_id=contract_id, permission=Permission.CONTRACTS_CHANGE)
    back = reverse("contract_tab", args=[contract_id, "documents"])

    def act(values: Mapping[str, Any]) -> str:
        file = brought(values["file"])
        attach_to_contract(
            actor=actor, contract_id=contract_id, file=file, kind=values["kind"], at=timezone.now()
        )
        messages.success(request, _("Document attached"))
        return back

    is_post = request.method == "POST"
    form = KindForm(request.POST if is_post else None, request.FILES if is_post else None)
    context = {
        "name": contract.name, "active": "contracts", "list_url": reverse("contracts"), "list_name": _("Contracts"),
        "back": back, **TAKEN_WORDS,
    }  # fmt: skip
    return save_form(request, form, act=act, template="documents/attach.html", context=context)


def brought(file: UploadedFile[bytes]) -> NewFile:
    """The upload as the room takes it; of one that is too large no more is read than shows it."""
    return NewFile(str(file.name), file.read(MOST_BYTES + 1))


@page(Permission.LICENCES_VIEW)
def download(request: HttpRequest, document_id: int) -> HttpResponse:
    """The file itself, to be saved and never shown."""
    document = document_for(actor=actor_in(request), document_id=document_id)
    return HttpResponse(content_for(document=document), headers=headers_of(document))


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def put_newer(request: HttpRequest, document_id: int) -> HttpResponse:
    """A newer version in a document's place."""
    actor = actor_in(request)
    document = document_for(actor=actor, document_id=document_id, permission=Permission.LICENCES_CHANGE)

    def act(values: Mapping[str, Any]) -> str:
        replace_document(
            actor=actor, document_id=document_id, file=brought(values["file"]), at=timezone.now()
        )
        messages.success(request, _("Document replaced. The older version stays below."))
        return _tab_of(document)

    is_post = request.method == "POST"
    form = FileForm(request.POST if is_post else None, request.FILES if is_post else None)
    context = {"document": document, **_where(document),
               "back": _tab_of(document), **TAKEN_WORDS}  # fmt: skip
    return save_form(request, form, act=act, template="documents/replace.html", context=context)


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def remove(request: HttpRequest, document_id: int) -> HttpResponse:
    """Take a document off, with the reason."""
    actor = actor_in(request)
    document = document_for(actor=actor, document_id=document_id, permission=Permission.LICENCES_CHANGE)

    def act(values: Mapping[str, Any]) -> str:
        remove_document(actor=actor, document_id=document_id, reason=values["reason"], at=timezone.now())
        messages.success(request, _("Document removed"))
        return _tab_of(document)

    context = {"document": document, **_where(document),
               "back": _tab_of(document)}  # fmt: skip
    form = RemoveForm(request.POST or None)
    return save_form(request, form, act=act, template="documents/remove.html", context=context)


@page(Permission.LICENCES_CHANGE, methods=("POST",))
def scan(request: HttpRequest, document_id: int) -> HttpResponse:
    """Ask the virus scanner again about a file in quarantine."""
    document = scan_document(actor=actor_in(request), document_id=document_id, at=timezone.now())
    messages.info(
        request, _("“%(name)s”: %(state)s") % {"name": document.name, "state": document.get_scan_display()}
    )
    return redirect(_tab_of(document))


@page(Permission.EXPORTS_RUN)
def archive(request: HttpRequest) -> StreamingHttpResponse:
    """Everything behind the list of licences as its address asks for it, as one ZIP."""
    actor, now = actor_in(request), timezone.now()
    given = {
        name: str(value)
        for name, value in request.GET.items()
        if value and name not in {"columns", "format", "page"}
    }
    listing = parse_listing(LICENCES.seen_by(actor), given)
    chunks = licence_archive(actor=actor, listing=listing, at=now, on=timezone.localdate())
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="licences-{timezone.localdate():%Y-%m-%d}.zip"',
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(chunks, headers=headers)


def _tab_of(document: Document) -> str:
    """The page a document stands on."""
    if document.contract_id is not None:
        return reverse("contract_tab", args=[document.contract_id, "documents"])
    return _tab(document.licence_id or 0)


def _where(document: Document) -> dict[str, str]:
    """What the crumbs of a document's pages say."""
    if document.contract is not None:
        return {"name": document.contract.name, "active": "contracts", "list_url": reverse("contracts"), "list_name": _("Contracts")}  # fmt: skip
    name = str(document.licence.product.name) if document.licence else ""
    return {"name": name, "active": "licences", "list_url": reverse("licences"), "list_name": _("Licences")}


def _tab(licence_id: int) -> str:
    return reverse("licence_tab", args=[licence_id, "documents"])
