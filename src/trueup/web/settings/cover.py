"""The page on which a company says in which order its rights are used."""

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
from trueup.compliance.orders import choose_cover_order, order_of
from trueup.tenancy.queries import company_for
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import save_form


class OrderForm(forms.Form):
    """How rights are set against needs."""

    order = forms.ChoiceField(
        label=gettext_lazy("Rights are used"),
        choices=(
            ("cheapest", gettext_lazy("the cheapest lawful way")),
            ("order", gettext_lazy("by the order of consumption, as some contracts demand")),
        ),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Either way a position says what the other would cost."),
    )


@page(Permission.RUNS_START, methods=("GET", "HEAD", "POST"))
def order(request: HttpRequest, company_id: int) -> HttpResponse:
    """Choose the order for a company as a whole; a contract may have its own, by the API."""
    actor = actor_in(request)
    found = company_for(actor=actor, company_id=company_id, permission=Permission.RUNS_START)
    back = reverse("company", args=[found.pk])

    def act(values: Mapping[str, Any]) -> str:
        choose_cover_order(actor=actor, company_id=found.pk, order=values["order"], at=timezone.now())
        messages.success(request, _("Saved: the next run uses rights this way"))
        return back

    initial = {"order": order_of(actor=actor, company_id=found.pk)}
    context = {
        "title": _("How rights are used"),
        "meta": found.name,
        "verb": _("Save"),
        "back": back,
        "trail": [(_("Settings"), reverse("settings")), (found.name, back)],
        "active": "settings",
    }
    return save_form(
        request,
        OrderForm(request.POST or None, initial=initial),
        act=act,
        template="kit/form_page.html",
        context=context,
    )
