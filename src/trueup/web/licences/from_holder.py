"""Assigning from the side of a person or a device: choose one of the licences that may be held, give units of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trueup.assignments.actions import Holder, assign_units
from trueup.assignments.cooling import EXEMPTIONS
from trueup.assignments.holding import name_of
from trueup.assignments.offering import licences_offered
from trueup.assignments.proposing import proposal_for, proposes_units
from trueup.base.access import Permission
from trueup.base.problems import InvalidValue, NotAllowed, NotFound, Problem
from trueup.devices.queries import device_for
from trueup.licences.metrics import noun
from trueup.people.queries import person_for
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import address_of
from trueup.web.licences.holding import asked_of_device

if TYPE_CHECKING:
    from trueup.devices.models import Device
    from trueup.people.models import Person

BOTH = ("GET", "HEAD", "POST")
CHANGE = Permission.ASSIGNMENTS_CHANGE
FOUND_AT_MOST = 20


@page(CHANGE, methods=BOTH)
def to_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Units for one person."""
    found = person_for(actor=actor_in(request), person_id=person_id, permission=CHANGE)
    return _assign_to(request, found, "person")


@page(CHANGE, methods=BOTH)
def to_device(request: HttpRequest, device_id: int) -> HttpResponse:
    """Units for one device."""
    found = device_for(actor=actor_in(request), device_id=device_id, permission=CHANGE)
    return _assign_to(request, found, "device")


def _assign_to(request: HttpRequest, found: Person | Device, kind: str) -> HttpResponse:
    """Search, choose, give: the same rules and the same words as from the licence (D-070)."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _assign(request, Holder(kind, found.pk))
        except (NotFound, NotAllowed):
            raise
        except Problem as refused:
            problem = refused
        else:
            return redirect(address_of(kind, found.pk))
    words = request.POST.get("q", "") or request.GET.get("q", "")
    choices = _choices(request, found, kind, words)
    is_proposed = any(one["proposal"] for one in choices)
    context = {
        "holder": found,
        "name": name_of(found),
        "kind": kind,
        "back": address_of(kind, found.pk),
        "asked_words": words,
        "found": choices,
        "most": FOUND_AT_MOST,
        "chosen": request.POST.get("licence", ""),
        "units": request.POST.get("units", "" if is_proposed else "1"),
        "reason": request.POST.get("reason", ""),
        "proposes": is_proposed,
        "exemptions": EXEMPTIONS if problem and problem.name == "TooSoon" else (),
        "problem": problem,
        "active": "people" if kind == "person" else "devices",
    }
    return render(request, "licences/from_holder.html", context, status=problem.status if problem else 200)


def _choices(request: HttpRequest, found: Any, kind: str, words: str) -> list[dict[str, Any]]:
    """Licences of the holder's region, class and metric with units free; held ones are left out."""
    offered = licences_offered(
        actor=actor_in(request), holder=found, words=words, on=timezone.localdate(), limit=FOUND_AT_MOST
    )
    return [
        {
            "id": one.pk,
            "name": one.product.name,
            "meta": " · ".join(
                part
                for part in (
                    one.edition.name if one.edition else "",
                    one.product.publisher.name,
                    one.inventory_number,
                )
                if part
            ),
            "of": one.product.publisher.name,
            "free": one.free,
            "unit": noun(one.metric, one.free or 0),
            "proposal": proposal_for(licence=one, device=found, on=timezone.localdate())
            if kind == "device" and proposes_units(one.metric)
            else None,
        }
        for one in offered
    ]


def _assign(request: HttpRequest, holder: Holder) -> None:
    given, licence = request.POST.get("units", ""), request.POST.get("licence", "")
    if not licence.isascii() or not licence.isdigit():
        raise InvalidValue.of(
            "licence", _("No licence is chosen. Search by a part of its name and choose one.")
        )
    if not given and holder.kind == "device":
        units = asked_of_device(request, int(licence), holder.id)
    elif not given.isascii() or not given.isdigit():
        raise InvalidValue.of("units", _("“%(given)s” is not a whole number of units.") % {"given": given})
    else:
        units = int(given)
    assign_units(
        actor=actor_in(request),
        licence_id=int(licence),
        holder=holder,
        units=units,
        at=timezone.now(),
        on=timezone.localdate(),
        reason=request.POST.get("reason", ""),
        exemption=request.POST.get("exemption", ""),
    )
    n = units
    messages.success(request, ngettext("%(n)s unit assigned", "%(n)s units assigned", n) % {"n": n})
