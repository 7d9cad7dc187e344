"""Counting runs and the positions they found."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import StrictInt

from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, json_answer, list_answer, money_as_json
from trueup.api.requests import Body, actor_in, day_in
from trueup.base.access import Permission
from trueup.compliance.actions import start_run, verify_run
from trueup.compliance.columns import POSITIONS, RUNS
from trueup.compliance.queries import behind, covers_of, position_for, remedies_of, run_for, shapes_of
from trueup.licences.metrics import plain_noun

router = Router(tags=["positions"])


class RunBody(Body):
    """A run over one company, or over all without one; today unless a day is named."""

    company: StrictInt | None = None
    as_of: date | None = None


@router.get(
    "/positions/",
    response=ListAnswer,
    openapi_extra=list_parameters(POSITIONS, "on"),
    summary="Positions of the latest runs",
)
def list_positions(request: HttpRequest) -> HttpResponse:
    """``on=2026-06-30`` gives those of the last run for a day up to then (R-004)."""
    return list_answer(request, POSITIONS, on=day_in(request) if request.GET.get("on") else None)


@router.get("/positions/{int:position_id}/", response=dict[str, Any], summary="One position with its working")
def get_position(request: HttpRequest, position_id: int) -> HttpResponse:
    """Every step in order: rule, inputs, expression, value, source."""
    actor = actor_in(request)
    found = position_for(actor=actor, position_id=position_id)
    numbers = ("entitled", "required_low", "required_point", "required_high", "covered", "short", "spare", "lent", "borrowed",
               "unfit", "exempt")  # fmt: skip
    shapes = shapes_of(actor=actor, position_id=position_id)
    body: dict[str, Any] = {
        "id": found.pk,
        "company": {"id": found.company_id, "name": found.company.name},
        "product": {"id": found.product_id, "name": found.product.name},
        "edition": None if found.edition is None else {"id": found.edition_id, "name": found.edition.name},
        "metric": found.metric,
        "unit": plain_noun(found.metric),
        "as_of": found.outcome.as_of,
        "run": found.run_id,
        "state": found.state,
        "unlimited": found.unlimited,
        **{name: _plain(getattr(found, name)) for name in numbers},
        "reason": found.reason,
        "causes": found.causes,
        "warnings": found.warnings,
        "working": found.working,
        "parameters": found.parameters,
        "remedies": remedies_of(actor=actor, position=found),
        "covers": [_cover(one) for one in covers_of(actor=actor, position_id=position_id)],
        "shapes": list(
            shapes.values("id", "family", "label", "subjects", "installations", "causes", "working")[:200]
        ),
    }
    if actor.may(Permission.PRICES_VIEW, found.company_id):
        body["exposure"] = money_as_json(found.exposure, found.currency)
        body["choice"] = found.choice or None
    return json_answer(body)


@router.get(
    "/positions/{int:position_id}/subjects/",
    response=ListAnswer,
    summary="Devices and people behind a position",
)
def list_subjects(request: HttpRequest, position_id: int) -> HttpResponse:
    """From the run's frozen facts; up to 200."""
    found = behind(actor=actor_in(request), position_id=position_id, home=settings.HOME)
    rows = [
        {
            "kind": one.kind,
            "id": one.subject_id,
            "name": one.name,
            "installations": one.installations,
            "shape": one.shape,
        }
        for one in found
    ]
    return json_answer({"results": rows, "next": None, "count": len(rows)})


@router.get("/runs/", response=ListAnswer, openapi_extra=list_parameters(RUNS), summary="Counting runs")
def list_runs(request: HttpRequest) -> HttpResponse:
    """Latest first."""
    return list_answer(request, RUNS)


@router.post("/runs/", response={202: dict[str, Any]}, summary="Start a counting run")
def post_run(request: HttpRequest, body: RunBody) -> HttpResponse:
    """Answers at once; the worker counts, and the run's address tells how far it is."""
    run = start_run(
        actor=actor_in(request),
        company_id=body.company,
        as_of=body.as_of or timezone.localdate(),
        at=timezone.now(),
    )
    return json_answer(_run(run), 202, Location=f"/api/runs/{run.pk}/")


@router.get("/runs/{int:run_id}/", response=dict[str, Any], summary="One run")
def get_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Its state, hashes and trouble."""
    return json_answer(_run(run_for(actor=actor_in(request), run_id=run_id)))


@router.post(
    "/runs/{int:run_id}/verify/", response=dict[str, Any], summary="Count a run again from its frozen facts"
)
def post_verify(request: HttpRequest, run_id: int) -> HttpResponse:
    """The same facts and terms give the same numbers, or the answer says what differs."""
    verdict = verify_run(actor=actor_in(request), run_id=run_id, home=settings.HOME, engine=settings.ENGINE)
    return json_answer(
        {"run": run_id, "holds": verdict.holds, "stored_hash": verdict.stored_hash, "counted_hash": verdict.counted_hash,
         "trouble": verdict.trouble}
    )  # fmt: skip


def _run(run: Any) -> dict[str, Any]:
    plain = (
        "as_of", "state", "asked_at", "started_at", "finished_at", "code_version", "terms_version", "manifest_hash",
        "result_hash", "trouble",
    )  # fmt: skip
    return {"id": run.pk, "company": run.company_id, **{name: getattr(run, name) for name in plain}}


def _cover(one: Any) -> dict[str, Any]:
    names = ("kind", "need", "right", "reason", "is_other")
    told = {name: getattr(one, name) for name in names}
    return told | {"units": _plain(one.units), "licence": one.licence_id}


def _plain(number: Any) -> Any:
    """A whole number as one, a fraction as decimal text, unknown as null."""
    if number is None:
        return None
    return int(number) if number == int(number) else f"{number.normalize():f}"
