"""Concurrent licences: who is eligible, check-outs, and the use of each day."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.lists import json_answer
from trueup.api.requests import Body, actor_in, day_in
from trueup.assignments.simultaneous import (
    add_eligible,
    days_of_use,
    eligible_people,
    peak_that_counts,
    remove_eligible,
)
from trueup.licences.queries import licence_for

router = Router(tags=["assignments"])


class EligibleBody(Body):
    """People who may use the licence, by id."""

    people: list[StrictInt] = Field(min_length=1, max_length=5000)


@router.get(
    "/licences/{int:licence_id}/eligible/",
    response=dict[str, Any],
    summary="Who may use a concurrent licence",
)
def get_eligible(request: HttpRequest, licence_id: int) -> HttpResponse:
    """By name; without anybody on it everybody of the company may. Who uses it now is in its assignments."""
    actor = actor_in(request)
    licence_for(actor=actor, licence_id=licence_id, on=day_in(request))
    people = eligible_people(actor=actor, licence_id=licence_id)
    return json_answer(
        {"results": [{"id": one.pk, "name": one.name} for one in people], "count": len(people)}
    )


@router.post(
    "/licences/{int:licence_id}/eligible/",
    response={201: dict[str, Any]},
    summary="Let people use a concurrent licence",
)
def post_eligible(request: HttpRequest, licence_id: int, body: EligibleBody) -> HttpResponse:
    """There may be more of them than units; ``added`` were not on the list yet. A check-out of anybody else is refused
    with 422 ``NotEligible``.
    """
    added = add_eligible(
        actor=actor_in(request), licence_id=licence_id, person_ids=body.people, at=timezone.now()
    )
    return json_answer({"added": added}, 201)


@router.api_operation(
    ["DELETE"],
    "/licences/{int:licence_id}/eligible/{int:person_id}/",
    response={204: None},
    summary="Take a person off the list",
)
def delete_eligible(request: HttpRequest, licence_id: int, person_id: int) -> HttpResponse:
    """What the person uses at this moment stays until it comes back."""
    remove_eligible(actor=actor_in(request), licence_id=licence_id, person_id=person_id, at=timezone.now())
    return HttpResponse(status=204)


@router.get(
    "/licences/{int:licence_id}/days/", response=dict[str, Any], summary="Peak and refusals of each day"
)
def get_days(request: HttpRequest, licence_id: int) -> HttpResponse:
    """The last 30 days, oldest first, and ``peak``, the highest of them by the metric's rule."""
    actor, on = actor_in(request), day_in(request)
    licence_for(actor=actor, licence_id=licence_id, on=on)
    days = days_of_use(actor=actor, licence_id=licence_id, on=on)
    rows = [{"day": one.day, "peak": one.peak, "refusals": one.refusals} for one in days]
    return json_answer({"peak": peak_that_counts(days=days, on=on), "days": rows})
