"""Forms with which findings get rest: snooze, mute, mute in several companies, hear again; and the share of over-licensed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.base.access import Permission
from trueup.catalogue.queries import product_for
from trueup.compliance.columns import FINDINGS
from trueup.compliance.queries import finding_for, over_licensed_share
from trueup.compliance.resting import (
    Rest,
    lift_mute,
    mute_finding,
    mute_product,
    set_over_licensed_share,
    snooze_finding,
)
from trueup.tenancy.queries import companies_visible_to, company_for
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import save_form

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.compliance.finding_tables import Finding

BOTH = ("GET", "HEAD", "POST")
KINDS = FINDINGS.column("kind").choices  # type: ignore[union-attr]  # the register has it
WEEK, MONTHS = timedelta(days=7), timedelta(days=90)


class SnoozeForm(forms.Form):
    """Until when to be silent."""

    until = forms.DateField(label=gettext_lazy("Silent until"), widget=forms.DateInput)


class MuteForm(SnoozeForm):
    """Why a case is fine, and for how long."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("An auditor can read it."),
    )


class MuteProductForm(MuteForm):
    """The same for a product in several companies at once."""

    companies = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Companies"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("all kinds")), *KINDS]
    )

    def __init__(self, *args: Any, companies: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["companies"].choices = companies  # type: ignore[attr-defined]  # a field of choices
        self.order_fields(["companies", "kind", "reason", "until"])


class ShareForm(forms.Form):
    """What a company calls over-licensed."""

    over_licensed_percent = forms.IntegerField(
        label=gettext_lazy("Over-licensed below"),
        help_text=gettext_lazy("Percent of units in use; 70 unless set"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


@page(Permission.RUNS_START, methods=BOTH)
def snooze(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Hear nothing of one finding before a day."""
    actor, on = actor_in(request), timezone.localdate()
    found = _mine(actor, finding_id)

    def act(values: Mapping[str, Any]) -> str:
        snooze_finding(actor=actor, finding_id=finding_id, until=values["until"], on=on, at=timezone.now())
        messages.success(request, _("Silent until then."))
        return reverse("findings")

    form = SnoozeForm(request.POST or None, initial={"until": on + WEEK})
    return save_form(
        request, form, act=act, template="kit/form_page.html", context=_context(found, _("Snooze"))
    )


@page(Permission.RUNS_START, methods=BOTH)
def mute(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Say why a case is fine, and until when."""
    actor, on = actor_in(request), timezone.localdate()
    found = _mine(actor, finding_id)

    def act(values: Mapping[str, Any]) -> str:
        mute_finding(actor=actor, finding_id=finding_id, rest=_rest(values), on=on, at=timezone.now())
        messages.success(request, _("Muted until then; the licence stays where it is."))
        return reverse("findings")

    form = MuteForm(request.POST or None, initial={"until": on + MONTHS})
    return save_form(
        request, form, act=act, template="kit/form_page.html", context=_context(found, _("Mute"))
    )


@page(Permission.RUNS_START, methods=BOTH)
def mute_everywhere(request: HttpRequest, product_id: int) -> HttpResponse:
    """Mute a product's findings in several companies at once (U-057)."""
    actor, on = actor_in(request), timezone.localdate()
    product = product_for(actor=actor, product_id=product_id)
    companies = companies_visible_to(actor=actor, permission=Permission.RUNS_START)
    choices = [(one.pk, one.name) for one in companies if product.company_id in {None, one.pk}]

    def act(values: Mapping[str, Any]) -> str:
        made = mute_product(
            actor=actor, product_id=product_id, company_ids=values["companies"], kind=values["kind"],
            rest=_rest(values), on=on, at=timezone.now(),
        )  # fmt: skip
        words = ngettext("Muted in %(n)s company.", "Muted in %(n)s companies.", len(made))
        messages.success(request, words % {"n": len(made)})
        return reverse("mutes")

    form = MuteProductForm(request.POST or None, companies=choices, initial={"until": on + MONTHS})
    back = reverse("product", args=[product_id])
    context = {
        "title": _("Mute findings"), "meta": product.name, "verb": _("Mute"), "back": back,
        "trail": [(_("Catalogue"), reverse("products")), (product.name, back)], "active": "findings",
    }  # fmt: skip
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(Permission.RUNS_START, methods=("POST",))
def lift(request: HttpRequest, mute_id: int) -> HttpResponse:
    """Hear of a case again."""
    lift_mute(actor=actor_in(request), mute_id=mute_id, at=timezone.now())
    messages.success(request, _("Told again from now on."))
    return redirect("mutes")


@page(Permission.RUNS_START, methods=BOTH)
def share(request: HttpRequest, company_id: int) -> HttpResponse:
    """Say below which share of units in use a licence is over-licensed."""
    actor = actor_in(request)
    company = company_for(actor=actor, company_id=company_id, permission=Permission.RUNS_START)
    back = reverse("company", args=[company.pk])

    def act(values: Mapping[str, Any]) -> str:
        percent = values["over_licensed_percent"]
        set_over_licensed_share(actor=actor, company_id=company.pk, percent=percent, at=timezone.now())
        messages.success(request, _("Saved: the next run finds by it"))
        return back

    initial = {"over_licensed_percent": over_licensed_share(actor=actor, company_id=company.pk)}
    context = {
        "title": _("What is over-licensed"), "meta": company.name, "verb": _("Save"), "back": back,
        "trail": [(_("Settings"), reverse("settings")), (company.name, back)], "active": "settings",
    }  # fmt: skip
    form = ShareForm(request.POST or None, initial=initial)
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


def _mine(actor: Actor, finding_id: int) -> Finding:
    found = finding_for(actor=actor, finding_id=finding_id)
    actor.require(Permission.RUNS_START, found.company_id)
    return found


def _rest(values: Mapping[str, Any]) -> Rest:
    until: date = values["until"]
    return Rest(values["reason"], until)


def _context(found: Finding, verb: str) -> dict[str, Any]:
    back = reverse("finding", args=[found.pk])
    return {
        "title": verb, "meta": f"{found.product.name} · {found.get_kind_display()}", "verb": verb, "back": back,
        "trail": [(_("Findings"), reverse("findings")), (found.product.name, back)], "active": "findings",
    }  # fmt: skip
