"""Pages that change a licence: take a line back, change fields, retire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.licences.actions import (
    change_licence,
    retire_licence,
    void_purchase,
)
from trueup.licences.correcting import reinstate_licence, restore_purchase
from trueup.licences.deleting import delete_licence
from trueup.licences.queries import licence_for
from trueup.licences.seat_terms import SEAT_RULES
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.refusals import save_form
from trueup.web.licences.forms import ChangeForm, ReasonForm, tags_of
from trueup.web.pick.views import person_by_login

BOTH = ("GET", "HEAD", "POST")
RECORD = ("provider", "accounting_id", "property_of", "depreciation_percent", *SEAT_RULES)


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def line_void(request: HttpRequest, licence_id: int, purchase_id: int) -> HttpResponse:
    """Take back a line that was written down by mistake."""
    actor = actor_in(request)
    on = timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)

    def act(values: Mapping[str, Any]) -> str:
        void_purchase(
            actor=actor,
            licence_id=licence_id,
            purchase_id=purchase_id,
            reason=values["reason"],
            at=timezone.now(),
            on=on,
        )
        undo = reverse("line_restore", args=[licence_id, purchase_id])
        messages.success(request, _("Line taken back"), extra_tags=f"undo:{undo}")
        return address_of("licence", licence_id) + "purchases/"

    context = {"licence": licence, "active": "licences"}
    return save_form(
        request, ReasonForm(request.POST or None), act=act, template="licences/void.html", context=context
    )


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def change(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Owner, policy, number, tags and remarks; a save names the revision it started from."""
    actor = actor_in(request)
    on = timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    initial = {
        "owner": licence.owner.username if licence.owner else "",
        "policy": licence.policy,
        "inventory_number": licence.inventory_number,
        "tags": ", ".join(licence.tags),
        "remarks": licence.remarks,
        **{name: getattr(licence, name) for name in RECORD},
        "revision": licence.revision,
    }

    def act(values: Mapping[str, Any]) -> str:
        changes = {
            "owner_id": person_by_login(
                actor=actor, company_id=licence.company_id, login=values["owner"], field="owner"
            ),
            "policy": values["policy"],
            "inventory_number": values["inventory_number"],
            "tags": sorted(tags_of(values["tags"])),
            "remarks": values["remarks"],
            **{name: values[name] for name in RECORD},
        }
        change_licence(
            actor=actor,
            licence_id=licence_id,
            changes=changes,
            revision=values["revision"],
            at=timezone.now(),
            on=on,
        )
        messages.success(request, _("Licence saved"))
        return address_of("licence", licence_id)

    form = ChangeForm(request.POST or None, initial=initial)
    return save_form(
        request,
        form,
        act=act,
        template="licences/change.html",
        context={"licence": licence, "active": "licences"},
    )


@page(Permission.LICENCES_CHANGE, methods=("POST",))
def retire(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Take a licence out of use; refused while somebody holds units."""
    retire_licence(actor=actor_in(request), licence_id=licence_id, at=timezone.now(), on=timezone.localdate())
    undo = reverse("licence_reinstate", args=[licence_id])
    words = _("Licence retired. Everything about it stays readable.")
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return redirect("licence", licence_id)


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def delete(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Delete a licence nothing happened to; one with a history is retired instead."""
    licence = licence_for(
        actor=actor_in(request),
        licence_id=licence_id,
        on=timezone.localdate(),
        permission=Permission.LICENCES_CHANGE,
    )
    name = licence.product.name

    def act(_values: Mapping[str, Any]) -> str:
        delete_licence(
            actor=actor_in(request), licence_id=licence_id, at=timezone.now(), on=timezone.localdate()
        )
        messages.success(request, _("%(name)s deleted") % {"name": name})
        return reverse("licences")

    back = reverse("licence", args=[licence_id])
    context = {
        "title": _("Delete this licence?"),
        "meta": name,
        "verb": _("Delete it"),
        "back": back,
        "trail": [(_("Licences"), reverse("licences")), (name, back)],
        "active": "licences",
    }
    form = forms.Form(request.POST if request.method == "POST" else None)
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def reinstate(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Take a retirement back, at once by its toast or later by its page."""

    def act(_values: Mapping[str, Any]) -> str:
        reinstate_licence(
            actor=actor_in(request), licence_id=licence_id, at=timezone.now(), on=timezone.localdate()
        )
        messages.success(request, _("The licence is in use again"))
        return reverse("licence", args=[licence_id])

    return _taking_back(request, licence_id, act, _("Use this licence again"), _("Use it again"))


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def line_restore(request: HttpRequest, licence_id: int, purchase_id: int) -> HttpResponse:
    """Let a line that was taken back count again, or say what stands in the way."""

    def act(_values: Mapping[str, Any]) -> str:
        restore_purchase(
            actor=actor_in(request),
            licence_id=licence_id,
            purchase_id=purchase_id,
            at=timezone.now(),
            on=timezone.localdate(),
        )
        messages.success(request, _("The line counts again"))
        return reverse("licence_tab", args=[licence_id, "purchases"])

    return _taking_back(request, licence_id, act, _("Bring this line back"), _("Let it count again"))


def _taking_back(
    request: HttpRequest,
    licence_id: int,
    act: Callable[[Mapping[str, Any]], str],
    title: str,
    verb: str,
) -> HttpResponse:
    """The page of an undo that was not taken at once; a refusal is said there."""
    actor, on = actor_in(request), timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    back = reverse("licence", args=[licence_id])
    context = {
        "title": title,
        "meta": licence.product.name,
        "verb": verb,
        "back": back,
        "trail": [(_("Licences"), reverse("licences")), (licence.product.name, back)],
        "active": "licences",
    }
    form = forms.Form(request.POST if request.method == "POST" else None)
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)
