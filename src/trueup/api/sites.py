"""Units a metric asks of a device, and what each place pays of a site licence."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import StrictInt

from trueup.api.lists import json_answer
from trueup.api.requests import Body, actor_in, day_in
from trueup.assignments.proposing import proposed_units
from trueup.assignments.splitting import set_share, split_cost

router = Router(tags=["assignments"])


class ShareBody(Body):
    """By which key a place pays; empty for its head count."""

    share: StrictInt | None


@router.get(
    "/licences/{int:licence_id}/proposed-units/{int:device_id}/",
    response=dict[str, Any],
    summary="Units a licence's metric asks of a device",
)
def get_proposed_units(request: HttpRequest, licence_id: int, device_id: int) -> HttpResponse:
    """``proposed_units`` with its ``reason``: what the device has, or the metric's minimum; empty where not known."""
    found = proposed_units(
        actor=actor_in(request), licence_id=licence_id, device_id=device_id, on=day_in(request)
    )
    return json_answer({"proposed_units": found.units, "reason": found.reason})


@router.get(
    "/licences/{int:licence_id}/split/",
    response=dict[str, Any],
    summary="What each place pays of a licence",
)
def get_split(request: HttpRequest, licence_id: int) -> HttpResponse:
    """``by`` is ``key`` where every location and department has one, else ``head_count``. Amounts need the right to see
    prices; they add up to the yearly cost to the cent.
    """
    found = split_cost(actor=actor_in(request), licence_id=licence_id, on=day_in(request))
    parts = [
        {
            "assignment": one.assignment_id,
            "kind": one.kind,
            "name": one.name,
            "people": one.people,
            "share": one.share,
            "percent": f"{one.percent:f}",
            "amount": None if one.amount is None else f"{one.amount:f}",
        }
        for one in found.parts
    ]
    total = None if found.total is None else f"{found.total:f}"
    return json_answer({"by": found.by, "total": total, "currency": found.currency, "parts": parts})


@router.put(
    "/assignments/{int:assignment_id}/share/", response=dict[str, Any], summary="Set the key a place pays by"
)
def put_share(request: HttpRequest, assignment_id: int, body: ShareBody) -> HttpResponse:
    """Only a location or a department has one."""
    row = set_share(actor=actor_in(request), assignment_id=assignment_id, share=body.share, at=timezone.now())
    return json_answer({"id": row.pk, "share": row.share})
