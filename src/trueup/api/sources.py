"""Sources: systems that are read by schedule, their runs, whom they speak of, and what they told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictBool, StrictInt

from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in
from trueup.connectors.register import suitcase_named, suitcases
from trueup.sources.actions import (
    SourceTerms,
    add_source,
    ask_source_run,
    change_source,
    place_outside_company,
    withdraw_source,
)
from trueup.sources.columns import SEATS, SOURCES, SUBSCRIPTIONS
from trueup.sources.queries import placements_of, run_for, runs_of, source_for
from trueup.vault.plain import Plain

if TYPE_CHECKING:
    from trueup.sources.models import Placement, Source, SourceRun

router = Router(tags=["sources"])
BIG = 2**63 - 1
SHOWN_RUNS = 50


class SourceBody(Body):
    """How a source is read. ``secrets`` go to the vault and are in no answer."""

    name: str = Field(max_length=100)
    url: str = Field(default="", max_length=500)
    options: dict[str, str] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict)
    every_hours: StrictInt = Field(default=24, ge=0, le=744)
    is_shared: StrictBool = False


class NewSourceBody(SourceBody):
    """A source of a company."""

    company: StrictInt = Field(le=BIG)
    kind: str = Field(max_length=40)


class RunBody(Body):
    """How it is read: ``dry`` only looks, ``replays`` reads the pages of an earlier run again."""

    dry: StrictBool = False
    replays: StrictInt | None = Field(default=None, le=BIG)


class PlaceBody(Body):
    """Which company of ours it is; none and ``ignored`` is none of ours."""

    into: StrictInt | None = Field(default=None, le=BIG)
    ignored: StrictBool = False


@router.get("/source-kinds/", response=dict[str, Any], summary="Systems that can be read")
def list_source_kinds(request: HttpRequest) -> HttpResponse:
    """What each is asked for, brings, and cannot know."""
    actor_in(request)
    results = [
        {
            "kind": one.name,
            "title": one.title,
            "url": one.url,
            "asks": [{"key": ask.key, "label": str(ask.label), "secret": ask.is_secret, "needed": ask.is_needed} for ask in one.asks],
            "brings": [str(words) for words in one.brings],
            "cannot_know": [str(words) for words in one.cannot_know],
        }
        for one in suitcases().values()
    ]  # fmt: skip
    return json_answer({"results": results, "next": None, "count": len(results)})


@router.get(
    "/sources/", response=ListAnswer, openapi_extra=list_parameters(SOURCES), summary="Systems that are read"
)
def list_sources(request: HttpRequest) -> HttpResponse:
    """Each with its last run in earnest."""
    return list_answer(request, SOURCES)


@router.post("/sources/", response={201: dict[str, Any]}, summary="Read a system from now on")
def post_source(request: HttpRequest, body: NewSourceBody) -> HttpResponse:
    """Its credentials are sealed, and can be replaced but not read."""
    actor = actor_in(request)
    made = add_source(
        actor=actor, company_id=body.company, suitcase=suitcase_named(body.kind), terms=_terms(body), secrets=_secrets(body),
        at=timezone.now(),
    )  # fmt: skip
    return json_answer(_source(source_for(actor=actor, source_id=made.pk)), 201)


@router.get("/sources/{int:source_id}/", response=dict[str, Any], summary="One source")
def get_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """With the companies it speaks of."""
    actor = actor_in(request)
    places = [_place(one) for one in placements_of(actor=actor, source_id=source_id)]
    return json_answer({**_source(source_for(actor=actor, source_id=source_id)), "places": places})


@router.put("/sources/{int:source_id}/", response=dict[str, Any], summary="Read a source otherwise")
def put_source(request: HttpRequest, source_id: int, body: SourceBody) -> HttpResponse:
    """Secrets that are left out stay, unless address or options change: then all are needed anew."""
    actor = actor_in(request)
    kind = source_for(actor=actor, source_id=source_id).kind
    changed = change_source(
        actor=actor, source_id=source_id, suitcase=suitcase_named(kind), terms=_terms(body), secrets=_secrets(body),
        at=timezone.now(),
    )  # fmt: skip
    return json_answer(_source(changed))


@router.post("/sources/{int:source_id}/delete/", response={204: None}, summary="Read a source no more")
def post_source_delete(request: HttpRequest, source_id: int) -> HttpResponse:
    """Seats and subscriptions it told of end."""
    withdraw_source(actor=actor_in(request), source_id=source_id, at=timezone.now())
    return HttpResponse(status=204)


@router.get("/sources/{int:source_id}/runs/", response=dict[str, Any], summary="The latest runs of a source")
def list_source_runs(request: HttpRequest, source_id: int) -> HttpResponse:
    """Latest first."""
    results = [_run(one) for one in runs_of(actor=actor_in(request), source_id=source_id)[:SHOWN_RUNS]]
    return json_answer({"results": results, "next": None, "count": len(results)})


@router.post("/sources/{int:source_id}/runs/", response={202: dict[str, Any]}, summary="Have a source read")
def post_source_run(request: HttpRequest, source_id: int, body: RunBody) -> HttpResponse:
    """It is read in the background; its address says how far it is."""
    asked = ask_source_run(
        actor=actor_in(request),
        source_id=source_id,
        is_dry=body.dry,
        replays_id=body.replays,
        at=timezone.now(),
    )
    return json_answer(_run(asked), 202)


@router.get("/source-runs/{int:source_run_id}/", response=dict[str, Any], summary="One run of a source")
def get_source_run(request: HttpRequest, source_run_id: int) -> HttpResponse:
    """What it came to, with the rows that cannot be read."""
    found = run_for(actor=actor_in(request), run_id=source_run_id)
    return json_answer({**_run(found), "rejects": found.rejects})


@router.post(
    "/source-places/{int:placement_id}/", response=dict[str, Any], summary="Place a company of a source"
)
def post_source_place(request: HttpRequest, placement_id: int, body: PlaceBody) -> HttpResponse:
    """It holds from the next run on."""
    placed = place_outside_company(
        actor=actor_in(request),
        placement_id=placement_id,
        into_id=body.into,
        is_ignored=body.ignored,
        at=timezone.now(),
    )
    return json_answer(_place(placed))


@router.get(
    "/subscriptions/",
    response=ListAnswer,
    openapi_extra=list_parameters(SUBSCRIPTIONS),
    summary="What vendors say was bought",
)
def list_subscriptions(request: HttpRequest) -> HttpResponse:
    """Null is not told, never 0."""
    return list_answer(request, SUBSCRIPTIONS)


@router.get(
    "/seats/", response=ListAnswer, openapi_extra=list_parameters(SEATS), summary="Who has which seat"
)
def list_seats(request: HttpRequest) -> HttpResponse:
    """``use`` is used, never or not_reported; nobody is unused who is only not reported."""
    return list_answer(request, SEATS)


def _terms(body: SourceBody) -> SourceTerms:
    return SourceTerms(body.name, body.url, body.options, body.every_hours, body.is_shared)


def _secrets(body: SourceBody) -> dict[str, Plain]:
    return {key: Plain(text) for key, text in body.secrets.items()}


def _source(found: Source) -> dict[str, Any]:
    names = ("name", "kind", "url", "options", "every_hours", "is_shared", "due_at", "created_at")
    told = ("state", "ran_at", "rows", "rejected", "trouble", "to_place")
    company = {"id": found.company_id, "name": found.company.name}
    return {"id": found.pk, "company": company, **{name: getattr(found, name) for name in (*names, *told)}}


def _run(found: SourceRun) -> dict[str, Any]:
    names = ("state", "is_dry", "asked_by", "asked_at", "started_at", "ended_at", "pages", "rows", "rejected", "unplaced", "counts", "trouble")  # fmt: skip
    told = {name: getattr(found, name) for name in names}
    return {"id": found.pk, "source": found.source_id, "replays": found.replays_id, **told}


def _place(found: Placement) -> dict[str, Any]:
    into = {"id": found.into_id, "name": found.into.name} if found.into else None
    return {
        "id": found.pk,
        "outside": found.outside,
        "name": found.name,
        "into": into,
        "ignored": found.is_ignored,
    }
