"""Adding a source, changing it, and reading it no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from trueup.base.access import Permission
from trueup.base.problems import NotFound
from trueup.connectors.register import suitcases
from trueup.sources.actions import add_source, change_source, withdraw_source
from trueup.sources.findings import Suitcase
from trueup.sources.queries import source_for
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.companies import choose_for
from trueup.web.kit.refusals import save_form
from trueup.web.sources.forms import form_of, terms_in

MANAGE = Permission.COMPANIES_MANAGE
BOTH = ("GET", "HEAD", "POST")


@page(MANAGE)
def choose(request: HttpRequest) -> HttpResponse:
    """Which system it is."""
    return render(request, "sources/choose.html", {"suitcases": suitcases().values(), "active": "sources"})


@page(MANAGE, methods=BOTH)
@never_cache
def new(request: HttpRequest, source_kind: str) -> HttpResponseBase:
    """Add one."""
    actor, suitcase = actor_in(request), _suitcase(source_kind)
    title = _("Read %(title)s") % {"title": suitcase.title}
    company, choosing = choose_for(request, MANAGE, title=title, back=reverse("source_new"))
    if company is None:
        return choosing

    def act(values: Mapping[str, Any]) -> str:
        terms, secrets = terms_in(suitcase, values)
        made = add_source(
            actor=actor,
            company_id=company.pk,
            suitcase=suitcase,
            terms=terms,
            secrets=secrets,
            at=timezone.now(),
        )
        messages.success(
            request, _("%(name)s added. Look before it is read in earnest.") % {"name": made.name}
        )
        return reverse("source", args=[made.pk])

    context = _context(title, company.name, _("Add the source"), reverse("source_new"))
    form = form_of(suitcase, request.POST)
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(MANAGE, methods=BOTH)
@never_cache
def change(request: HttpRequest, source_id: int) -> HttpResponse:
    """Read it otherwise; another address asks for the credentials anew."""
    actor = actor_in(request)
    found = source_for(actor=actor, source_id=source_id, permission=MANAGE)
    suitcase = _suitcase(found.kind)

    def act(values: Mapping[str, Any]) -> str:
        terms, secrets = terms_in(suitcase, values)
        change_source(
            actor=actor,
            source_id=source_id,
            suitcase=suitcase,
            terms=terms,
            secrets=secrets,
            at=timezone.now(),
        )
        messages.success(request, _("Saved"))
        return reverse("source", args=[source_id])

    kept = {name: getattr(found, name) for name in ("name", "url", "every_hours", "is_shared")}
    form = form_of(suitcase, request.POST, initial={**found.options, **kept})
    context = _context(found.name, found.company.name, _("Save"), reverse("source", args=[source_id]))
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(MANAGE, methods=("POST",))
def withdraw(request: HttpRequest, source_id: int) -> HttpResponse:
    """Read it no more."""
    withdraw_source(actor=actor_in(request), source_id=source_id, at=timezone.now())
    messages.success(
        request, _("It is read no more. What was installed stays until another source says otherwise.")
    )
    return redirect("sources")


def _suitcase(kind: str) -> Suitcase:
    if kind not in suitcases():
        raise NotFound(_("There is no source of kind %(kind)s.") % {"kind": kind})
    return suitcases()[kind]


def _context(title: str, meta: str, verb: str, back: str) -> dict[str, Any]:
    trail = [(_("Sources"), reverse("sources"))]
    return {"title": title, "meta": meta, "verb": verb, "back": back, "trail": trail, "active": "sources"}
