"""Companies."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field

from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in
from trueup.tenancy.actions import create_company
from trueup.tenancy.columns import COMPANIES
from trueup.tenancy.queries import company_for

router = Router(tags=["companies"])


class CompanyBody(Body):
    """A new company."""

    name: str = Field(max_length=200)
    currency: str = "EUR"


@router.get(
    "/companies/",
    response=ListAnswer,
    openapi_extra=list_parameters(COMPANIES),
    summary="Companies one may see",
)
def list_companies(request: HttpRequest) -> HttpResponse:
    """By name."""
    return list_answer(request, COMPANIES)


@router.post("/companies/", response={201: dict[str, Any]}, summary="Make a company")
def post_company(request: HttpRequest, body: CompanyBody) -> HttpResponse:
    """Needs an owner over all companies."""
    company = create_company(
        actor=actor_in(request), name=body.name, currency=body.currency, at=timezone.now()
    )
    return json_answer({"id": company.pk, "name": company.name, "currency": company.currency}, 201)


@router.get("/companies/{int:company_id}/", response=dict[str, Any], summary="One company")
def get_company(request: HttpRequest, company_id: int) -> HttpResponse:
    """With its policy beyond the limit."""
    company = company_for(actor=actor_in(request), company_id=company_id)
    body = {
        "id": company.pk,
        "name": company.name,
        "currency": company.currency,
        "policy": company.policy,
        "near_limit_percent": company.near_limit_percent,
    }
    return json_answer(body)
