"""The page that takes a licence out of use: who holds it is shown before, and released with it."""

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

from trueup.assignments.queries import assignments_visible_to
from trueup.assignments.retiring import retire_with_everybody
from trueup.assignments.undoing import everybody_holding
from trueup.base.access import Permission
from trueup.licences.queries import licence_for
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import save_form

SHOWN = 50


class RetireForm(forms.Form):
    """Why, and which holders were seen."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=500,
        help_text=gettext_lazy("Stands in the history of the licence and of each holder."),
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, max_length=100)


@page(Permission.LICENCES_CHANGE, methods=("GET", "HEAD", "POST"))
def retire_all(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Everybody who holds units, in numbers and by name; posting releases them and retires the licence."""
    actor, on = actor_in(request), timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    actor.require(Permission.ASSIGNMENTS_CHANGE, licence.company_id)
    everybody = everybody_holding(actor=actor, licence_id=licence_id)
    holders = assignments_visible_to(actor=actor).filter(licence_id=licence_id).order_by("pk")

    def act(values: Mapping[str, Any]) -> str:
        retire_with_everybody(
            actor=actor, licence_id=licence_id, seen=values["seen"], at=timezone.now(), on=on, reason=values["reason"]
        )  # fmt: skip
        messages.success(request, _("Licence retired. Its documents, purchases and history stay readable."))
        return reverse("licence", args=[licence_id])

    form = RetireForm(request.POST or None, initial={"seen": everybody.mark})
    context = {
        "licence": licence, "everybody": everybody, "holders": holders.select_related("person", "device", "location", "department")[:SHOWN],
        "shown": SHOWN, "active": "licences",
    }  # fmt: skip
    return save_form(request, form, act=act, template="renewals/retire.html", context=context)
