"""Units held back for departments, and who waits for units."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.assignments import HolderBody
from trueup.api.lists import json_answer
from trueup.api.requests import Body, actor_in
from trueup.assignments.actions import Holder
from trueup.assignments.holding import kind_of, name_of
from trueup.assignments.waiting import Place, join_waiting_list, leave_waiting_list, waiting_list_of
from trueup.licences.queries import bare_licence_for
from trueup.licences.reservation_tables import Reservation
from trueup.licences.reserving import ReservationTerms, end_reservation, reservations_of, reserve_units

router = Router(tags=["assignments"])


class ReservationBody(Body):
    """How many units are held back for which department; ``until`` is the last day."""

    department: StrictInt
    units: StrictInt
    until: date
    note: str = Field("", max_length=500)


class WaitingBody(Body):
    """Who is to wait for how many units: ``holder`` is a person or a device."""

    holder: HolderBody
    units: StrictInt = 1
    reason: str = Field("", max_length=500)


def _reservation(row: Reservation) -> dict[str, Any]:
    return {
        "id": row.pk,
        "department": {"id": row.department_id, "name": row.department.name},
        "units": row.units,
        "taken": row.taken,
        "left": row.units - row.taken,
        "until": row.until_on - timedelta(days=1),
        "note": row.note,
        "made_at": row.made_at,
        "made_by": row.made_by,
    }


def _place(place: Place) -> dict[str, Any]:
    row = place.row
    thing = row.person or row.device
    return {
        "id": row.pk,
        "place": place.number,
        "holder": thing and {"kind": kind_of(thing), "id": thing.pk, "name": name_of(thing)},
        "units": row.units,
        "reason": row.reason,
        "asked_at": row.asked_at,
        "asked_by": row.asked_by,
    }


@router.get(
    "/licences/{int:licence_id}/reservations/",
    response=dict[str, Any],
    summary="Units of a licence held back for departments",
)
def get_reservations(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Those that stand, oldest first. ``left`` units are free for the department alone; ``taken`` ones it holds."""
    actor = actor_in(request)
    bare_licence_for(actor=actor, licence_id=licence_id)
    rows = [_reservation(row) for row in reservations_of(actor=actor, licence_id=licence_id)]
    return json_answer({"results": rows, "count": len(rows)})


@router.post(
    "/licences/{int:licence_id}/reservations/",
    response={201: dict[str, Any]},
    summary="Hold units back for a department",
)
def post_reservation(request: HttpRequest, licence_id: int, body: ReservationBody) -> HttpResponse:
    """Until the day only holders of the department, and of those that are part of it, get them. 409 ``NotEnoughUnits``
    with what is free; 409 ``ReservedAlready`` for a second one of the same department.
    """
    terms = ReservationTerms(body.department, body.units, body.until, body.note)
    made = reserve_units(
        actor=actor_in(request),
        licence_id=licence_id,
        terms=terms,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return json_answer(_reservation(made), 201)


@router.api_operation(
    ["DELETE"],
    "/licences/{int:licence_id}/reservations/{int:reservation_id}/",
    response={204: None},
    summary="End a reservation",
)
def delete_reservation(request: HttpRequest, licence_id: int, reservation_id: int) -> HttpResponse:
    """What of it nobody took is free for everybody; whoever holds units keeps them."""
    end_reservation(
        actor=actor_in(request), licence_id=licence_id, reservation_id=reservation_id, at=timezone.now(),
        on=timezone.localdate(),
    )  # fmt: skip
    return HttpResponse(status=204)


@router.get(
    "/licences/{int:licence_id}/waiting/", response=dict[str, Any], summary="Who waits for units of a licence"
)
def get_waiting(request: HttpRequest, licence_id: int) -> HttpResponse:
    """In order: ``place`` 1 is served first."""
    places = waiting_list_of(actor=actor_in(request), licence_id=licence_id)
    return json_answer({"results": [_place(one) for one in places], "count": len(places)})


@router.post(
    "/licences/{int:licence_id}/waiting/",
    response={201: dict[str, Any]},
    summary="Put somebody on the waiting list",
)
def post_waiting(request: HttpRequest, licence_id: int, body: WaitingBody) -> HttpResponse:
    """For whom an assignment is refused with ``NotEnoughUnits`` or ``TooSoon``; 409 ``UnitsAreFree`` where it is not. Units
    that come free go to the first in line, exactly once.
    """
    place = join_waiting_list(
        actor=actor_in(request), licence_id=licence_id, holder=Holder(body.holder.kind, body.holder.id),
        units=body.units, reason=body.reason, at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    return json_answer(_place(place), 201)


@router.api_operation(
    ["DELETE"],
    "/licences/{int:licence_id}/waiting/{int:waiting_id}/",
    response={204: None},
    summary="Take somebody off the waiting list",
)
def delete_waiting(request: HttpRequest, licence_id: int, waiting_id: int) -> HttpResponse:
    """Who stands behind moves up. 409 ``WaitsNoMore`` where it was served meanwhile."""
    leave_waiting_list(
        actor=actor_in(request), licence_id=licence_id, waiting_id=waiting_id, at=timezone.now(),
        on=timezone.localdate(),
    )  # fmt: skip
    return HttpResponse(status=204)
