"""Pages that give units to people and devices, and take them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.assignments.actions import Holder, assign_many, release_units
from trueup.assignments.cooling import EXEMPTIONS, cooling_of
from trueup.assignments.finishing import TOO_LITTLE
from trueup.assignments.offering import people_offered, places_offered
from trueup.assignments.proposing import proposed_units, proposes_units
from trueup.assignments.queries import assignment_for, assignments_visible_to
from trueup.assignments.undoing import release_chosen
from trueup.base.access import Permission
from trueup.base.problems import InvalidValue, NotAllowed, NotFound, Problem
from trueup.licences.metrics import may_hold, noun
from trueup.licences.queries import licence_for
from trueup.licences.seat_rules import UnitsOnRelease
from trueup.web.bulk.chosen import chosen
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import save_form
from trueup.web.licences.browsing import browsed
from trueup.web.licences.forms import DeactivatedForm, ReleaseForm
from trueup.web.licences.waiting import put_in_line

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.licences.models import Licence

BOTH = ("GET", "HEAD", "POST")
FOUND_AT_MOST = 20
PLACES = frozenset({"location", "department"})
KINDS = {
    "person": gettext_lazy("People"),
    "device": gettext_lazy("Devices"),
    "location": gettext_lazy("Locations"),
    "department": gettext_lazy("Departments"),
}


@page(Permission.ASSIGNMENTS_CHANGE, methods=BOTH)
def assign(request: HttpRequest, licence_id: int, kind: str) -> HttpResponse:
    """Search, tick, give units: everyone ticked gets them, or nobody does and the reason is shown."""
    on = timezone.localdate()
    licence = licence_for(
        actor=actor_in(request), licence_id=int(licence_id), on=on, permission=Permission.ASSIGNMENTS_CHANGE
    )
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return redirect(_assign(request, licence, kind))
        except (NotFound, NotAllowed):
            raise
        except Problem as refused:
            problem = refused
    proposes = kind == "device" and proposes_units(licence.metric)
    words = request.POST.get("q", "") or request.GET.get("q", "")
    found, around = _candidates(request, licence, kind, words)
    context = {
        "licence": licence,
        "kind": kind,
        "choices": [(one, KINDS[one]) for one in KINDS if one in may_hold(licence.metric)],
        "noun": noun(licence.metric),
        "asked_words": words,
        "found": found,
        **around,
        "most": FOUND_AT_MOST,
        "ticked": set(request.POST.getlist("holder")),
        "units": request.POST.get("units", "" if proposes else "1"),
        "proposes": proposes,
        "reason": request.POST.get("reason", ""),
        "since": request.POST.get("since", ""),
        "exemptions": EXEMPTIONS if licence.cooldown_days else (),
        "exemption": request.POST.get("exemption", ""),
        "cooling": cooling_of(licence=licence, on=on),
        "problem": problem,
        "may_wait": isinstance(problem, TOO_LITTLE) and kind not in PLACES,
        "active": "licences",
    }
    return render(request, "licences/assign.html", context, status=problem.status if problem else 200)


def _candidates(
    request: HttpRequest, licence: Licence, kind: str, words: str
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Who may hold the licence, by any of their words; those who hold units already say so. Devices are paged through."""
    actor = actor_in(request)
    holding = set(
        assignments_visible_to(actor=actor).filter(licence_id=licence.pk).values_list(f"{kind}_id", flat=True)
    )
    if kind == "device":
        return browsed(request, licence, holding)
    return _found(actor, licence, kind, words, holding), {"remembered": [("q", words)]}


def _found(actor: Actor, licence: Licence, kind: str, words: str, holding: set[int]) -> list[dict[str, Any]]:
    if kind in PLACES:
        places = places_offered(actor=actor, licence=licence, kind=kind, words=words, limit=FOUND_AT_MOST)
        return [{"id": one.pk, "name": one.name, "meta": "", "holds": one.pk in holding} for one in places]
    people = people_offered(actor=actor, licence=licence, words=words, limit=FOUND_AT_MOST)
    return [
        {
            "id": one.pk,
            "name": one.name,
            "meta": f"{one.username} · {one.department.name}" if one.department else one.username,
            "holds": one.pk in holding,
        }
        for one in people
    ]


def _assign(request: HttpRequest, licence: Licence, kind: str) -> str:
    units, ids = (
        request.POST.get("units", ""),
        [int(one) for one in request.POST.getlist("holder") if one.isdigit()],
    )
    if not units and kind == "device" and proposes_units(licence.metric):
        holders = [(Holder(kind, one), asked_of_device(request, licence.pk, one)) for one in ids]
    elif not units.isascii() or not units.isdigit():
        raise InvalidValue.of("units", _("“%(given)s” is not a whole number of units.") % {"given": units})
    else:
        holders = [(Holder(kind, one), int(units)) for one in ids]
    if not holders:
        raise InvalidValue.of(
            "holder", _("Nobody is ticked. Search by a part of the name and tick whoever is to hold units.")
        )
    if request.POST.get("wait"):
        return put_in_line(request, licence, holders)
    assign_many(
        actor=actor_in(request),
        licence_id=licence.pk,
        holders=holders,
        at=timezone.now(),
        on=timezone.localdate(),
        reason=request.POST.get("reason", ""),
        exemption=request.POST.get("exemption", ""),
        since=_since(request),
    )
    total = sum(units for _holder, units in holders)
    messages.success(request, ngettext("%(n)s unit assigned", "%(n)s units assigned", total) % {"n": total})
    if kind == "person":
        return reverse("licence", args=[licence.pk])
    return reverse("licence_tab", args=[licence.pk, "locations" if kind in PLACES else "devices"])


def asked_of_device(request: HttpRequest, licence_id: int, device_id: int) -> int:
    """What the metric asks of the device; a refusal where that cannot be said (R-019)."""
    found = proposed_units(
        actor=actor_in(request), licence_id=licence_id, device_id=device_id, on=timezone.localdate()
    )
    if found.units is None:
        raise InvalidValue.of(
            "units", _("%(reason)s Write how many units it is to hold.") % {"reason": found.reason}
        )
    return found.units


def _since(request: HttpRequest) -> date | None:
    """The earlier day a form names, if it names one."""
    given = request.POST.get("since", "").strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as wrong:
        words = _("“%(value)s” is no day: write it as 2026-06-30.")
        raise InvalidValue.of("since", words % {"value": given}) from wrong


@page(Permission.ASSIGNMENTS_CHANGE, methods=BOTH)
def release(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """End one assignment, with a reason for whoever asks later."""
    actor = actor_in(request)
    assignment = assignment_for(
        actor=actor, assignment_id=assignment_id, permission=Permission.ASSIGNMENTS_CHANGE
    )

    def act(values: Mapping[str, Any]) -> str:
        release_units(
            actor=actor,
            assignment_id=assignment_id,
            at=timezone.now(),
            on=timezone.localdate(),
            reason=values["reason"],
            is_deactivated=values.get("deactivated"),
            since=values["since"],
        )
        undo = reverse("release_undo", args=[assignment_id])
        messages.success(request, _("Units released"), extra_tags=f"undo:{undo}")
        return reverse("licence", args=[assignment.licence_id])

    context = {"assignment": assignment, "active": "licences"}
    asks = assignment.licence.units_on_release == UnitsOnRelease.DEACTIVATE
    form = (DeactivatedForm if asks else ReleaseForm)(request.POST or None)
    return save_form(request, form, act=act, template="licences/release.html", context=context)


@page(Permission.ASSIGNMENTS_CHANGE, methods=("POST",))
def release_selected(request: HttpRequest, licence_id: int) -> HttpResponse:
    """End the ticked assignments of one licence together; of everybody who matches, after a look at them."""
    if request.POST.get("all") == "1":
        return chosen(request, name="assignments", key="release_seats")
    ids = [int(one) for one in request.POST.getlist("selected") if one.isdigit()]
    units, batch_id = release_chosen(
        actor=actor_in(request),
        licence_id=licence_id,
        assignment_ids=ids,
        at=timezone.now(),
        on=timezone.localdate(),
        reason=request.POST.get("reason", ""),
    )
    undo = reverse("bulk_undo", args=[licence_id, batch_id])
    words = ngettext("%(n)s unit released", "%(n)s units released", units) % {"n": units}
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return redirect(request.POST["back"]) if _is_ours(request) else redirect("licence", licence_id)


def _is_ours(request: HttpRequest) -> bool:
    """Only an address of this licence may be gone back to."""
    return request.POST.get("back", "").startswith("/licences/")
