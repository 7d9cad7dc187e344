"""Renewals: what ends, plans for it, and the line that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictBool, StrictInt

from trueup.api.lines import LineBody
from trueup.api.lists import ListAnswer, json_answer, money_as_json
from trueup.api.requests import Body, actor_in, day_in, revision_in
from trueup.licences.planning import PlanTerms, change_plan, plan_for, plan_renewal
from trueup.licences.queries import bare_licence_for
from trueup.licences.renewing import NewKeyOfTerm, renew_licence
from trueup.reports.renewals.asking import MOST_COUNTED, find_renewals
from trueup.reports.renewals.detail import Renewal
from trueup.vault.plain import Plain

router = Router(tags=["renewals"])
MOST_ID = 2**63 - 1


class PlanBody(Body):
    """A plan for one licence or one contract: ``renew``, ``negotiate`` or ``drop``."""

    licence: StrictInt | None = Field(None, le=MOST_ID)
    contract: StrictInt | None = Field(None, le=MOST_ID)
    kind: str
    units: StrictInt | None = Field(None, le=2**53)
    state: str = "open"
    owner: StrictInt | None = Field(None, le=MOST_ID)
    due_on: date | None = None
    note: str = Field("", max_length=4000)


class PlanChange(Body):
    """Fields to change; what is not named stays."""

    kind: str | None = None
    units: StrictInt | None = Field(None, le=2**53)
    state: str | None = None
    owner: StrictInt | None = Field(None, le=MOST_ID)
    due_on: date | None = None
    note: str | None = Field(None, max_length=4000)


class RenewalBody(LineBody):
    """The line that follows. ``renews`` names the older line; ``key`` is a new one, ``instead_of`` the one it replaces."""

    kind: str = "renewal"
    renews: StrictInt | None = Field(None, le=MOST_ID)
    confirmed: StrictBool = False
    key: str | None = Field(None, max_length=5000)
    instead_of: StrictInt | None = Field(None, le=MOST_ID)
    plan: StrictInt | None = Field(None, le=MOST_ID)


@router.get("/renewals/", response=ListAnswer, summary="What ends, licences and contracts together")
def list_renewals(request: HttpRequest) -> HttpResponse:
    """By the day to decide. ``expires_on__lte=2026-12-31`` and ``decide_by__lte=`` narrow it, in every company in view.

    Counted up to 10,000 (``count_is_at_least``).
    """
    query = {name: str(value) for name, value in request.GET.items() if value}
    found = find_renewals(actor=actor_in(request), on=day_in(request), query=query)
    following = None
    if found.next:
        following = f"{request.path}?{urlencode({**query, 'cursor': found.next})}"
    body = {"results": [_renewal(one) for one in found.rows], "next": following, "count": found.count}
    return json_answer(body | ({} if found.count < MOST_COUNTED else {"count_is_at_least": True}))


@router.post("/renewals/plans/", response={201: dict[str, Any]}, summary="Plan a renewal")
def post_plan(request: HttpRequest, body: PlanBody) -> HttpResponse:
    """One unfinished plan for each licence or contract; 409 ``PlannedAlready`` where there is one."""
    terms = PlanTerms(body.kind, body.units, body.state, body.owner, body.due_on, body.note)
    made = plan_renewal(
        actor=actor_in(request), terms=terms, at=timezone.now(), licence_id=body.licence, contract_id=body.contract
    )  # fmt: skip
    return _plan_answer(request, made.pk, 201)


@router.get("/renewals/plans/{int:plan_id}/", response=dict[str, Any], summary="One plan")
def get_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """With its state and, once it is done, the line it became."""
    return _plan_answer(request, plan_id)


@router.patch("/renewals/plans/{int:plan_id}/", response=dict[str, Any], summary="Change a plan")
def patch_plan(request: HttpRequest, plan_id: int, body: PlanChange) -> HttpResponse:
    """``If-Match`` with the ETag refuses to overwrite somebody else's change (412); one that is done stays."""
    named = body.named()
    if "owner" in named:
        named["owner_id"] = named.pop("owner")
    for name in ("kind", "state", "note"):
        if name in named:
            named[name] = named[name] or ""
    change_plan(
        actor=actor_in(request), plan_id=plan_id, changes=named, revision=revision_in(request), at=timezone.now()
    )  # fmt: skip
    return _plan_answer(request, plan_id)


@router.post("/licences/{int:licence_id}/renew/", response={201: dict[str, Any]}, summary="Renew a licence")
def post_renewal(request: HttpRequest, licence_id: int, body: RenewalBody) -> HttpResponse:
    """409 ``TermsNotJoined`` for a gap or an overlap that is not ``confirmed``. The old key stays, superseded."""
    key = None if not body.key else NewKeyOfTerm(Plain(body.key), body.instead_of)
    actor = actor_in(request)
    company_id = bare_licence_for(actor=actor, licence_id=licence_id).company_id
    line = replace(body.terms(actor=actor, company_id=company_id), kind="renewal", renews_id=body.renews)
    made = renew_licence(
        actor=actor, licence_id=licence_id, line=line, at=timezone.now(), on=timezone.localdate(),
        confirmed=body.confirmed, key=key, plan_id=body.plan,
    )  # fmt: skip
    answer = {
        "id": made.pk, "licence": licence_id, "kind": made.kind, "units": made.units, "valid_from": made.valid_from,
        "valid_to": body.valid_to, "renews": made.renews_id, "contract": made.contract_id,
    }  # fmt: skip
    return json_answer(answer, 201)


def _renewal(one: Renewal) -> dict[str, Any]:
    ending, plan, proposal = one.ending, one.ending.plan, one.proposal
    return {
        "kind": ending.kind,
        "id": ending.record_id,
        "name": ending.name,
        "company": {"id": ending.company_id, "name": ending.company},
        "owner": None if ending.owner_id is None else {"id": ending.owner_id, "name": ending.owner},
        "decide_by": ending.decide_by,
        "expires_on": ending.expires_on,
        "renews_itself": ending.renews_itself,
        "notice_days": ending.notice_days,
        "cost": money_as_json(ending.cost, ending.currency),
        "price_change_percent": one.price_change,
        "purchased": ending.purchased if ending.metric and not ending.unlimited else None,
        "used": ending.used if ending.metric else None,
        "proposal": None
        if proposal is None
        else {"kind": proposal.kind, "units": proposal.units, "short": proposal.short},
        "batches": [
            {"line": batch.line_id, "units": batch.units, "valid_to": batch.valid_to, "reduce_by": batch.reduce_by}
            for batch in one.batches
        ],
        "plan": None
        if plan is None
        else {"id": plan.plan_id, "kind": plan.kind, "units": plan.units, "state": plan.state},
    }  # fmt: skip


def _plan_answer(request: HttpRequest, plan_id: int, status: int = 200) -> HttpResponse:
    one = plan_for(actor=actor_in(request), plan_id=plan_id)
    body = {
        "id": one.pk,
        "licence": one.licence_id,
        "contract": one.contract_id,
        "kind": one.kind,
        "units": one.units,
        "state": one.state,
        "owner": None if one.owner is None else {"id": one.owner_id, "name": one.owner.name},
        "due_on": one.due_on,
        "note": one.note,
        "line": one.line_id,
        "revision": one.revision,
    }
    return json_answer(body, status, ETag=f'"r{one.revision}"')
