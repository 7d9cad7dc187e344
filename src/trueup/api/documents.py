"""Documents of licences: listed, attached, replaced, removed and read; and the archive for an audit."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from ninja import File, Form, Router, UploadedFile
from pydantic import Field

from trueup.api.description import file_of
from trueup.api.lists import ListAnswer, json_answer
from trueup.api.requests import Body, actor_in, day_in
from trueup.base.listing import parse_listing
from trueup.documents.actions import (
    attach_document,
    attach_to_contract,
    remove_document,
    replace_document,
    scan_document,
)
from trueup.documents.delivery import headers_of
from trueup.documents.queries import content_for, document_for, documents_of, documents_of_contract
from trueup.documents.receiving import MOST_BYTES, NewFile
from trueup.licences.columns import LICENCES
from trueup.reports.archive import licence_archive

router = Router(tags=["documents"])


class AboutBody(Body):
    """What a file is: ``invoice``, ``agreement``, ``proof`` or ``other``; and the purchase line it belongs to, if it does."""

    kind: str = "other"
    purchase: int | None = None


class AboutContract(Body):
    """What a file of a contract is: ``invoice``, ``agreement``, ``proof`` or ``other``."""

    kind: str = "agreement"


class RemovalBody(Body):
    """Why a document is removed."""

    reason: str = Field("", max_length=500)


@router.get(
    "/licences/archive/",
    response=bytes,
    openapi_extra=file_of("application/zip"),
    summary="Records, attachments and manifest as one ZIP",
)
def get_archive(request: HttpRequest) -> StreamingHttpResponse:
    """Of the licences that the filters of ``/api/licences/`` leave, in companies where one may export.

    ``manifest.json`` has the hash of every file, what was left out and why, and what has no proof of purchase.
    """
    actor = actor_in(request)
    query = {name: str(value) for name, value in request.GET.items()}
    listing = parse_listing(LICENCES.seen_by(actor), query)
    chunks = licence_archive(actor=actor, listing=listing, at=timezone.now(), on=day_in(request))
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": 'attachment; filename="licences.zip"',
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(chunks, headers=headers)


@router.get(
    "/licences/{int:licence_id}/documents/", response=ListAnswer, summary="The documents of a licence"
)
def list_documents(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Current ones first, then older versions; removed ones for those who may change the licence."""
    rows = [_document(one) for one in documents_of(actor=actor_in(request), licence_id=licence_id)]
    return json_answer({"results": rows, "next": None, "count": len(rows)})


@router.post(
    "/licences/{int:licence_id}/documents/", response={201: dict[str, Any]}, summary="Attach a document"
)
def post_document(
    request: HttpRequest, licence_id: int, file: File[UploadedFile], about: Form[AboutBody]
) -> HttpResponse:
    """As ``multipart/form-data``. The type is decided by the content; 422 ``FileNotTaken`` where it is on no list."""
    made = attach_document(
        actor=actor_in(request), licence_id=licence_id, file=_brought(file), kind=about.kind,
        purchase_id=about.purchase, at=timezone.now(),
    )  # fmt: skip
    return json_answer(_document(made), 201)


@router.get(
    "/contracts/{int:contract_id}/documents/", response=ListAnswer, summary="The documents of a contract"
)
def list_contract_documents(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Current ones first, then older versions; removed ones for those who may change the contract."""
    found = documents_of_contract(actor=actor_in(request), contract_id=contract_id)
    rows = [_document(one) for one in found]
    return json_answer({"results": rows, "next": None, "count": len(rows)})


@router.post(
    "/contracts/{int:contract_id}/documents/",
    response={201: dict[str, Any]},
    summary="Attach a document to a contract",
)
def post_contract_document(
    request: HttpRequest, contract_id: int, file: File[UploadedFile], about: Form[AboutContract]
) -> HttpResponse:
    """As ``multipart/form-data``. The type is decided by the content; 422 ``FileNotTaken`` where it is on no list."""
    made = attach_to_contract(
        actor=actor_in(request),
        contract_id=contract_id,
        file=_brought(file),
        kind=about.kind,
        at=timezone.now(),
    )
    return json_answer(_document(made), 201)


@router.get("/documents/{int:document_id}/", response=dict[str, Any], summary="One document")
def get_document(request: HttpRequest, document_id: int) -> HttpResponse:
    """What is known about it; the file itself is at ``content/``."""
    return json_answer(_document(document_for(actor=actor_in(request), document_id=document_id)))


@router.get(
    "/documents/{int:document_id}/content/",
    response=bytes,
    openapi_extra=file_of("*/*"),
    summary="The file itself",
)
def get_content(request: HttpRequest, document_id: int) -> HttpResponse:
    """Checked against its hash. 409 ``InQuarantine`` as long as no scanner has called it clean."""
    document = document_for(actor=actor_in(request), document_id=document_id)
    return HttpResponse(content_for(document=document), headers=headers_of(document))


@router.post(
    "/documents/{int:document_id}/replace/", response={201: dict[str, Any]}, summary="Put a newer version"
)
def post_version(request: HttpRequest, document_id: int, file: File[UploadedFile]) -> HttpResponse:
    """Answers with the new document; the older version stays readable."""
    made = replace_document(
        actor=actor_in(request), document_id=document_id, file=_brought(file), at=timezone.now()
    )
    return json_answer(_document(made), 201)


@router.post("/documents/{int:document_id}/remove/", response={204: None}, summary="Remove a document")
def post_removal(request: HttpRequest, document_id: int, body: RemovalBody) -> HttpResponse:
    """With a reason. It is not erased: it leaves the lists of those who only read."""
    remove_document(actor=actor_in(request), document_id=document_id, reason=body.reason, at=timezone.now())
    return HttpResponse(status=204)


@router.post("/documents/{int:document_id}/scan/", response=dict[str, Any], summary="Scan a document again")
def post_scan(request: HttpRequest, document_id: int) -> HttpResponse:
    """For one in quarantine; what the scanner calls clean is handed out from then on."""
    return json_answer(
        _document(scan_document(actor=actor_in(request), document_id=document_id, at=timezone.now()))
    )


def _brought(file: UploadedFile) -> NewFile:
    """The upload as the room takes it; of one that is too large no more is read than shows it."""
    return NewFile(str(file.name), file.read(MOST_BYTES + 1))


def _document(document: Any) -> dict[str, Any]:
    return {
        "id": document.pk,
        "subject": document.subject,
        "licence": document.licence_id,
        "purchase": document.purchase_id,
        "contract": document.contract_id,
        "kind": document.kind,
        "name": document.name,
        "media_type": document.media_type,
        "bytes": document.size_bytes,
        "sha256": document.sha256,
        "scan": document.scan,
        "version": document.version,
        "replaces": document.replaces_id,
        "added_at": document.added_at,
        "added_by": document.added_by,
        "replaced_at": document.replaced_at,
        "removed_at": document.removed_at,
        "removal_reason": document.removal_reason,
    }
