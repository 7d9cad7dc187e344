"""The command palette: what a few letters may mean, in the order people look for it. Keys are never searched here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assignments.queries import assignments_visible_to
from trueup.base.access import Permission
from trueup.base.listing import filtered
from trueup.base.registers import Listing, Register
from trueup.catalogue.columns import PRODUCTS
from trueup.devices.columns import DEVICES
from trueup.licences.columns import LICENCES
from trueup.people.columns import PEOPLE
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import address_of
from trueup.web.menu import menu_for

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from trueup.base.actor import Actor

HITS = 5


@login_required
def palette(request: HttpRequest) -> HttpResponse:
    """Results as options; `>` in front asks for commands only."""
    actor = actor_in(request)
    words = request.GET.get("q", "").strip()
    only_commands = words.startswith(">")
    words = words.removeprefix(">").strip()
    groups = (
        []
        if only_commands or not words
        else [_licences(actor, words), _people(actor, words), _devices(actor, words), _products(actor, words)]
    )
    groups += [_pages(actor, words), _commands(actor, words)]
    context = {"groups": [group for group in groups if group["hits"]], "q": words}
    return render(request, "kit/palette_results.html", context)


def _found(register: Register, actor: Actor, words: str, **arguments: Any) -> QuerySet[Any]:
    return filtered(register, register.rows(actor=actor, **arguments), Listing(words=words))


def _licences(actor: Actor, words: str) -> dict[str, Any]:
    if not actor.may_somewhere(Permission.LICENCES_VIEW):
        return {"hits": []}
    found = (
        _found(LICENCES, actor, words, on=timezone.localdate())
        .select_related("product__publisher", "edition")
        .order_by("product__name")
    )
    hits = [
        {
            "label": one.product.name,
            "meta": one.edition.name if one.edition else one.product.publisher.name,
            "of": one.product.publisher.name,
            "url": address_of("licence", one.pk),
            "tile": True,
            "note": _("%(used)s used") % {"used": one.held}
            if one.unlimited
            else _("%(used)s of %(owned)s used") % {"used": one.held, "owned": one.purchased},
        }
        for one in found[:HITS]
    ]
    return {"label": _("Licences"), "hits": hits}


def _people(actor: Actor, words: str) -> dict[str, Any]:
    if not actor.may_somewhere(Permission.PEOPLE_VIEW):
        return {"hits": []}
    found = list(_found(PEOPLE, actor, words).select_related("department").order_by("name")[:HITS])
    held: dict[int | None, int] = {}
    for person_id in (
        assignments_visible_to(actor=actor)
        .filter(person_id__in=[one.pk for one in found])
        .values_list("person_id", flat=True)
    ):
        held[person_id] = held.get(person_id, 0) + 1
    hits = [
        {
            "label": one.name,
            "meta": one.department.name if one.department else one.username,
            "url": address_of("person", one.pk),
            "person": True,
            "note": _("%(n)s held") % {"n": held.get(one.pk, 0)},
        }
        for one in found
    ]
    return {"label": _("People"), "hits": hits}


def _devices(actor: Actor, words: str) -> dict[str, Any]:
    if not actor.may_somewhere(Permission.DEVICES_VIEW):
        return {"hits": []}
    found = _found(DEVICES, actor, words).order_by("hostname")[:HITS]
    hits = [
        {
            "label": one.hostname,
            "meta": one.operating_system,
            "url": address_of("device", one.pk),
            "icon": "laptop",
        }
        for one in found
    ]
    return {"label": _("Devices"), "hits": hits}


def _products(actor: Actor, words: str) -> dict[str, Any]:
    if not actor.may_somewhere(Permission.CATALOGUE_VIEW):
        return {"hits": []}
    found = _found(PRODUCTS, actor, words).select_related("publisher").order_by("name")[:HITS]
    hits = [
        {"label": one.name, "meta": one.publisher.name, "url": address_of("product", one.pk), "icon": "boxes"}
        for one in found
    ]
    return {"label": _("Catalogue"), "hits": hits}


def _pages(actor: Actor, words: str) -> dict[str, Any]:
    entries = [entry for group in menu_for(actor, "") for entry in group["entries"]]
    hits = [
        {"label": str(entry["label"]), "url": entry["url"], "icon": entry["icon"]}
        for entry in entries
        if words.lower() in str(entry["label"]).lower()
    ]
    return {"label": _("Go to"), "hits": hits}


def _commands(actor: Actor, words: str) -> dict[str, Any]:
    known = (
        (_("New licence"), "licence_new", "plus", Permission.LICENCES_CHANGE),
        (_("Add a person"), "person_new", "user-plus", Permission.PEOPLE_CHANGE),
        (_("Add a device"), "device_new", "laptop", Permission.DEVICES_CHANGE),
        (_("Add a product"), "product_new", "boxes", Permission.CATALOGUE_CHANGE),
        (_("New user"), "user_new", "user-plus", Permission.USERS_MANAGE),
    )
    hits = [
        {"label": label, "url": reverse(view), "icon": icon}
        for label, view, icon, right in known
        if actor.may_somewhere(right) and words.lower() in label.lower()
    ]
    return {"label": _("Actions"), "hits": hits}
