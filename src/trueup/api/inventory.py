"""What inventories found: titles, installations, and the receipts they came in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from trueup.api.lists import ListAnswer, list_answer
from trueup.inventory.columns import INSTALLATIONS, RECEIPTS, TITLES

router = Router(tags=["inventory"])


@router.get("/titles/", response=ListAnswer, summary="Discovered titles, most widespread first")
def list_titles(request: HttpRequest) -> HttpResponse:
    """``status=unrecognised`` are those no rule knows."""
    return list_answer(request, TITLES)


@router.get("/installations/", response=ListAnswer, summary="What is installed where")
def list_installations(request: HttpRequest) -> HttpResponse:
    """Filter by ``device=``, ``product=`` or ``status=``."""
    return list_answer(request, INSTALLATIONS)


@router.get("/receipts/", response=ListAnswer, summary="Inventories as they came in")
def list_receipts(request: HttpRequest) -> HttpResponse:
    """Trouble stays visible here."""
    return list_answer(request, RECEIPTS)
