"""Who holds what: listing, assigning, releasing."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictBool, StrictInt

from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in, day_in, moment_in
from trueup.assignments.actions import Holder, assign_units, release_units
from trueup.assignments.bulk import assign_list, plan_assign_list, plan_release_list, release_list
from trueup.assignments.columns import ASSIGNMENTS, EVERY_ASSIGNMENT
from trueup.assignments.holding import holder_of, name_of, who_of
from trueup.assignments.moving import change_units, move_units
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import Listing, Mode
from trueup.assignments.queries import assignment_for
from trueup.assignments.undoing import undo_batch
from trueup.licences.queries import licence_for

router = Router(tags=["assignments"])


class HolderBody(Body):
    """Who is to hold the units: ``kind`` is ``person``, ``device``, ``location`` or ``department``."""

    kind: str
    id: StrictInt


class AssignmentBody(Body):
    """Units for a holder: no seat has to be named (U-052).

    ``exemption`` lets units that were given back too lately go to somebody else: ``hardware_failed``, ``person_left``,
    ``temporary_absence`` or ``mistake``, with a ``reason``. ``since`` an earlier day needs a reason too.
    """

    holder: HolderBody
    units: StrictInt = 1
    reason: str = Field("", max_length=500)
    exemption: str = ""
    since: date | None = None


class ReleaseBody(Body):
    """Why units are taken back, ``since`` when if not today, and whether they were ``deactivated`` where they were, if the
    licence asks for it.
    """

    reason: str = Field("", max_length=500)
    deactivated: StrictBool | None = None
    since: date | None = None


class UnitsBody(Body):
    """How many units the holder is to have from now on."""

    units: StrictInt
    reason: str = Field("", max_length=500)
    exemption: str = ""
    deactivated: StrictBool | None = None


class MoveBody(Body):
    """Who is to hold the units instead."""

    holder: HolderBody
    reason: str = Field("", max_length=500)
    exemption: str = ""
    deactivated: StrictBool | None = None


class RowBody(Body):
    """One row of a list: a holder by ``kind`` and ``id``, or by ``name`` (login, mail, host name, barcode …)."""

    kind: Literal["", "person", "device", "location", "department"] = ""
    id: StrictInt | None = None
    name: str = Field("", max_length=200)
    units: StrictInt = 1


class BatchBody(Body):
    """A list, what a row that cannot be carried out means for the others, and whether only to look."""

    holders: list[RowBody] = Field(min_length=1)
    mode: Literal["all", "fill"] = "all"
    dry_run: StrictBool = False
    reason: str = Field("", max_length=500)
    exemption: str = ""
    deactivated: StrictBool | None = None

    def wishes(self) -> list[Wish]:
        """The rows as the room takes them, counted from 1."""
        return [
            Wish(name=row.name, units=row.units, kind=row.kind, id=row.id, row=number)
            for number, row in enumerate(self.holders, start=1)
        ]


@router.get(
    "/licences/{int:licence_id}/assignments/",
    response=ListAnswer,
    openapi_extra=list_parameters(ASSIGNMENTS, "on"),
    summary="Who holds units of a licence",
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
    """409 ``NotEnoughUnits`` with the free number where the policy blocks; 409 ``AlreadyHeld`` for a second one; 409
    ``TooSoon`` with the day where free units were given back too lately; 422 ``OutOfScope`` for a holder elsewhere than
    where a site licence is held.
    """
    assignment = assign_units(
        actor=actor_in(request),
        licence_id=licence_id,
        holder=Holder(body.holder.kind, body.holder.id),
        units=body.units,
        reason=body.reason,
        exemption=body.exemption,
        since=body.since,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return _answer(request, assignment.pk, 201)


@router.post(
    "/licences/{int:licence_id}/assignments/batch/", response=dict[str, Any], summary="Assign to many holders"
)
def post_batch(request: HttpRequest, licence_id: int, body: BatchBody) -> HttpResponse:
    """A result for each row and one batch; 409 ``NotAllFit`` with the rows where ``all`` was asked and some cannot."""
    actor, wishes, today = actor_in(request), body.wishes(), timezone.localdate()
    if body.dry_run:
        return _batch(plan_assign_list(actor=actor, licence_id=licence_id, wishes=wishes, on=today))
    done = assign_list(
        actor=actor, licence_id=licence_id, wishes=wishes, mode=Mode(body.mode), reason=body.reason,
        at=timezone.now(), on=today, exemption=body.exemption,
    )  # fmt: skip
    return _batch(done)


@router.post(
    "/licences/{int:licence_id}/assignments/batch/release/",
    response=dict[str, Any],
    summary="Release many holders",
)
def post_batch_release(request: HttpRequest, licence_id: int, body: BatchBody) -> HttpResponse:
    """Each holder's whole assignment ends; ``units`` of the rows are not looked at."""
    actor, wishes = actor_in(request), body.wishes()
    if body.dry_run:
        return _batch(plan_release_list(actor=actor, licence_id=licence_id, wishes=wishes))
    done = release_list(
        actor=actor, licence_id=licence_id, wishes=wishes, mode=Mode(body.mode), reason=body.reason,
        at=timezone.now(), on=timezone.localdate(), is_deactivated=body.deactivated,
    )  # fmt: skip
    return _batch(done)


@router.post(
    "/assignments/batches/{int:batch_id}/undo/", response=dict[str, Any], summary="Take a batch back"
)
def post_batch_undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What it assigned is released, what it released is assigned again; ``left`` were changed by somebody since."""
    undone = undo_batch(
        actor=actor_in(request), batch_id=batch_id, at=timezone.now(), on=timezone.localdate()
    )
    return json_answer(
        {"batch": batch_id, "units": undone.units, "holders": undone.holders, "left": undone.left}
    )


def _batch(listing: Listing) -> HttpResponse:
    return json_answer(
        {
            "batch": listing.batch_id,
            "licence": listing.licence_id,
            "free": listing.free,
            "rows": len(listing.items),
            "ready": len(listing.ready),
            "done": len(listing.finished),
            "units": listing.units,
            "items": [item.as_row() for item in listing.items],
        }
    )


@router.get(
    "/assignments/",
    response=ListAnswer,
    openapi_extra=list_parameters(EVERY_ASSIGNMENT, "on"),
    summary="All assignments one may see",
)
def list_all(request: HttpRequest) -> HttpResponse:
    """Filter by ``person=``, ``device=``, ``licence=`` or ``holder_kind=``; ``on=`` asks about a day."""
    return list_answer(request, EVERY_ASSIGNMENT, moment=moment_in(request))


@router.get("/assignments/{int:assignment_id}/", response=dict[str, Any], summary="One assignment")
def get_assignment(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Open or released."""
    return _answer(request, assignment_id)


@router.patch(
    "/assignments/{int:assignment_id}/", response=dict[str, Any], summary="Change the number of units"
)
def patch_assignment(request: HttpRequest, assignment_id: int, body: UnitsBody) -> HttpResponse:
    """More or fewer for the same holder; 409 ``NotEnoughUnits`` with the free number. To change the holder, move it."""
    change_units(
        actor=actor_in(request),
        assignment_id=assignment_id,
        units=body.units,
        reason=body.reason,
        exemption=body.exemption,
        is_deactivated=body.deactivated,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return _answer(request, assignment_id)


@router.post(
    "/assignments/{int:assignment_id}/move/",
    response={201: dict[str, Any]},
    summary="Move units to another holder",
)
def post_move(request: HttpRequest, assignment_id: int, body: MoveBody) -> HttpResponse:
    """The old assignment ends and a new one begins in the same moment; the new one is answered. 409 ``NotTransferable``
    where the licence is bound to its hardware.
    """
    moved = move_units(
        actor=actor_in(request),
        assignment_id=assignment_id,
        holder=Holder(body.holder.kind, body.holder.id),
        reason=body.reason,
        exemption=body.exemption,
        is_deactivated=body.deactivated,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return _answer(request, moved.pk, 201)


@router.post("/assignments/{int:assignment_id}/release/", response=dict[str, Any], summary="Release units")
def post_release(request: HttpRequest, assignment_id: int, body: ReleaseBody) -> HttpResponse:
    """The units are free in the same moment, or burnt where the licence says so; the assignment stays in the history.
    409 ``NotDeactivated`` where the licence asks and ``deactivated`` is not said.
    """
    release_units(
        actor=actor_in(request),
        assignment_id=assignment_id,
        reason=body.reason,
        is_deactivated=body.deactivated,
        since=body.since,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return _answer(request, assignment_id)


def _answer(request: HttpRequest, assignment_id: int, status: int = 200) -> HttpResponse:
    found = assignment_for(actor=actor_in(request), assignment_id=assignment_id)
    kind, number = who_of(found)
    body = {
        "id": found.pk,
        "licence": {"id": found.licence_id, "name": found.licence.product.name},
        "holder": {"kind": kind, "id": number, "name": name_of(holder_of(found))},
        "units": found.units,
        "within": found.within_id,
        "assigned_at": found.assigned_at,
        "assigned_by": found.assigned_by,
        "recorded_at": found.recorded_at,
        "reason": found.reason,
        "exemption": found.exemption,
        "burnt": found.burnt,
        "released_at": found.released_at,
        "released_by": found.released_by,
        "release_reason": found.release_reason,
    }
    return json_answer(body, status)
