"""Software audits: opening, planning, settling lines, the findings, closing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in
from trueup.audit_cases.actions import CaseTerms, close_audit, open_audit, plan_audits, settle_lines
from trueup.audit_cases.carrying_out import CARRY_OUT
from trueup.audit_cases.columns import AUDIT_CASES, AUDIT_LINES
from trueup.audit_cases.paper import findings_file
from trueup.audit_cases.queries import audit_case_for, figures_of

if TYPE_CHECKING:
    from trueup.audit_cases.models import AuditCase

router = Router(tags=["audits"])
MOST_ID = 2**63 - 1


class AuditBody(Body):
    """Which day of which company; with ``publisher`` only that publisher's products. Without a day it is today."""

    company: StrictInt = Field(le=MOST_ID)
    as_of: date | None = None
    publisher: StrictInt | None = Field(None, le=MOST_ID)
    name: str = Field("", max_length=150)


class SettlementBody(Body):
    """``settlement`` is assign (units of ``licence``), buy, remove or accept (with a note)."""

    lines: list[StrictInt] = Field(max_length=5000)
    settlement: str
    note: str = Field("", max_length=500)
    licence: StrictInt | None = Field(None, le=MOST_ID)


class PlanBody(Body):
    """weekly, monthly, quarterly or yearly; empty ends it."""

    cadence: str = ""


@router.get("/audits/", response=ListAnswer, summary="Software audits")
def list_audits(request: HttpRequest) -> HttpResponse:
    """The latest first."""
    return list_answer(request, AUDIT_CASES)


@router.post("/audits/", response={202: dict[str, Any]}, summary="Audit a company")
def post_audit(request: HttpRequest, body: AuditBody) -> HttpResponse:
    """A job carries the steps out; the audit is ready when it has its ``evidence_hash``."""
    terms = CaseTerms(body.as_of or timezone.localdate(), body.publisher, body.name)
    made = open_audit(
        actor=actor_in(request), company_id=body.company, terms=terms, deed=CARRY_OUT, at=timezone.now()
    )
    return json_answer(_audit(made), 202)


@router.get("/audits/{int:case_id}/", response=dict[str, Any], summary="One audit")
def get_audit(request: HttpRequest, case_id: int) -> HttpResponse:
    """With how many lines each step found, and how many are open."""
    found = audit_case_for(actor=actor_in(request), case_id=case_id)
    return json_answer(_audit(found) | {"steps": dict(figures_of(case=found))})


@router.get("/audits/{int:case_id}/lines/", response=ListAnswer, summary="Lines of an audit")
def list_lines(request: HttpRequest, case_id: int) -> HttpResponse:
    """``step=uncovered``, ``settlement=`` and the like narrow them."""
    audit_case_for(actor=actor_in(request), case_id=case_id)
    return list_answer(request, AUDIT_LINES, case_id=case_id)


@router.get("/audits/{int:case_id}/findings/", response=dict[str, Any], summary="The findings")
def get_findings(request: HttpRequest, case_id: int) -> HttpResponse:
    """``format=pdf`` (unless told) or html, for who may see prices and export."""
    form = "html" if request.GET.get("format") == "html" else "pdf"
    _name, kind, content = findings_file(actor=actor_in(request), case_id=case_id, form=form)
    return HttpResponse(content, content_type=kind)


@router.post("/audits/{int:case_id}/settle/", response=dict[str, Any], summary="Settle lines")
def post_settlement(request: HttpRequest, case_id: int, body: SettlementBody) -> HttpResponse:
    """How many were settled, and why others could not be."""
    number, troubles = settle_lines(
        actor=actor_in(request), case_id=case_id, line_ids=body.lines, settlement=body.settlement, note=body.note,
        licence_id=body.licence, at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    return json_answer({"settled": number, "troubles": troubles})


@router.post("/audits/{int:case_id}/close/", response=dict[str, Any], summary="Close an audit")
def post_close(request: HttpRequest, case_id: int) -> HttpResponse:
    """Its findings and settlements stay as they are; the hash covers them and the evidence."""
    return json_answer(_audit(close_audit(actor=actor_in(request), case_id=case_id, at=timezone.now())))


@router.put("/companies/{int:company_id}/audit-plan/", response=dict[str, Any], summary="Plan audits")
def put_plan(request: HttpRequest, company_id: int, body: PlanBody) -> HttpResponse:
    """With the rights its maker has on each day."""
    plan = plan_audits(
        actor=actor_in(request), company_id=company_id, cadence=body.cadence, at=timezone.now(), on=timezone.localdate()
    )  # fmt: skip
    told = None if plan is None else {"cadence": plan.cadence, "next_on": plan.next_on}
    return json_answer({"company": company_id, "plan": told})


def _audit(found: AuditCase) -> dict[str, Any]:
    names = (
        "id",
        "name",
        "as_of",
        "opened_at",
        "opened_by",
        "evidence_hash",
        "closed_at",
        "closed_by",
        "sha256",
    )
    told = {name: getattr(found, name) for name in names}
    keys = {name: getattr(found, f"{name}_id") for name in ("company", "publisher", "run", "job", "article")}
    return told | keys
