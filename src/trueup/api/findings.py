"""What is to be settled: findings, what is over- and under-licensed, and what rests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, json_answer, list_answer, money_as_json
from trueup.api.requests import Body, actor_in, day_in
from trueup.base.access import Permission
from trueup.compliance.columns import FINDINGS, MUTES, OVER_LICENSED, UNDER_LICENSED
from trueup.compliance.queries import finding_for, mutes_of
from trueup.compliance.resting import (
    Rest,
    lift_mute,
    mute_finding,
    mute_product,
    set_over_licensed_share,
    snooze_finding,
)

if TYPE_CHECKING:
    from trueup.compliance.finding_tables import Mute

router = Router(tags=["findings"])
MOST_COMPANIES, MOST_REASON = 1000, 500


class UntilBody(Body):
    """The day from which the finding may speak again."""

    until: date


class MuteBody(UntilBody):
    """Why the case is fine, and until when."""

    reason: str = Field(max_length=MOST_REASON)


class ProductMuteBody(MuteBody):
    """A product's findings in several companies; of one kind, or all of them."""

    product: StrictInt
    companies: list[StrictInt] = Field(max_length=MOST_COMPANIES)
    kind: str = ""


class ShareBody(Body):
    """Below which share of units in use, in percent, a licence is over-licensed."""

    over_licensed_percent: StrictInt


@router.get(
    "/findings/",
    response=ListAnswer,
    openapi_extra=list_parameters(FINDINGS, "on"),
    summary="What is to be settled",
)
def list_findings(request: HttpRequest) -> HttpResponse:
    """Open findings; snoozed and muted ones are left out until their day."""
    return list_answer(request, FINDINGS, on=day_in(request))


@router.get(
    "/over-licensed/",
    response=ListAnswer,
    openapi_extra=list_parameters(OVER_LICENSED, "on"),
    summary="Licences with too much",
)
def list_over_licensed(request: HttpRequest) -> HttpResponse:
    """Those of which less is in use than the company's share, with spare units, a year's saving and the first day (C-035)."""
    return list_answer(request, OVER_LICENSED, on=day_in(request))


@router.get(
    "/under-licensed/",
    response=ListAnswer,
    openapi_extra=list_parameters(UNDER_LICENSED, "on"),
    summary="Products with too little",
)
def list_under_licensed(request: HttpRequest) -> HttpResponse:
    """Units short by the rules, what they cost to buy, and since when (C-038)."""
    return list_answer(request, UNDER_LICENSED, on=day_in(request))


@router.get("/findings/{int:finding_id}/", response=dict[str, Any], summary="One finding")
def get_finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """With the devices and people behind, fifty at most, and the mutes it rests under."""
    return _answer(request, finding_id)


@router.post("/findings/{int:finding_id}/snooze/", response=dict[str, Any], summary="Snooze a finding")
def post_snooze_finding(request: HttpRequest, finding_id: int, body: UntilBody) -> HttpResponse:
    """Silent before the day; nobody has to say why."""
    now, today = timezone.now(), timezone.localdate()
    snooze_finding(actor=actor_in(request), finding_id=finding_id, until=body.until, on=today, at=now)
    return _answer(request, finding_id)


@router.post("/findings/{int:finding_id}/mute/", response={201: dict[str, Any]}, summary="Mute a finding")
def post_mute_finding(request: HttpRequest, finding_id: int, body: MuteBody) -> HttpResponse:
    """It stays muted until the day, also if it closes and opens again; the licence stays where it is (U-057)."""
    made = mute_finding(
        actor=actor_in(request),
        finding_id=finding_id,
        rest=Rest(body.reason, body.until),
        on=timezone.localdate(),
        at=timezone.now(),
    )
    return json_answer(_mute(made), 201)


@router.get("/mutes/", response=ListAnswer, openapi_extra=list_parameters(MUTES), summary="What is muted")
def list_mutes(request: HttpRequest) -> HttpResponse:
    """Mutes that were not lifted, those that end soonest first."""
    return list_answer(request, MUTES)


@router.post("/mutes/", response={201: dict[str, Any]}, summary="Mute a product in several companies")
def post_mutes(request: HttpRequest, body: ProductMuteBody) -> HttpResponse:
    """All or none: a company that is not yours to decide for refuses the whole (U-057)."""
    made = mute_product(
        actor=actor_in(request),
        product_id=body.product,
        company_ids=body.companies,
        kind=body.kind,
        rest=Rest(body.reason, body.until),
        on=timezone.localdate(),
        at=timezone.now(),
    )
    return json_answer({"results": [_mute(one) for one in made], "count": len(made)}, 201)


@router.post("/mutes/{int:mute_id}/lift/", response=dict[str, Any], summary="Lift a mute")
def post_lift_mute(request: HttpRequest, mute_id: int) -> HttpResponse:
    """What it kept silent is told again."""
    return json_answer(_mute(lift_mute(actor=actor_in(request), mute_id=mute_id, at=timezone.now())))


@router.put(
    "/companies/{int:company_id}/over-licensed/",
    response=dict[str, Any],
    summary="Say what is over-licensed",
)
def put_share(request: HttpRequest, company_id: int, body: ShareBody) -> HttpResponse:
    """70 percent unless set; the next run finds by it."""
    percent = body.over_licensed_percent
    set_over_licensed_share(
        actor=actor_in(request), company_id=company_id, percent=percent, at=timezone.now()
    )
    return json_answer({"company": company_id, "over_licensed_percent": percent})


def _answer(request: HttpRequest, finding_id: int) -> HttpResponse:
    actor = actor_in(request)
    found = finding_for(actor=actor, finding_id=finding_id)
    names = (
        "id", "kind", "metric", "says", "units", "of_units", "reducible_on", "opened_at", "closed_at", "snoozed_until",
        "records",
    )  # fmt: skip
    links = ("company", "product", "edition", "licence", "region", "position", "owner")
    body: dict[str, Any] = {name: getattr(found, name) for name in names}
    body |= {name: getattr(found, f"{name}_id") for name in links}
    body["mutes"] = [_mute(one) for one in mutes_of(actor=actor, finding=found, on=timezone.localdate())]
    if actor.may(Permission.PRICES_VIEW, found.company_id):
        body |= {name: money_as_json(getattr(found, name), found.currency) for name in ("money", "saving")}
    return json_answer(body)


def _mute(one: Mute) -> dict[str, Any]:
    links = ("company", "product", "edition", "licence", "region")
    body = {name: getattr(one, f"{name}_id") for name in links}
    return {
        "id": one.pk,
        **body,
        "kind": one.kind,
        "reason": one.reason,
        "until": one.until_on,
        "muted_by": one.muted_by,
    }
