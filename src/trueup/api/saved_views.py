"""Saved views: what people keep of lists, and ``view=`` on every list to use one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictBool, StrictInt

from trueup.api.lists import json_answer
from trueup.api.requests import Body, actor_in
from trueup.reports.registers import register_named, registers_for
from trueup.saved_views.actions import (
    ViewTerms,
    appoint_view,
    change_view,
    prefer_view,
    restore_view,
    rewrite_view,
    save_view,
    withdraw_view,
)
from trueup.saved_views.queries import view_among, views_visible_to, withdrawn_view_for

if TYPE_CHECKING:
    from trueup.saved_views.models import SavedView

router = Router(tags=["views"])


class ViewBody(Body):
    """A new view: the list by its name, and what it keeps as the part of an address after the question mark."""

    list: str = Field(max_length=40)
    name: str = Field(max_length=60)
    query: str = Field("", max_length=2000)
    company: StrictInt | None = None


class ViewChange(Body):
    """Fields to change; what is not named stays. ``company`` null takes the view back to its maker."""

    name: str = Field("", max_length=60)
    query: str = Field("", max_length=2000)
    company: StrictInt | None = None
    own_default: StrictBool = False
    company_default: StrictBool = False


@router.get("/views/", response=dict[str, Any], summary="Views one may use")
def list_views(request: HttpRequest, list: str = "") -> HttpResponse:  # noqa: A002 - the parameter's name in the address
    """One's own and those shared in one's companies; ``list=licences`` narrows to one list."""
    actor = actor_in(request)
    wanted = [register_named(list, actor=actor)] if list else registers_for(actor)
    views = views_visible_to(actor=actor, registers=wanted)
    results = [_as_json(view) for view in views]
    return json_answer({"results": results, "next": None, "count": len(results)})


@router.post("/views/", response={201: dict[str, Any]}, summary="Save a view")
def post_view(request: HttpRequest, body: ViewBody) -> HttpResponse:
    """Private without a company, shared with one."""
    actor = actor_in(request)
    view = save_view(
        actor=actor,
        register=register_named(body.list, actor=actor),
        terms=ViewTerms(name=body.name, company_id=body.company),
        query=body.query,
        at=timezone.now(),
    )
    return _answer(request, view.pk, 201)


@router.get("/views/{int:view_id}/", response=dict[str, Any], summary="One view")
def get_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Its rows are at the list: ``/api/licences/?view=12``."""
    return _answer(request, view_id)


@router.patch("/views/{int:view_id}/", response=dict[str, Any], summary="Change named fields of a view")
def patch_view(request: HttpRequest, view_id: int, body: ViewChange) -> HttpResponse:
    """Its maker may, and owners of the company it is shared in; whose list opens with it everybody decides alone."""
    actor, named = actor_in(request), body.named()
    view = view_among(actor=actor, registers=registers_for(actor), view_id=view_id)
    asked: dict[str, Any] = {
        "actor": actor,
        "register": register_named(view.list_name, actor=actor),
        "view_id": view.pk,
        "at": timezone.now(),
    }
    if {"name", "company"} & named.keys():
        terms = ViewTerms(named.get("name", view.name), named.get("company", view.company_id))
        change_view(**asked, terms=terms)
    if "query" in named:
        rewrite_view(**asked, query=named["query"])
    if "own_default" in named:
        prefer_view(**asked, preferred=named["own_default"])
    if "company_default" in named:
        appoint_view(**asked, appointed=named["company_default"])
    return _answer(request, view_id)


@router.post("/views/{int:view_id}/delete/", response={204: None}, summary="Delete a view")
def post_view_delete(request: HttpRequest, view_id: int) -> HttpResponse:
    """It can be restored."""
    actor = actor_in(request)
    view = view_among(actor=actor, registers=registers_for(actor), view_id=view_id)
    withdraw_view(
        actor=actor, register=register_named(view.list_name, actor=actor), view_id=view.pk, at=timezone.now()
    )
    return HttpResponse(status=204)


@router.post("/views/{int:view_id}/restore/", response=dict[str, Any], summary="Take a deletion back")
def post_view_restore(request: HttpRequest, view_id: int) -> HttpResponse:
    """Under its old name, if no other view has taken it."""
    actor = actor_in(request)
    view = withdrawn_view_for(actor=actor, registers=registers_for(actor), view_id=view_id)
    restore_view(
        actor=actor, register=register_named(view.list_name, actor=actor), view_id=view_id, at=timezone.now()
    )
    return _answer(request, view_id)


def _answer(request: HttpRequest, view_id: int, status: int = 200) -> HttpResponse:
    actor = actor_in(request)
    view = view_among(actor=actor, registers=registers_for(actor), view_id=view_id)
    return json_answer(_as_json(view), status)


def _as_json(view: SavedView) -> dict[str, Any]:
    company = None if view.company is None else {"id": view.company_id, "name": view.company.name}
    return {
        "id": view.pk,
        "list": view.list_name,
        "name": view.name,
        "query": view.query,
        "company": company,
        "maker": view.maker.username,
        "own_default": getattr(view, "is_own_default", False),
        "company_default": view.is_company_default,
        "created_at": view.created_at,
    }
