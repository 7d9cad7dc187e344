"""Who holds what: listing, assigning, releasing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in, day_in, moment_in
from trueup.assignments.actions import Holder, assign_units, release_units
from trueup.assignments.columns import ASSIGNMENTS
from trueup.assignments.queries import assignment_for
from trueup.licences.queries import licence_for

router = Router(tags=["assignments"])


class HolderBody(Body):
    """Who is to hold the units."""

    kind: str
    id: StrictInt


class AssignmentBody(Body):
    """Units for a holder: no seat has to be named (U-052)."""

    holder: HolderBody
    units: StrictInt = 1
    reason: str = Field("", max_length=500)


class ReleaseBody(Body):
    """Why units are taken back."""

    reason: str = Field("", max_length=500)


@router.get(
    "/licences/{int:licence_id}/assignments/", response=ListAnswer, summary="Who holds units of a licence"
)
def list_of_licence(request: HttpRequest, licence_id: int) -> HttpResponse:
    """``on=2026-03-15`` gives the holders of that day, released ones included (R-083); paged, never inlined."""
    licence_for(actor=actor_in(request), licence_id=licence_id, on=day_in(request))
    return list_answer(request, ASSIGNMENTS, licence_id=licence_id, moment=moment_in(request))


@router.post(
    "/licences/{int:licence_id}/assignments/",
    response={201: dict[str, Any]},
    summary="Assign units to a holder",
)
def post_assignment(request: HttpRequest, licence_id: int, body: AssignmentBody) -> HttpResponse:
    """409 ``NotEnoughUnits`` with the free number where the policy blocks; 409 ``AlreadyHeld`` for a second one."""
    assignment = assign_units(
        actor=actor_in(request),
        licence_id=licence_id,
        holder=Holder(body.holder.kind, body.holder.id),
        units=body.units,
        reason=body.reason,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return _answer(request, assignment.pk, 201)


@router.get("/assignments/", response=ListAnswer, summary="All assignments one may see")
def list_all(request: HttpRequest) -> HttpResponse:
    """Filter by ``person=``, ``device=``, ``licence=`` or ``holder_kind=``; ``on=`` asks about a day."""
    return list_answer(request, ASSIGNMENTS, moment=moment_in(request))


@router.get("/assignments/{int:assignment_id}/", response=dict[str, Any], summary="One assignment")
def get_assignment(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Open or released."""
    return _answer(request, assignment_id)


@router.post("/assignments/{int:assignment_id}/release/", response=dict[str, Any], summary="Release units")
def post_release(request: HttpRequest, assignment_id: int, body: ReleaseBody) -> HttpResponse:
    """The units are free in the same moment; the assignment stays in the history."""
    release_units(
        actor=actor_in(request),
        assignment_id=assignment_id,
        reason=body.reason,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return _answer(request, assignment_id)


def _answer(request: HttpRequest, assignment_id: int, status: int = 200) -> HttpResponse:
    found = assignment_for(actor=actor_in(request), assignment_id=assignment_id)
    person, device = found.person, found.device
    holder = (
        {"kind": "person", "id": person.pk, "name": person.name}
        if person is not None
        else {
            "kind": "device",
            "id": device.pk if device else None,
            "name": device.hostname if device else "",
        }
    )
    body = {
        "id": found.pk,
        "licence": {"id": found.licence_id, "name": found.licence.product.name},
        "holder": holder,
        "units": found.units,
        "assigned_at": found.assigned_at,
        "assigned_by": found.assigned_by,
        "reason": found.reason,
        "released_at": found.released_at,
        "released_by": found.released_by,
        "release_reason": found.release_reason,
    }
    return json_answer(body, status)
