"""Pages on which somebody says what becomes of everything a person or device holds: it comes back, or goes to another company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trueup.assignments.crossing import Crossing, Fate, move_device_to_company, move_person_to_company
from trueup.assignments.holding import name_of
from trueup.assignments.queries import assignments_visible_to
from trueup.assignments.returning import check_in_device
from trueup.base.access import Permission
from trueup.base.problems import InvalidValue, NotAllowed, NotFound, Problem
from trueup.devices.queries import device_for
from trueup.licences.metrics import noun
from trueup.people.queries import person_for
from trueup.tenancy.queries import companies_visible_to
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import address_of

if TYPE_CHECKING:
    from trueup.devices.models import Device
    from trueup.people.models import Person

BOTH = ("GET", "HEAD", "POST")


@page(Permission.DEVICES_CHANGE, methods=BOTH)
def check_in(request: HttpRequest, device_id: int) -> HttpResponse:
    """Take a device back into stock; where it holds units, say whether they are released."""
    found = device_for(actor=actor_in(request), device_id=device_id, permission=Permission.DEVICES_CHANGE)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return _checked_in(request, found)
        except (NotFound, NotAllowed):
            raise
        except Problem as refused:
            problem = refused
    context = _context(request, found, "device", problem)
    return render(request, "licences/check_in.html", context, status=problem.status if problem else 200)


def _checked_in(request: HttpRequest, found: Device) -> HttpResponse:
    told = request.POST.get("release", "")
    _changed, units = check_in_device(
        actor=actor_in(request),
        device_id=found.pk,
        release={"yes": True, "no": False}.get(told),
        reason=request.POST.get("reason", ""),
        at=timezone.now(),
        on=timezone.localdate(),
    )
    words = ngettext("Checked in; %(n)s unit released", "Checked in; %(n)s units released", units)
    messages.success(request, words % {"n": units} if units else _("Checked in"))
    return redirect("device", found.pk)


@page(Permission.DEVICES_CHANGE, methods=BOTH)
def device_company(request: HttpRequest, device_id: int) -> HttpResponse:
    """Let a device go on in another company."""
    found = device_for(actor=actor_in(request), device_id=device_id, permission=Permission.DEVICES_CHANGE)
    return _to_company(request, found, "device", Permission.DEVICES_CHANGE)


@page(Permission.PEOPLE_CHANGE, methods=BOTH)
def person_company(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let a person go on in another company."""
    found = person_for(actor=actor_in(request), person_id=person_id, permission=Permission.PEOPLE_CHANGE)
    return _to_company(request, found, "person", Permission.PEOPLE_CHANGE)


def _to_company(
    request: HttpRequest, found: Person | Device, kind: str, permission: Permission
) -> HttpResponse:
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return redirect(_moved(request, found, kind))
        except (NotFound, NotAllowed):
            raise
        except Problem as refused:
            problem = refused
    others = companies_visible_to(actor=actor_in(request), permission=permission).exclude(pk=found.company_id)
    context = _context(request, found, kind, problem) | {
        "companies": list(others),
        "chosen": request.POST.get("company", ""),
    }
    return render(request, "licences/to_company.html", context, status=problem.status if problem else 200)


def _moved(request: HttpRequest, found: Person | Device, kind: str) -> str:
    company = request.POST.get("company", "")
    if not company.isascii() or not company.isdigit():
        raise InvalidValue.of("company", _("Choose the company it goes to."))
    fates = {
        int(name.removeprefix("fate-")): str(value)
        for name, value in request.POST.items()
        if name.startswith("fate-") and name.removeprefix("fate-").isdigit()
    }
    crossing = Crossing(int(company), fates, request.POST.get("reason", ""))
    asked: dict[str, Any] = {
        "actor": actor_in(request), "crossing": crossing, "at": timezone.now(), "on": timezone.localdate()
    }  # fmt: skip
    if kind == "device":
        made_id = move_device_to_company(device_id=found.pk, **asked).pk
    else:
        made_id = move_person_to_company(person_id=found.pk, **asked).pk
    messages.success(request, _("%(name)s goes on here. The history stays in the old company.") % {"name": name_of(found)})  # fmt: skip
    return reverse(kind, args=[made_id])


def _context(
    request: HttpRequest, found: Person | Device, kind: str, problem: Problem | None
) -> dict[str, Any]:
    """Who it is about, and what is held, each with what was said of it."""
    rows = assignments_visible_to(actor=actor_in(request)).filter(**{f"{kind}_id": found.pk})
    held = [
        {
            "id": one.pk,
            "name": one.licence.product.name,
            "url": address_of("licence", one.licence_id),
            "units": one.units,
            "noun": noun(one.licence.metric, one.units),
            "is_bound": not one.licence.is_transferable,
            "fate": request.POST.get(f"fate-{one.pk}", ""),
        }
        for one in rows.select_related("licence__product").order_by("licence__product__name", "pk")
    ]
    return {
        "name": name_of(found),
        "kind": kind,
        "held": held,
        "fates": Fate,
        "problem": problem,
        "back": reverse(kind, args=[found.pk]),
        "list_url": reverse("people" if kind == "person" else "devices"),
        "reason": request.POST.get("reason", ""),
        "release": request.POST.get("release", ""),
    }
