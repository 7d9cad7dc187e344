"""What inventories found: titles, installations, and the receipts they came in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, list_answer
from trueup.inventory.columns import INSTALLATIONS, RECEIPTS, TITLES

router = Router(tags=["inventory"])


@router.get(
    "/titles/",
    response=ListAnswer,
    openapi_extra=list_parameters(TITLES),
    summary="Discovered titles, most widespread first",
)
def list_titles(request: HttpRequest) -> HttpResponse:
    """``status=unrecognised`` are those no rule knows."""
    return list_answer(request, TITLES)


@router.get(
    "/installations/",
    response=ListAnswer,
    openapi_extra=list_parameters(INSTALLATIONS),
    summary="What is installed where",
)
def list_installations(request: HttpRequest) -> HttpResponse:
    """Filter by ``device=``, ``product=`` or ``status=``."""
    return list_answer(request, INSTALLATIONS)


@router.get(
    "/receipts/",
    response=ListAnswer,
    openapi_extra=list_parameters(RECEIPTS),
    summary="Inventories as they came in",
)
def list_receipts(request: HttpRequest) -> HttpResponse:
    """Trouble stays visible here."""
    return list_answer(request, RECEIPTS)
