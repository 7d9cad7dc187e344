"""Pages of plans: what is meant to become of something that ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.contracts.queries import contract_for
from trueup.licences.planning import PlanTerms, change_plan, plan_for, plan_renewal
from trueup.licences.queries import licence_for
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import save_form
from trueup.web.pick.views import person_by_login

BOTH = ("GET", "HEAD", "POST")
KINDS = (("renew", gettext_lazy("Renew")), ("negotiate", gettext_lazy("Negotiate")), ("drop", gettext_lazy("Drop")))  # fmt: skip
STATES = (("open", gettext_lazy("Open")), ("decided", gettext_lazy("Decided")), ("done", gettext_lazy("Done")))  # fmt: skip
TEMPLATE = "renewals/plan.html"


class PlanForm(forms.Form):
    """What is to happen, who sees to it, until when."""

    kind = forms.ChoiceField(label=gettext_lazy("What is to happen"), choices=KINDS)
    units = forms.IntegerField(
        label=gettext_lazy("Units"), required=False, help_text=gettext_lazy("How many to renew"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=STATES)
    owner = forms.CharField(
        label=gettext_lazy("Owner"), required=False, max_length=150, help_text=gettext_lazy("Login"),
        widget=forms.TextInput(attrs={"list": "owners", "autocomplete": "off"}),
    )  # fmt: skip
    due_on = forms.DateField(
        label=gettext_lazy("Due"), required=False, widget=forms.DateInput, help_text=gettext_lazy("When it is to be settled")
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=4000, widget=forms.Textarea)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def plan_licence(request: HttpRequest, licence_id: int) -> HttpResponse:
    """A plan for a licence; it starts from what is used."""
    actor, on = actor_in(request), timezone.localdate()
    found = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    initial = {
        "kind": "renew" if found.held else "drop", "units": found.held, "due_on": found.decide_by,
        "owner": found.owner.username if found.owner else "",
    }  # fmt: skip
    about = {"name": found.product.name, "company_id": found.company_id, "url": reverse("licence", args=[licence_id]), "licence": True}  # fmt: skip
    return _make(request, about, initial, licence_id=licence_id)


@page(Permission.CONTRACTS_CHANGE, methods=BOTH)
def plan_contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """A plan for a contract."""
    actor, on = actor_in(request), timezone.localdate()
    found = contract_for(actor=actor, contract_id=contract_id, on=on, permission=Permission.CONTRACTS_CHANGE)
    initial = {
        "kind": "renew", "due_on": found.decide_by, "owner": found.owner.username if found.owner else ""
    }  # fmt: skip
    about = {"name": found.name, "company_id": found.company_id, "url": reverse("contract", args=[contract_id]), "licence": False}  # fmt: skip
    return _make(request, about, initial, contract_id=contract_id)


def _make(
    request: HttpRequest, about: Mapping[str, Any], initial: Mapping[str, Any], **subject: int
) -> HttpResponse:
    actor = actor_in(request)

    def act(values: Mapping[str, Any]) -> str:
        terms = PlanTerms(**_wanted(request, about, values))
        plan_renewal(actor=actor, terms=terms, at=timezone.now(), **subject)
        messages.success(request, _("Plan saved"))
        return reverse("renewals")

    form = PlanForm(request.POST or None, initial=dict(initial))
    return save_form(
        request, form, act=act, template=TEMPLATE, context={"about": about, "active": "renewals"}
    )


def _wanted(request: HttpRequest, about: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    owner_id = person_by_login(
        actor=actor_in(request), company_id=about["company_id"], login=values["owner"], field="owner"
    )
    units = values["units"] if about["licence"] and values["kind"] != "drop" else None
    kept = {name: values[name] for name in ("kind", "state", "due_on", "note")}
    return kept | {"owner_id": owner_id, "units": units}


@page(Permission.LICENCES_VIEW, methods=BOTH)
def change(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A plan as it is; whoever may change what it is about changes it here."""
    actor = actor_in(request)
    plan = plan_for(actor=actor, plan_id=plan_id, change=True)
    licence = plan.licence
    name = str(licence.product.name) if licence else plan.contract.name if plan.contract else ""
    kind, record_id = ("licence", plan.licence_id) if licence else ("contract", plan.contract_id)
    about = {
        "name": name, "company_id": plan.company_id, "url": reverse(kind, args=[record_id]), "licence": licence is not None,
        "renew_url": f"{reverse(f'{kind}_renew', args=[record_id])}?plan={plan.pk}" if plan.kind != "drop" and plan.state != "done" else "",
    }  # fmt: skip

    def act(values: Mapping[str, Any]) -> str:
        wanted = _wanted(request, about, values)
        change_plan(
            actor=actor, plan_id=plan_id, changes=wanted, revision=values["revision"], at=timezone.now()
        )
        messages.success(request, _("Plan saved"))
        return reverse("renewals")

    initial = {name: getattr(plan, name) for name in ("kind", "units", "state", "due_on", "note", "revision")}
    form = PlanForm(
        request.POST or None, initial=initial | {"owner": plan.owner.username if plan.owner else ""}
    )
    return save_form(
        request,
        form,
        act=act,
        template=TEMPLATE,
        context={"about": about, "plan": plan, "active": "renewals"},
    )
