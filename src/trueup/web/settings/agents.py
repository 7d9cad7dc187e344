"""Letting agents in: the address to give them, one token for each group of machines, and how many have reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.inventory.actions.enrolling import issue_enrolment, revoke_enrolment
from trueup.inventory.queries import enrolments_with_devices
from trueup.tenancy.queries import companies_visible_to
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.forms import offer
from trueup.web.kit.refusals import REFUSED, refuse

if TYPE_CHECKING:
    from trueup.inventory.models import EnrolmentToken

IMPORT = Permission.INVENTORY_IMPORT
BOTH = ("GET", "HEAD", "POST")


class EnrolmentForm(forms.Form):
    """A way in for a group of machines."""

    company_id = forms.TypedChoiceField(label=gettext_lazy("Company"), coerce=int)
    label = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("Which machines these are: a site, a client, a pilot."),
    )
    keep_users = forms.BooleanField(
        label=gettext_lazy("Keep who last signed in"),
        required=False,
        help_text=gettext_lazy("Names of people are dropped unless you need them to find a device's user."),
    )


@page(IMPORT, methods=BOTH)
@never_cache
def agents(request: HttpRequest) -> HttpResponse:
    """The tokens there are; posting makes one and shows its address this once."""
    actor = actor_in(request)
    form = EnrolmentForm(request.POST or None)
    companies = list(companies_visible_to(actor=actor, permission=IMPORT))
    offer(form, "company_id", [(one.pk, one.name) for one in companies])
    address, status = "", 200
    if request.method == "POST":
        address, status = _issue(request, form)
    found = enrolments_with_devices(actor=actor)
    context: Mapping[str, Any] = {
        "form": EnrolmentForm() if address else form,
        "address": address,
        "alone": len(companies) == 1,
        "tokens": [_shown(one) for one in found if one.revoked_at is None],
        "revoked": [_shown(one) for one in found if one.revoked_at is not None],
        "guide_url": reverse("help_page", args=["how-to/collect-inventories"]),
        "active": "settings",
    }
    if address:
        offer(context["form"], "company_id", [(one.pk, one.name) for one in companies])
    return render(request, "settings/agents.html", dict(context), status=status)


def _issue(request: HttpRequest, form: EnrolmentForm) -> tuple[str, int]:
    if not form.is_valid():
        return "", REFUSED
    try:
        _token, secret = issue_enrolment(actor=actor_in(request), at=timezone.now(), **form.cleaned_data)
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        refuse(form, problem)
        return "", problem.status
    return request.build_absolute_uri(f"/agents/{secret}"), 200


def _shown(token: EnrolmentToken) -> dict[str, Any]:
    """What the page shows of a token; never the secret, which nobody knows any more."""
    facts = ("pk", "label", "keep_users", "created_at", "last_used_at", "revoked_at", "devices")
    shown = {name: getattr(token, name) for name in facts}
    return shown | {"company": token.company.name, "dialog": f"revoke-{token.pk}"}


@page(IMPORT, methods=("POST",))
def agents_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Let nobody in by this token any more."""
    revoke_enrolment(actor=actor_in(request), token_id=token_id, at=timezone.now())
    messages.success(request, _("Token revoked. What was received stays."))
    return redirect("agents_enrol")
