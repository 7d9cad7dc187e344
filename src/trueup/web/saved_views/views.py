"""Pages of saved views: plain forms that come back to the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
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
from trueup.saved_views.queries import may_appoint, may_change, view_among, withdrawn_view_for
from trueup.tenancy.queries import companies_visible_to
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import save_form
from trueup.web.saved_views.forms import EditForm, ViewForm

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.base.registers import Register
    from trueup.saved_views.models import SavedView

BOTH = ("GET", "HEAD", "POST")
SEEN = Permission.COMPANIES_VIEW
"""What every role has; the list's own permission is asked for by the room."""


@page(SEEN, methods=BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """Save what a list shows as a view."""
    if "list" not in request.GET:
        return redirect("overview")
    actor = actor_in(request)
    register = register_named(request.GET["list"], actor=actor)
    if not actor.may_somewhere(register.view):
        raise NotFound(_("There is no list %(name)s.") % {"name": register.name})
    form = ViewForm(request.POST or None)
    form.offer_companies(_companies(actor, register))

    def act(values: Mapping[str, Any]) -> str:
        terms = ViewTerms(name=values["name"], company_id=values["company"])
        query, now = request.GET.get("query", ""), timezone.now()
        view = save_view(actor=actor, register=register, terms=terms, query=query, at=now)
        if values["own_default"]:
            prefer_view(actor=actor, register=register, view_id=view.pk, preferred=True, at=now)
        messages.success(request, _("View saved"))
        return f"{_path(request)}?view={view.pk}"

    context = {
        "title": _("Save view"),
        "meta": register.title,
        "verb": _("Save view"),
        "back": _next(request),
        "trail": [(register.title, _path(request))],
    }
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(SEEN, methods=BOTH)
def edit(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename a view, share it, let lists open with it, or delete it."""
    actor = actor_in(request)
    view, register = _found(actor, view_id)
    form = EditForm(request.POST or None, initial=_as_form(view))
    form.offer_companies(_companies(actor, register))
    changes, appoints = may_change(actor=actor, view=view), _appoints(actor, view)
    for name, may in (("name", changes), ("company", changes), ("company_default", appoints)):
        form.fields[name].disabled = not may

    def act(values: Mapping[str, Any]) -> str:
        _apply(actor, register, view, values)
        messages.success(request, _("View saved"))
        return f"{_path(request)}?view={view.pk}"

    context = {
        "title": view.name,
        "meta": register.title,
        "verb": _("Save view"),
        "back": f"{_path(request)}?view={view.pk}",
        "trail": [(register.title, _path(request))],
        "view_id": view.pk,
        "may_change": changes,
        "next": _path(request),
    }
    return save_form(request, form, act=act, template="saved_views/edit.html", context=context)


def _as_form(view: SavedView) -> dict[str, Any]:
    return {
        "name": view.name,
        "company": view.company_id or "",
        "own_default": getattr(view, "is_own_default", False),
        "company_default": view.is_company_default,
    }


def _appoints(actor: Actor, view: SavedView) -> bool:
    companies = list(actor.roles) if view.company is None else [view.company.pk]
    return any(may_appoint(actor=actor, company_id=company_id) for company_id in companies)


def _apply(actor: Actor, register: Register, view: SavedView, values: Mapping[str, Any]) -> None:
    """Only what differs: whoever may not change a view may still choose it for themselves."""
    now, was = timezone.now(), _as_form(view)
    asked: dict[str, Any] = {"actor": actor, "register": register, "view_id": view.pk, "at": now}
    if (values["name"], values["company"]) != (was["name"], was["company"] or None):
        change_view(**asked, terms=ViewTerms(name=values["name"], company_id=values["company"]))
    if values["own_default"] != was["own_default"]:
        prefer_view(**asked, preferred=values["own_default"])
    if values["company_default"] != was["company_default"] and values["company"] is not None:
        appoint_view(**asked, appointed=values["company_default"])


@page(SEEN, methods=("POST",))
def rewrite(request: HttpRequest, view_id: int) -> HttpResponse:
    """Let the view keep what the list shows now."""
    actor = actor_in(request)
    view, register = _found(actor, view_id)
    query = request.POST.get("query", "")
    try:
        rewrite_view(actor=actor, register=register, view_id=view.pk, query=query, at=timezone.now())
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, _("View saved"))
    return redirect(_next(request))


@page(SEEN, methods=("POST",))
def delete(request: HttpRequest, view_id: int) -> HttpResponse:
    """Delete a view; the message offers to take it back."""
    actor = actor_in(request)
    view, register = _found(actor, view_id)
    withdraw_view(actor=actor, register=register, view_id=view.pk, at=timezone.now())
    undo = f"{reverse('view_restore', args=[view.pk])}?next={_path(request)}"
    words = _("View “%(name)s” deleted") % {"name": view.name}
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return redirect(_path(request))


@page(SEEN, methods=("POST",))
def restore(request: HttpRequest, view_id: int) -> HttpResponse:
    """Take a deletion back."""
    actor = actor_in(request)
    view = withdrawn_view_for(actor=actor, registers=registers_for(actor), view_id=view_id)
    register = register_named(view.list_name, actor=actor)
    try:
        restore_view(actor=actor, register=register, view_id=view_id, at=timezone.now())
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
        return redirect(_path(request))
    messages.success(request, _("View restored"))
    return redirect(f"{_path(request)}?view={view_id}")


def _found(actor: Actor, view_id: int) -> tuple[SavedView, Register]:
    view = view_among(actor=actor, registers=registers_for(actor), view_id=view_id)
    return view, register_named(view.list_name, actor=actor)


def _companies(actor: Actor, register: Register) -> list[tuple[int, str]]:
    """Companies whose list the actor may see: a view can be shared there."""
    seen = companies_visible_to(actor=actor, permission=register.view)
    return [(company["id"], company["name"]) for company in seen.values("id", "name").order_by("name")]


def _next(request: HttpRequest) -> str:
    """Where to go on to: an address of ours, or the overview."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    known = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if known and wanted.startswith("/") else reverse("overview")


def _path(request: HttpRequest) -> str:
    return _next(request).partition("?")[0]
