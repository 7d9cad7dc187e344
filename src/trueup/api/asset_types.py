"""Types of flexible assets: how they are defined, changed, and travel between installations."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.lists import ListAnswer, json_answer
from trueup.api.requests import Body, actor_in, revision_in
from trueup.assets.queries import counts_by_type
from trueup.assets.retyping import preview_type, retype
from trueup.assets.seeing import shown_fields
from trueup.fields.actions import (
    archive_type,
    create_type,
    remove_field,
    restore_field,
    restore_type,
)
from trueup.fields.exchange import exported_type, template_named, templates, terms_from, type_from
from trueup.fields.lists import keep_list, lists_visible_to
from trueup.fields.queries import (
    definition_of,
    fields_of,
    removed_fields,
    type_for,
    types_visible_to,
    versions_of,
)
from trueup.fields.terms import choices_of, field_as_json, type_as_json
from trueup.fields.values import schema_of

if TYPE_CHECKING:
    from trueup.fields.models import SharedList, Type

router = Router(tags=["flexible assets"])
MOST_FIELDS = 20_000
"""As many as are read before they are counted and refused."""


class TypeBody(Body):
    """A new type; ``template`` begins with one that comes with the product. Without ``company`` it is for all."""

    name: str = Field("", max_length=200)
    description: str = Field("", max_length=2000)
    icon: str = Field("", max_length=100)
    counts_as: str = Field("", max_length=20)
    company: StrictInt | None = Field(None, le=2**63 - 1)
    template: str = Field("", max_length=60)
    fields: list[dict[str, Any]] = Field(default_factory=list, max_length=MOST_FIELDS)


class TypeChange(Body):
    """Parts to change; fields are changed or added by their ``key``, and none is taken off by not being named."""

    name: str | None = Field(None, max_length=200)
    description: str | None = Field(None, max_length=2000)
    icon: str | None = Field(None, max_length=100)
    counts_as: str | None = Field(None, max_length=20)
    order: list[str] | None = Field(None, max_length=MOST_FIELDS)
    fields: list[dict[str, Any]] = Field(default_factory=list, max_length=MOST_FIELDS)


class TypeFile(Body):
    """A type as another installation gave it away."""

    company: StrictInt | None = Field(None, le=2**63 - 1)
    file: dict[str, Any]


@router.get("/asset-types/", response=ListAnswer, summary="Types of assets one may use")
def list_types(request: HttpRequest) -> HttpResponse:
    """By name, with how many assets in use there are of each."""
    actor = actor_in(request)
    counts = counts_by_type(actor=actor)
    found = [{**_head(one), "assets": counts.get(one.pk, 0)} for one in types_visible_to(actor=actor)]
    return json_answer({"results": found, "next": None, "count": len(found)})


@router.post("/asset-types/", response={201: dict[str, Any]}, summary="Define a type")
def post_type(request: HttpRequest, body: TypeBody) -> HttpResponse:
    """Answers 201 with the type, which can be used at once. 422 names every field of a wrong definition."""
    given = body.model_dump(
        include={"name", "description", "icon", "counts_as", "fields"}, exclude_defaults=True
    )
    start = type_as_json(template_named(body.template)) if body.template else {}
    terms = terms_from(start | given)
    made = create_type(actor=actor_in(request), company_id=body.company, terms=terms, at=timezone.now())
    return _type_answer(request, made.pk, 201)


@router.get("/asset-type-templates/", response=ListAnswer, summary="Types that come with the product")
def list_type_templates(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # the same for everybody
    """Each with its fields; ``template`` of a new type names one."""
    found = [{"key": key, **type_as_json(terms)} for key, terms in templates().items()]
    return json_answer({"results": found, "next": None, "count": len(found)})


@router.post("/asset-types/import/", response={201: dict[str, Any]}, summary="Read a type from a file")
def post_type_import(request: HttpRequest, body: TypeFile) -> HttpResponse:
    """The file is what ``export/`` of another installation answered."""
    made = create_type(
        actor=actor_in(request), company_id=body.company, terms=type_from(body.file), at=timezone.now()
    )
    return _type_answer(request, made.pk, 201)


@router.get("/asset-types/{int:type_id}/", response=dict[str, Any], summary="One type")
def get_type(request: HttpRequest, type_id: int) -> HttpResponse:
    """With its fields, those that were taken off, and its versions."""
    return _type_answer(request, type_id)


@router.patch("/asset-types/{int:type_id}/", response=dict[str, Any], summary="Change a type and its fields")
def patch_type(request: HttpRequest, type_id: int, body: TypeChange) -> HttpResponse:
    """``If-Match`` refuses to overwrite somebody else's change (412). Stored values are never touched."""
    retype(
        actor=actor_in(request), type_id=type_id, changes=_changes(body), fields=body.fields,
        version=revision_in(request), at=timezone.now(),
    )  # fmt: skip
    return _type_answer(request, type_id)


@router.post(
    "/asset-types/{int:type_id}/preview/", response=ListAnswer, summary="What a change would do to records"
)
def post_type_preview(request: HttpRequest, type_id: int, body: TypeChange) -> HttpResponse:
    """For each field that would change, how many records would lack it or have a value it refuses. Nothing is stored."""
    effects = preview_type(
        actor=actor_in(request), type_id=type_id, changes=_changes(body), fields=body.fields
    )
    return json_answer({"results": [asdict(one) for one in effects], "next": None, "count": len(effects)})


def _changes(body: TypeChange) -> dict[str, Any]:
    given = body.model_dump(exclude_unset=True, exclude={"fields"})
    return {name: value for name, value in given.items() if value is not None}


@router.post(
    "/asset-types/{int:type_id}/fields/{str:key}/remove/", response=dict[str, Any], summary="Take a field off"
)
def post_field_removal(request: HttpRequest, type_id: int, key: str) -> HttpResponse:
    """Its values stay stored and are shown no more; ``restore/`` brings both back."""
    remove_field(actor=actor_in(request), type_id=type_id, key=key, at=timezone.now())
    return _type_answer(request, type_id)


@router.post(
    "/asset-types/{int:type_id}/fields/{str:key}/restore/",
    response=dict[str, Any],
    summary="Bring a field back",
)
def post_field_return(request: HttpRequest, type_id: int, key: str) -> HttpResponse:
    """With the values it had."""
    restore_field(actor=actor_in(request), type_id=type_id, key=key, at=timezone.now())
    return _type_answer(request, type_id)


@router.post("/asset-types/{int:type_id}/archive/", response=dict[str, Any], summary="Take a type out of use")
def post_type_archive(request: HttpRequest, type_id: int) -> HttpResponse:
    """Its assets stay readable."""
    archive_type(actor=actor_in(request), type_id=type_id, at=timezone.now())
    return _type_answer(request, type_id)


@router.post(
    "/asset-types/{int:type_id}/restore/", response=dict[str, Any], summary="Take a type into use again"
)
def post_type_return(request: HttpRequest, type_id: int) -> HttpResponse:
    """409 ``TypeNameTaken`` where another has its name meanwhile."""
    restore_type(actor=actor_in(request), type_id=type_id, at=timezone.now())
    return _type_answer(request, type_id)


@router.get("/asset-types/{int:type_id}/export/", response=dict[str, Any], summary="A type as a file")
def get_type_export(request: HttpRequest, type_id: int) -> HttpResponse:
    """For another installation: definition only, no record."""
    return json_answer(exported_type(type_for(actor=actor_in(request), type_id=type_id)))


@router.get(
    "/asset-types/{int:type_id}/schema/",
    response=dict[str, Any],
    summary="The values of a type as JSON Schema",
)
def get_type_schema(request: HttpRequest, type_id: int) -> HttpResponse:
    """As the token's owner sees it: fields with a right of their own are there for whoever has it."""
    actor = actor_in(request)
    type_ = type_for(actor=actor, type_id=type_id)
    shown = {field.key for field in shown_fields(actor=actor, company_id=None, fields=fields_of(type_))}
    return json_answer(schema_of(type_.name, fields_of(type_), seen=lambda field: field.key in shown))


class ListBody(Body):
    """Choices as labels, or with ``key`` and ``label``; ``company`` left out, the list is for all."""

    name: str = Field(max_length=200)
    company: StrictInt | None = Field(None, le=2**63 - 1)
    choices: list[str | dict[str, str]] = Field(max_length=1000)


@router.get("/shared-lists/", response=ListAnswer, summary="Lists of choices that fields share")
def list_shared_lists(request: HttpRequest) -> HttpResponse:
    """By name."""
    found = [_list(one) for one in lists_visible_to(actor=actor_in(request))]
    return json_answer({"results": found, "next": None, "count": len(found)})


@router.post("/shared-lists/", response={200: dict[str, Any]}, summary="Make a shared list, or change it")
def post_shared_list(request: HttpRequest, body: ListBody) -> HttpResponse:
    """One of that name gets these choices, and every field that names it has them at once."""
    kept = keep_list(
        actor=actor_in(request), company_id=body.company, name=body.name, choices=choices_of(body.choices), at=timezone.now()
    )  # fmt: skip
    return json_answer(_list(kept))


def _list(one: SharedList) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "company": None if one.company is None else {"id": one.company.pk, "name": one.company.name},
        "choices": one.choices,
    }


def _head(type_: Type) -> dict[str, Any]:
    company = type_.company
    return {
        "id": type_.pk, "name": type_.name, "description": type_.description, "icon": type_.icon, "version": type_.version,
        "counts_as": type_.counts_as,
        "company": None if company is None else {"id": company.pk, "name": company.name}, "archived_at": type_.archived_at,
    }  # fmt: skip


def _type_answer(request: HttpRequest, type_id: int, status: int = 200) -> HttpResponse:
    actor = actor_in(request)
    type_ = type_for(actor=actor, type_id=type_id)
    versions = versions_of(actor=actor, type_id=type_id).values("version", "made_at", "made_by")[:50]
    body = _head(type_) | {
        "fields": [field_as_json(field) for field in definition_of(type_).fields],
        "removed_fields": list(removed_fields(type_=type_).values("key", "label", "kind", "removed_at")),
        "versions": list(versions),
    }
    return json_answer(body, status, ETag=f'"r{type_.version}"')
