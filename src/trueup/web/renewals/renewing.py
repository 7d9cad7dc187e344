"""The page that renews a licence: the line that follows, and the new key if there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.licences.keys.reading import keys_of
from trueup.licences.planning import plan_for
from trueup.licences.queries import licence_for
from trueup.licences.renewing import NewKeyOfTerm, renew_licence, renewable_lines
from trueup.vault.plain import Plain
from trueup.web.flexible.counting import terms_of
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.forms import offer
from trueup.web.kit.refusals import save_form
from trueup.web.licences.forms import LineForm, line_of

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.licences.models import Purchase
    from trueup.licences.queries import LicenceOnDay

BOTH = ("GET", "HEAD", "POST")
CURRENT = ("free", "taken")


class RenewForm(LineForm):
    """The line that follows another; a gap or an overlap is confirmed, a new key is optional."""

    kind = forms.ChoiceField(required=False, choices=[("renewal", "")], widget=forms.HiddenInput)
    renews = forms.TypedChoiceField(
        label=gettext_lazy("Follows the line"), coerce=int, empty_value=None, required=False
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("A gap or an overlap between the terms is meant"), required=False
    )
    new_key = forms.CharField(
        label=gettext_lazy("New key"), required=False, max_length=5000,
        help_text=gettext_lazy("Only if it has changed: the old one is kept, superseded and sealed."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    instead_of = forms.TypedChoiceField(
        label=gettext_lazy("It replaces"), coerce=int, empty_value=None, required=False
    )


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def renew(request: HttpRequest, licence_id: int) -> HttpResponse:
    """The line starts where the older one ends and is filled in from it, and from the plan where there is one."""
    actor, on = actor_in(request), timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    lines = list(renewable_lines(actor=actor, licence_id=licence_id)[:50])
    plan_id = request.GET.get("plan", "")
    units = plan_for(actor=actor, plan_id=int(plan_id)).units if plan_id.isdigit() else None
    form = RenewForm(request.POST or None, initial=_initial(licence, _chosen(request, lines), units))
    offer(form, "renews", [(line.pk, _label(line)) for line in lines])
    keys = _keys(actor, licence_id)
    offer(form, "instead_of", [("", _("the licence's only key")), *keys])

    def act(values: Mapping[str, Any]) -> str:
        given = dict(values) | {"kind": "renewal"}
        line = replace(
            line_of(given, licence.company.currency),
            renews_id=values["renews"],
            contract_id=next((one.contract_id for one in lines if one.pk == values["renews"]), None),
        )
        text = values["new_key"].strip()
        renew_licence(
            actor=actor, licence_id=licence_id, line=line, at=timezone.now(), on=on, confirmed=values["confirmed"],
            key=NewKeyOfTerm(Plain(text), values["instead_of"]) if text else None,
            plan_id=int(plan_id) if plan_id.isdigit() else None,
        )  # fmt: skip
        messages.success(request, _("Renewed. The line before stays readable."))
        return reverse("licence_tab", args=[licence_id, "purchases"])

    context = {
        "licence": licence, "has_keys": len(keys) > 1, "has_lines": bool(lines), "active": "licences",
        "terms": terms_of(actor=actor, licence_id=licence_id),
    }  # fmt: skip
    return save_form(request, form, act=act, template="renewals/renew.html", context=context)


def _chosen(request: HttpRequest, lines: list[Purchase]) -> Purchase | None:
    """The line asked for in the address, else the one that lasts longest."""
    asked = request.GET.get("line", "")
    return next((line for line in lines if str(line.pk) == asked), next(iter(lines), None))


def _initial(licence: LicenceOnDay, old: Purchase | None, units: int | None) -> dict[str, Any]:
    shared = {"currency": licence.company.currency, "basis": "total", "valid_from": timezone.localdate()}
    if old is None:
        return shared | {"units": units}
    names = ("is_unlimited", "price", "basis", "supplier", "renews_itself", "notice_days")
    found = shared | {name: getattr(old, name) for name in names}
    found |= {"renews": old.pk, "currency": old.currency or licence.company.currency}
    found["units"] = old.units if units is None else units
    if old.valid_until is not None:
        term = old.valid_until - old.valid_from
        found["valid_from"] = old.valid_until
        found["valid_to"] = _same_length(old, term)
    if found["basis"] == "total" and found["units"] != old.units:
        found["price"] = None
    return found


def _same_length(old: Purchase, term: timedelta) -> Any:
    """The last day of a term as long as the old one: by years where it was whole years, else by days."""
    first, after = old.valid_from, old.valid_until
    assert after is not None  # noqa: S101  # asked by the caller
    if (first.month, first.day) == (after.month, after.day) and (after.month, after.day) != (2, 29):
        return after.replace(year=after.year + after.year - first.year) - timedelta(days=1)
    return after + term - timedelta(days=1)


def _label(line: Purchase) -> str:
    """Kind, days and order of a line."""
    last = None if line.valid_until is None else line.valid_until - timedelta(days=1)
    days = (
        date_format(line.valid_from, "j M Y") + " – " + (date_format(last, "j M Y") if last else _("no end"))
    )
    return " · ".join(part for part in (str(line.get_kind_display()), days, line.order_number) if part)


def _keys(actor: Actor, licence_id: int) -> list[tuple[int, str]]:
    rows = keys_of(actor=actor, licence_id=licence_id).filter(state__in=CURRENT)[:100]
    return [(one.pk, f"{one.label} …{one.tail}".strip()) for one in rows]
