"""Flexible assets: the records of types that people define, and what is done to them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Router, UploadedFile
from pydantic import Field, StrictInt

from trueup.api.description import file_of
from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in, day_in, revision_in
from trueup.assets.actions import (
    archive_asset,
    change_asset,
    clone_asset,
    create_asset,
    restore_asset,
    reveal_value,
    roll_asset_back,
)
from trueup.assets.columns import ASSETS, register_of, rolled_values
from trueup.assets.counting import count_asset
from trueup.assets.figures import seats_of, values_on
from trueup.assets.files import attach_file, bytes_of, detach_file, file_for
from trueup.assets.queries import asset_for, assets_referring_to, revisions_of
from trueup.assets.references import names_of
from trueup.assets.seeing import shown_fields, shown_values
from trueup.documents.delivery import headers_of
from trueup.documents.receiving import MOST_BYTES, NewFile
from trueup.fields.queries import fields_of, type_for

router = Router(tags=["flexible assets"])
MOST_DIGITS = 18


class AssetBody(Body):
    """A new asset. ``values`` are by field key; the schema of the type says what each may be."""

    type: StrictInt = Field(le=2**63 - 1)
    company: StrictInt = Field(le=2**63 - 1)
    values: dict[str, Any] = Field(default_factory=dict, max_length=500)
    tags: list[str] = Field(default_factory=list, max_length=100)


class AssetChange(Body):
    """Values to change; null takes one off, and what is not named stays."""

    values: dict[str, Any] = Field(default_factory=dict, max_length=500)
    tags: list[str] | None = Field(None, max_length=100)
    reason: str = Field("", max_length=500)


class RollBack(Body):
    """The revision whose values come back."""

    revision: StrictInt = Field(ge=1, le=2**31 - 1)


class Counting(Body):
    """The product the licence is of; left out, the asset's own name says it."""

    product: StrictInt | None = Field(None, le=2**63 - 1)


class ValueReveal(Body):
    """Why the sealed value is needed."""

    reason: str = Field("", max_length=500)


@router.get("/flexible-assets/", response=ListAnswer, summary="Assets one may see")
def list_assets(request: HttpRequest) -> HttpResponse:
    """Over all types; with ``type`` (an id) every field of that type is a column and a filter (``total_seats__gte=50``).

    ``expires_on__lte=2026-12-31`` finds what expires, whatever its type; ``state=archived`` what is archived.
    """
    wanted = request.GET.get("type", "")
    register = ASSETS
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= MOST_DIGITS:
        register = register_of(type_for(actor=actor_in(request), type_id=int(wanted)))
        request.GET = request.GET.copy()  # type: ignore[assignment]  # a copy that may be changed
        request.GET.pop("type")  # type: ignore[misc]  # as above: the list itself is of that type
    archived = "archived" in request.GET.get("state", "")
    return list_answer(request, register, on=day_in(request), archived=archived)


@router.post("/flexible-assets/", response={201: dict[str, Any]}, summary="Make an asset")
def post_asset(request: HttpRequest, body: AssetBody) -> HttpResponse:
    """422 ``UnknownField`` for a value that the type has no field for; ``errors`` point at each wrong value."""
    made = create_asset(
        actor=actor_in(request), type_id=body.type, company_id=body.company, values=body.values, tags=body.tags,
        at=timezone.now(),
    )  # fmt: skip
    return _answer(request, made.pk, 201)


@router.get("/flexible-assets/{int:asset_id}/", response=dict[str, Any], summary="One asset")
def get_asset(request: HttpRequest, asset_id: int) -> HttpResponse:
    """With what it refers to and what refers to it. Sealed values are masked."""
    return _answer(request, asset_id)


@router.patch("/flexible-assets/{int:asset_id}/", response=dict[str, Any], summary="Change named values")
def patch_asset(request: HttpRequest, asset_id: int, body: AssetChange) -> HttpResponse:
    """What is not named stays. ``If-Match`` refuses to overwrite somebody else's change (412)."""
    change_asset(
        actor=actor_in(request), asset_id=asset_id, values=body.values, tags=body.tags,
        revision=revision_in(request), reason=body.reason, at=timezone.now(),
    )  # fmt: skip
    return _answer(request, asset_id)


@router.post(
    "/flexible-assets/{int:asset_id}/count/", response=dict[str, Any], summary="Count an asset as a licence"
)
def post_asset_count(request: HttpRequest, asset_id: int, body: Counting) -> HttpResponse:
    """For assets of a type that counts as licences and that are none yet. 422 ``ProductUnknown`` where no product is clear."""
    count_asset(
        actor=actor_in(request), asset_id=asset_id, product_id=body.product, at=timezone.now(), on=timezone.localdate()
    )  # fmt: skip
    return _answer(request, asset_id)


@router.post(
    "/flexible-assets/{int:asset_id}/fields/{str:key}/files/",
    response={201: dict[str, Any]},
    summary="Attach a file to a field",
)
def post_asset_file(request: HttpRequest, asset_id: int, key: str, file: File[UploadedFile]) -> HttpResponse:
    """As ``multipart/form-data``; 422 ``FileNotTaken`` where its content is of no type that is taken."""
    brought = NewFile(str(file.name), file.read(MOST_BYTES + 1))
    attach_file(actor=actor_in(request), asset_id=asset_id, key=key, file=brought, at=timezone.now())
    return _answer(request, asset_id, 201)


@router.get(
    "/flexible-assets/{int:asset_id}/files/{int:file_id}/",
    response=bytes,
    openapi_extra=file_of("application/octet-stream"),
    summary="A file of an asset",
)
def get_asset_file(request: HttpRequest, asset_id: int, file_id: int) -> HttpResponse:
    """The bytes, for whoever sees the field it is in."""
    found = file_for(actor=actor_in(request), asset_id=asset_id, file_id=file_id)
    return HttpResponse(bytes_of(file=found), headers=headers_of(found))


@router.post(
    "/flexible-assets/{int:asset_id}/fields/{str:key}/files/{int:file_id}/remove/",
    response=dict[str, Any],
    summary="Take a file off a field",
)
def post_asset_file_removal(request: HttpRequest, asset_id: int, key: str, file_id: int) -> HttpResponse:
    """Revisions before still have it."""
    detach_file(actor=actor_in(request), asset_id=asset_id, key=key, file_id=file_id, at=timezone.now())
    return _answer(request, asset_id)


@router.post(
    "/flexible-assets/{int:asset_id}/clone/", response={201: dict[str, Any]}, summary="Copy an asset"
)
def post_asset_clone(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Without sealed values, and without values that are there once."""
    return _answer(
        request, clone_asset(actor=actor_in(request), asset_id=asset_id, at=timezone.now()).pk, 201
    )


@router.post(
    "/flexible-assets/{int:asset_id}/archive/", response=dict[str, Any], summary="Take an asset out of use"
)
def post_asset_archive(request: HttpRequest, asset_id: int) -> HttpResponse:
    """There is no delete. 409 ``AssetReferredTo`` where a field that refers to it says so."""
    archive_asset(actor=actor_in(request), asset_id=asset_id, at=timezone.now())
    return _answer(request, asset_id)


@router.post(
    "/flexible-assets/{int:asset_id}/restore/",
    response=dict[str, Any],
    summary="Take an asset into use again",
)
def post_asset_return(request: HttpRequest, asset_id: int) -> HttpResponse:
    """409 ``ValueTaken`` where another has meanwhile a value that is there once."""
    restore_asset(actor=actor_in(request), asset_id=asset_id, at=timezone.now())
    return _answer(request, asset_id)


@router.get(
    "/flexible-assets/{int:asset_id}/revisions/", response=ListAnswer, summary="An asset as it was saved"
)
def list_asset_revisions(request: HttpRequest, asset_id: int) -> HttpResponse:
    """The latest first, each whole, with who saved it and why."""
    actor = actor_in(request)
    asset = asset_for(actor=actor, asset_id=asset_id)
    fields = fields_of(asset.type)
    found = [
        {
            "revision": one.revision, "title": one.title, "tags": one.tags, "made_at": one.made_at, "made_by": one.made_by,
            "reason": one.reason,
            "values": shown_values(actor=actor, company_id=asset.company_id, fields=fields, values=one.values),
        }
        for one in revisions_of(actor=actor, asset_id=asset_id)[:200]
    ]  # fmt: skip
    return json_answer({"results": found, "next": None, "count": len(found)})


@router.post(
    "/flexible-assets/{int:asset_id}/roll-back/", response=dict[str, Any], summary="Go back to a revision"
)
def post_asset_roll_back(request: HttpRequest, asset_id: int, body: RollBack) -> HttpResponse:
    """Its values and tags become a new revision; nothing of the history is lost."""
    roll_asset_back(actor=actor_in(request), asset_id=asset_id, revision=body.revision, at=timezone.now())
    return _answer(request, asset_id)


@router.post(
    "/flexible-assets/{int:asset_id}/secrets/{str:key}/reveal/",
    response=dict[str, Any],
    summary="Reveal a sealed value",
)
def post_value_reveal(request: HttpRequest, asset_id: int, key: str, body: ValueReveal) -> HttpResponse:
    """With ``keys.reveal`` and a reason, written down before it is sent. 429 ``TooManyReveals`` beyond ten a minute."""
    plain = reveal_value(
        actor=actor_in(request), asset_id=asset_id, key=key, reason=body.reason, at=timezone.now()
    )
    answer = json_answer({"asset": asset_id, "field": key, "value": plain.expose()})
    answer["Cache-Control"] = "no-store"
    return answer


def _answer(request: HttpRequest, asset_id: int, status: int = 200) -> HttpResponse:
    actor = actor_in(request)
    one = asset_for(actor=actor, asset_id=asset_id)
    fields = shown_fields(actor=actor, company_id=one.company_id, fields=fields_of(one.type))
    names = names_of(actor=actor, fields=fields, values=one.values)
    every = fields_of(one.type)
    now = values_on(asset=one, fields=every, on=timezone.localdate()) | rolled_values(asset=one, fields=every)
    seats = (
        seats_of(actor=actor, asset=one, fields=every, on=timezone.localdate())
        if one.type.counts_as
        else None
    )
    body = {
        "id": one.pk,
        "type": {"id": one.type_id, "name": one.type.name},
        "company": {"id": one.company_id, "name": one.company.name},
        "title": one.title,
        "values": shown_values(actor=actor, company_id=one.company_id, fields=fields, values=now),
        "counts_as": None if seats is None else asdict(seats),
        "refers_to": {
            key: [{"id": number, "name": name} for number, name in found.items()]
            for key, found in names.items()
        },
        "referred_to_by": list(assets_referring_to(actor=actor, to="asset", record_id=one.pk)[:200]),
        "tags": one.tags,
        "expires_on": one.expires_on,
        "created_at": one.created_at,
        "changed_at": one.changed_at,
        "archived_at": one.archived_at,
        "revision": one.revision,
    }
    return json_answer(body, status, ETag=f'"r{one.revision}"')
