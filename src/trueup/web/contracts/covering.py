"""Pages for what stands under a contract: licences, devices, and purchase lines made under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trueup.base.access import Permission
from trueup.contracts.actions import cover_devices, uncover_device
from trueup.contracts.queries import bare_contract_for, contract_for, devices_under
from trueup.devices.queries import devices_matching
from trueup.licences.actions import add_purchase
from trueup.licences.covering import (
    directly_under,
    licences_matching,
    licences_under,
    link_licences,
    unlink_licence,
)
from trueup.web.contracts.forms import LinkedLineForm
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.forms import offer
from trueup.web.kit.refusals import save_form
from trueup.web.licences.forms import line_of

BOTH = ("GET", "HEAD", "POST")
CHANGE = Permission.CONTRACTS_CHANGE
SHOWN = 50


@page(CHANGE, methods=BOTH)
def add_devices(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Search devices and put the ticked ones under the contract."""
    actor = actor_in(request)
    contract = bare_contract_for(actor=actor, contract_id=contract_id, permission=CHANGE)
    if request.method == "POST":
        n = cover_devices(
            actor=actor, contract_id=contract_id, device_ids=_ticked(request), at=timezone.now()
        )
        messages.success(request, ngettext("%(n)s device added", "%(n)s devices added", n) % {"n": n})
        return redirect("contract_tab", contract_id, "devices")
    words = request.GET.get("q", "")
    there = set(devices_under(actor=actor, contract_id=contract_id).values_list("pk", flat=True))
    matching = devices_matching(actor=actor, company_id=contract.company_id, words=words, limit=SHOWN)
    found = [
        {"id": one.pk, "name": one.hostname, "meta": f"{one.manufacturer} {one.model} {one.serial}".strip(), "there": one.pk in there}
        for one in matching
    ]  # fmt: skip
    context = {
        "title": _("Add devices"), "placeholder": _("Host name, serial or barcode"), "back": reverse("contract_tab", args=[contract_id, "devices"])
    }  # fmt: skip
    return _choose(request, contract, words, found, context)


@page(CHANGE, methods=BOTH)
def add_licences(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Search licences and put the ticked ones under the contract as a whole."""
    actor = actor_in(request)
    contract = bare_contract_for(actor=actor, contract_id=contract_id, permission=CHANGE)
    if request.method == "POST":
        n = link_licences(
            actor=actor, contract_id=contract_id, licence_ids=_ticked(request), at=timezone.now()
        )
        messages.success(request, ngettext("%(n)s licence added", "%(n)s licences added", n) % {"n": n})
        return redirect("contract", contract_id)
    words = request.GET.get("q", "")
    there = directly_under(actor=actor, contract_id=contract_id)
    matching = licences_matching(
        actor=actor, company_id=contract.company_id, words=words, on=timezone.localdate(), limit=SHOWN
    )
    found = [
        {"id": one.pk, "name": one.product.name, "meta": " · ".join(part for part in (one.product.publisher.name, one.inventory_number) if part), "there": one.pk in there}
        for one in matching
    ]  # fmt: skip
    context = {
        "title": _("Add licences"), "placeholder": _("Product, publisher or number"), "back": reverse("contract", args=[contract_id])
    }  # fmt: skip
    return _choose(request, contract, words, found, context)


def _ticked(request: HttpRequest) -> list[int]:
    return [int(one) for one in request.POST.getlist("chosen") if one.isdigit()]


def _choose(
    request: HttpRequest, contract: Any, words: str, found: list[dict[str, Any]], context: Mapping[str, Any]
) -> HttpResponse:
    shared = {
        "contract": contract,
        "found": found,
        "sought": words,
        "most": SHOWN,
        "active": "contracts",
    }
    return render(request, "contracts/choose.html", {**shared, **context})


@page(CHANGE, methods=BOTH)
def remove_device(request: HttpRequest, contract_id: int, device_id: int) -> HttpResponse:
    """Take a device off, after a question."""
    actor = actor_in(request)
    contract = bare_contract_for(actor=actor, contract_id=contract_id, permission=CHANGE)
    if request.method == "POST":
        uncover_device(actor=actor, contract_id=contract_id, device_id=device_id, at=timezone.now())
        messages.success(request, _("Device taken off"))
        return redirect("contract_tab", contract_id, "devices")
    context = {
        "title": _("Take a device off"), "contract": contract, "active": "contracts",
        "text": _("The contract no longer covers it. The history keeps that it did."),
        "back": reverse("contract_tab", args=[contract_id, "devices"]),
    }  # fmt: skip
    return render(request, "contracts/remove.html", context)


@page(CHANGE, methods=BOTH)
def remove_licence(request: HttpRequest, contract_id: int, licence_id: int) -> HttpResponse:
    """Take a licence off, after a question."""
    actor = actor_in(request)
    contract = bare_contract_for(actor=actor, contract_id=contract_id, permission=CHANGE)
    if request.method == "POST":
        unlink_licence(actor=actor, contract_id=contract_id, licence_id=licence_id, at=timezone.now())
        messages.success(request, _("Licence taken off"))
        return redirect("contract", contract_id)
    context = {
        "title": _("Take a licence off"), "contract": contract, "active": "contracts",
        "text": _("Its lines made under the contract stay there. The history keeps that it was covered."),
        "back": reverse("contract", args=[contract_id]),
    }  # fmt: skip
    return render(request, "contracts/remove.html", context)


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def line_new(request: HttpRequest, contract_id: int) -> HttpResponse:
    """A purchase line under the contract, for one of its licences or any other of the company."""
    actor, on = actor_in(request), timezone.localdate()
    contract = contract_for(actor=actor, contract_id=contract_id, on=on)
    actor.require(Permission.LICENCES_CHANGE, contract.company_id)
    under = licences_under(actor=actor, contract_id=contract_id, on=on).filter(retired_at=None)
    initial = {
        "valid_from": on, "valid_to": contract.valid_to, "supplier": contract.supplier,
        "currency": contract.currency or contract.company.currency,
        "renews_itself": contract.renews_itself, "notice_days": contract.notice_days,
    }  # fmt: skip
    form = LinkedLineForm(request.POST or None, initial=initial)
    offer(form, "licence", under.values_list("pk", "product__name"))

    def act(values: Mapping[str, Any]) -> str:
        line = replace(line_of(dict(values), contract.company.currency), contract_id=contract_id)
        add_purchase(actor=actor, licence_id=values["licence"], line=line, at=timezone.now(), on=on)
        messages.success(request, _("Line saved"))
        return reverse("contract_tab", args=[contract_id, "lines"])

    context = {"contract": contract, "active": "contracts", "has_licences": under.exists()}
    return save_form(request, form, act=act, template="contracts/line.html", context=context)
