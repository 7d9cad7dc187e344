"""The audit log: who did what, when, to what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, list_answer
from trueup.api.requests import actor_in
from trueup.audit.columns import AUDIT
from trueup.tenancy.queries import companies_visible_to

router = Router(tags=["audit"])


@router.get("/audit/", response=ListAnswer, openapi_extra=list_parameters(AUDIT), summary="What happened")
def list_entries(request: HttpRequest) -> HttpResponse:
    """Latest first, of companies whose log one may read; what concerns no single company needs that right over all."""
    return list_answer(request, AUDIT, names=companies_visible_to(actor=actor_in(request)))
