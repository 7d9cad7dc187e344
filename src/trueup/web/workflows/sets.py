"""Pages of licence sets: what a role of people or devices gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.licences.queries import licences_bare
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.companies import choose_for
from trueup.web.kit.forms import offer
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.parts import part_choices
from trueup.web.kit.refusals import save_form
from trueup.web.workflows.forms import SetForm, SetStepForm
from trueup.workflows.columns import LICENCE_SETS
from trueup.workflows.queries import set_for, set_steps_on
from trueup.workflows.sets import (
    SetTerms,
    StepTerms,
    change_licence_set,
    create_licence_set,
    retire_licence_set,
)

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.workflows.models import LicenceSet, SetStep

BOTH = ("GET", "HEAD", "POST")
CHANGE = Permission.LICENCES_CHANGE
LOOK = Look(
    noun=gettext_lazy("licence sets"),
    icon="layers",
    placeholder=gettext_lazy("Name"),
    nothing_title=gettext_lazy("No licence sets yet"),
    nothing_text=gettext_lazy("What a department or a kind of device gets stands here; new employees and deployments take it."),
    missing={"department": gettext_lazy("any"), "device_kind": gettext_lazy("any")},
    special={"name": Special("text", lambda row: {"text": row["name"], "url": address_of("licence_set", row["id"])})},
    views=(
        View(gettext_lazy("All")), View(gettext_lazy("People"), "is_for=person"),
        View(gettext_lazy("Devices"), "is_for=device"),
    ),
)  # fmt: skip


@page(Permission.LICENCES_VIEW)
def licence_sets(request: HttpRequest) -> HttpResponseBase:
    """All sets in use."""
    may = actor_in(request).may_somewhere(CHANGE)
    extra = {
        "new_url": reverse("licence_set_new") if may else "",
        "new_verb": _("New licence set"),
        "active": "workflows",
    }
    return list_page(request, LICENCE_SETS, LOOK, template="kit/list_new.html", extra=extra)


@page(Permission.LICENCES_VIEW, methods=BOTH)
def licence_set(request: HttpRequest, set_id: int) -> HttpResponse:
    """One set with its products; another one can be added."""
    actor, on = actor_in(request), timezone.localdate()
    found = set_for(actor=actor, set_id=set_id)
    steps = set_steps_on(licence_set=found, on=on)
    form = SetStepForm(request.POST or None)
    there = {one.product_id for one in steps}
    offer(form, "product_id", _products(actor, found.company_id, there))

    def act(values: Mapping[str, Any]) -> str:
        terms = _terms(found, steps)
        _change(request, found, replace(terms, steps=[*terms.steps, StepTerms(**values)]))
        messages.success(request, _("Saved"))
        return reverse("licence_set", args=[set_id])

    context = {
        "set": found, "steps": steps, "may_change": actor.may(CHANGE, found.company_id), "active": "workflows"
    }  # fmt: skip
    return save_form(request, form, act=act, template="workflows/set.html", context=context)


def _products(actor: Actor, company_id: int, there: set[int]) -> list[tuple[int, str]]:
    """Products the company has licences of, but for those that are in the set."""
    rows = licences_bare(actor=actor).filter(company_id=company_id, retired_at=None).order_by()
    found = rows.values_list("product_id", "product__name", "product__publisher__name").distinct()
    return [
        (pk, f"{name} ({by})") for pk, name, by in sorted(found, key=lambda one: one[1]) if pk not in there
    ]


def _terms(found: LicenceSet, steps: Sequence[SetStep]) -> SetTerms:
    """The set as it stands."""
    kept = [StepTerms(one.product_id, one.units, one.is_required) for one in steps]
    return SetTerms(found.name, found.is_for, found.department_id, found.device_kind, kept)


def _change(request: HttpRequest, found: LicenceSet, terms: SetTerms, revision: int | None = None) -> None:
    change_licence_set(
        actor=actor_in(request), set_id=found.pk, terms=terms, at=timezone.now(), on=timezone.localdate(),
        revision=revision,
    )  # fmt: skip


@page(CHANGE, methods=BOTH)
def new(request: HttpRequest) -> HttpResponseBase:
    """Name a set; its products follow."""
    actor, back = actor_in(request), reverse("licence_sets")
    company, choosing = choose_for(request, CHANGE, title=_("New licence set"), back=back)
    if company is None:
        return choosing
    form = SetForm(request.POST or None)
    offer(form, "department_id", part_choices(actor, "department", company.pk))

    def act(values: Mapping[str, Any]) -> str:
        terms = SetTerms(**{name: value for name, value in values.items() if name != "revision"})
        made = create_licence_set(
            actor=actor, company_id=company.pk, terms=terms, at=timezone.now(), on=timezone.localdate()
        )
        return reverse("licence_set", args=[made.pk])

    context = _form_context(_("New licence set"), company.name, back)
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(CHANGE, methods=BOTH)
def change(request: HttpRequest, set_id: int) -> HttpResponse:
    """Another name, or for whom it is."""
    actor = actor_in(request)
    found = set_for(actor=actor, set_id=set_id, permission=CHANGE)
    names = ("name", "is_for", "department_id", "device_kind", "revision")
    form = SetForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    offer(form, "department_id", part_choices(actor, "department", found.company_id, found.department))

    def act(values: Mapping[str, Any]) -> str:
        kept = _terms(found, set_steps_on(licence_set=found, on=timezone.localdate())).steps
        told = {name: value for name, value in values.items() if name != "revision"}
        _change(request, found, SetTerms(**told, steps=kept), values["revision"])
        messages.success(request, _("Saved"))
        return reverse("licence_set", args=[set_id])

    context = _form_context(_("Change licence set"), found.name, reverse("licence_set", args=[set_id]))
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


def _form_context(title: str, meta: str, back: str) -> dict[str, Any]:
    return {
        "title": title, "meta": meta, "verb": _("Save"), "back": back,
        "trail": [(_("Workflows"), reverse("workflows")), (_("Licence sets"), reverse("licence_sets"))],
        "active": "workflows",
    }  # fmt: skip


@page(CHANGE, methods=("POST",))
def remove(request: HttpRequest, set_id: int, product_id: int) -> HttpResponse:
    """Take a product out of a set, from today on."""
    found = set_for(actor=actor_in(request), set_id=set_id, permission=CHANGE)
    terms = _terms(found, set_steps_on(licence_set=found, on=timezone.localdate()))
    _change(
        request, found, replace(terms, steps=[one for one in terms.steps if one.product_id != product_id])
    )
    messages.success(request, _("Saved"))
    return redirect("licence_set", set_id)


@page(CHANGE, methods=("POST",))
def retire(request: HttpRequest, set_id: int) -> HttpResponse:
    """Offer it no more."""
    retire_licence_set(actor=actor_in(request), set_id=set_id, at=timezone.now())
    messages.success(request, _("Retired: new workflows are not offered it any more."))
    return redirect("licence_sets")
