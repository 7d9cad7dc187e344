"""Pages that change a contract: new, change, the one that follows, retire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.contracts.actions import change_contract, create_contract, retire_contract
from trueup.contracts.queries import contract_for
from trueup.licences.renewing import renew_contract
from trueup.web.contracts.forms import ChangeForm, ContractForm, RenewForm, changes_of, terms_of, values_of
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.companies import choose_for
from trueup.web.kit.refusals import save_form
from trueup.web.pick.views import person_by_login

BOTH = ("GET", "HEAD", "POST")
CHANGE = Permission.CONTRACTS_CHANGE
TEMPLATE = "contracts/form.html"


@page(CHANGE, methods=BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """A new contract."""
    actor = actor_in(request)
    title = _("New contract")
    company, choice = choose_for(request, CHANGE, title=title, back=reverse("contracts"))
    if company is None:
        return choice

    def act(values: Mapping[str, Any]) -> str:
        owner_id = person_by_login(actor=actor, company_id=company.pk, login=values["owner"], field="owner")
        terms = terms_of(values, owner_id=owner_id, currency=company.currency)
        made = create_contract(actor=actor, company_id=company.pk, terms=terms, at=timezone.now())
        messages.success(request, _("Contract saved"))
        return reverse("contract", args=[made.pk])

    initial = {"valid_from": timezone.localdate(), "currency": company.currency}
    form = ContractForm(request.POST or None, initial=initial)
    context = {
        "title": title, "meta": company.name, "verb": _("Save contract"), "back": reverse("contracts"), "company_id": company.pk,
        "active": "contracts",
    }  # fmt: skip
    return save_form(request, form, act=act, template=TEMPLATE, context=context)


@page(CHANGE, methods=BOTH)
def change(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Every field of a contract; a save names the revision it started from."""
    actor, on = actor_in(request), timezone.localdate()
    contract = contract_for(actor=actor, contract_id=contract_id, on=on, permission=CHANGE)
    back = reverse("contract", args=[contract_id])

    def act(values: Mapping[str, Any]) -> str:
        login = values["owner"]
        owner_id = person_by_login(actor=actor, company_id=contract.company_id, login=login, field="owner")
        wanted = changes_of(values, owner_id=owner_id, currency=contract.company.currency)
        change_contract(
            actor=actor,
            contract_id=contract_id,
            changes=wanted,
            revision=values["revision"],
            at=timezone.now(),
        )
        messages.success(request, _("Contract saved"))
        return back

    form = ChangeForm(request.POST or None, initial=values_of(contract) | {"revision": contract.revision})
    context = {
        "title": _("Edit contract"), "meta": contract.name, "verb": _("Save contract"), "back": back, "contract": contract,
        "company_id": contract.company_id, "active": "contracts",
    }  # fmt: skip
    return save_form(request, form, act=act, template=TEMPLATE, context=context)


@page(CHANGE, methods=BOTH)
def renew(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The contract that takes this one's place: it starts where this one ends, unless something else is confirmed."""
    actor, on = actor_in(request), timezone.localdate()
    contract = contract_for(actor=actor, contract_id=contract_id, on=on, permission=CHANGE)
    plan = request.GET.get("plan", "")

    def act(values: Mapping[str, Any]) -> str:
        login = values["owner"]
        owner_id = person_by_login(actor=actor, company_id=contract.company_id, login=login, field="owner")
        made = renew_contract(
            actor=actor,
            contract_id=contract_id,
            terms=terms_of(values, owner_id=owner_id, currency=contract.company.currency),
            at=timezone.now(),
            confirmed=values["confirmed"],
            plan_id=int(plan) if plan.isdigit() else None,
        )
        messages.success(request, _("Contract renewed. The one before stays readable."))
        return reverse("contract", args=[made.pk])

    until = contract.valid_until
    last = None
    if until is not None:
        last = until + (until - contract.valid_from) - timedelta(days=1)
    initial = values_of(contract) | {"valid_from": until or on, "valid_to": last, "true_up_on": None}
    form = RenewForm(request.POST or None, initial=initial)
    context = {
        "title": _("Renew contract"), "meta": contract.name, "verb": _("Save the new term"), "contract": contract,
        "back": reverse("contract", args=[contract_id]), "company_id": contract.company_id, "active": "contracts",
    }  # fmt: skip
    return save_form(request, form, act=act, template=TEMPLATE, context=context)


@page(CHANGE, methods=("POST",))
def retire(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Take a contract out of the lists of what runs."""
    retire_contract(actor=actor_in(request), contract_id=contract_id, at=timezone.now())
    messages.success(request, _("Contract retired. Everything about it stays readable."))
    return redirect("contract", contract_id)
