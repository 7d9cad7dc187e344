"""The people who may use a concurrent licence, and how many did at once on each day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.assignments.naming import Wish, directory_of
from trueup.assignments.simultaneous import (
    add_eligible,
    days_of_use,
    eligible_people,
    peak_that_counts,
    remove_eligible,
)
from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.licences.metrics import CONCURRENT
from trueup.licences.queries import licence_for
from trueup.people.queries import person_for
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.refusals import save_form
from trueup.web.kit.tables import Column, Table

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.licences.models import Licence
    from trueup.licences.queries import LicenceOnDay

BOTH = ("GET", "HEAD", "POST")
CHANGE = Permission.ASSIGNMENTS_CHANGE
MOST_AT_ONCE = 500


class EligibleForm(forms.Form):
    """Who is to be eligible, one on each line."""

    people = forms.CharField(
        label=gettext_lazy("People"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("A login, mail or employee number on each line."),
    )


def eligible_count(actor: Actor, found: LicenceOnDay) -> int | None:
    """How many people are on the list; nothing for a licence that has none."""
    if found.metric != CONCURRENT:
        return None
    return eligible_people(actor=actor, licence_id=found.pk).count()


def eligible_context(request: HttpRequest, found: LicenceOnDay) -> dict[str, Any]:
    """The list of the eligible, and the days of use."""
    actor, on = actor_in(request), timezone.localdate()
    may = actor.may(CHANGE, found.company_id)
    people = list(eligible_people(actor=actor, licence_id=found.pk))
    rows = [
        {
            "id": one.pk,
            "name": {
                "name": one.name,
                "kind": "avatar",
                "meta": one.department.name if one.department else "",
                "url": address_of("person", one.pk),
            },
            "login": one.username,
            "acts": [{"label": _("Remove"), "url": reverse("eligible_remove", args=[found.pk, one.pk])}],
        }
        for one in people
    ]
    columns = [
        Column("name", _("Person"), "who"),
        Column("login", _("Login"), "mono", low=True),
        *([Column("acts", _("Actions"), "actions", hidden_label=True)] if may else []),
    ]
    days = days_of_use(actor=actor, licence_id=found.pk, on=on)
    used = [
        {"id": number, "day": one.day, "peak": one.peak, "refusals": one.refusals}
        for number, one in enumerate(reversed(days))
    ]
    heads = [
        Column("day", _("Day"), "day"),
        Column("peak", _("Most at once"), "number"),
        Column("refusals", _("Refused"), "number"),
    ]
    return {
        "eligible": Table(_("Eligible people"), columns, rows=rows, id="eligible"),
        "eligible_count": len(people),
        "days": Table(_("Use by day"), heads, rows=used, id="days"),
        "peak": peak_that_counts(days=days, on=on),
        "refusals": sum(one.refusals for one in days),
    }


@page(CHANGE, methods=BOTH)
def eligible_new(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Let people use a concurrent licence."""
    actor = actor_in(request)
    licence = licence_for(actor=actor, licence_id=licence_id, on=timezone.localdate(), permission=CHANGE)
    back = reverse("licence_tab", args=[licence.pk, "eligible"])

    def act(values: Mapping[str, Any]) -> str:
        ids = _meant(request, licence, values["people"])
        n = add_eligible(actor=actor, licence_id=licence.pk, person_ids=ids, at=timezone.now())
        messages.success(request, ngettext("%(n)s person added", "%(n)s people added", n) % {"n": n})
        return back

    context = {
        "title": _("Add eligible people"),
        "meta": licence.product.name,
        "verb": _("Add them"),
        "back": back,
        "trail": [(_("Licences"), reverse("licences")), (licence.product.name, back)],
        "active": "licences",
    }
    return save_form(
        request, EligibleForm(request.POST or None), act=act, template="kit/form_page.html", context=context
    )


def _meant(request: HttpRequest, licence: Licence, text: str) -> list[int]:
    """The people the lines name; a line that names nobody, or several, is refused."""
    names = [line.strip() for line in text.splitlines() if line.strip()]
    if len(names) > MOST_AT_ONCE:
        raise InvalidValue.of("people", _("At most %(most)s lines at once.") % {"most": MOST_AT_ONCE})
    wishes = [Wish(name=name, kind="person", row=row) for row, name in enumerate(names, start=1)]
    directory = directory_of(actor=actor_in(request), company_id=licence.company_id, wishes=wishes)
    found: list[int] = []
    for wish in wishes:
        meant = directory.meant_by(wish, {"person"})
        if len(meant) != 1:
            words = _("Line %(row)s: “%(name)s” is nobody of this company, or several people.")
            raise InvalidValue.of("people", words % {"row": wish.row, "name": wish.name})
        found.append(int(meant[0].pk))
    return found


@page(CHANGE, methods=BOTH)
def eligible_remove(request: HttpRequest, licence_id: int, person_id: int) -> HttpResponse:
    """Take a person off the list."""
    actor = actor_in(request)
    licence = licence_for(actor=actor, licence_id=licence_id, on=timezone.localdate(), permission=CHANGE)
    person = person_for(actor=actor, person_id=person_id, company_id=licence.company_id)
    back = reverse("licence_tab", args=[licence.pk, "eligible"])

    def act(_values: Mapping[str, Any]) -> str:
        remove_eligible(actor=actor, licence_id=licence.pk, person_id=person.pk, at=timezone.now())
        messages.success(request, _("%(name)s removed") % {"name": person.name})
        return back

    context = {
        "title": _("Remove from the eligible"),
        "meta": person.name,
        "verb": _("Remove"),
        "back": back,
        "trail": [(_("Licences"), reverse("licences")), (licence.product.name, back)],
        "active": "licences",
    }
    form = forms.Form(request.POST if request.method == "POST" else None)
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)
