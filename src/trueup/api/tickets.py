"""Tickets: what stands at a company's desk, saying again what was not taken, and the desk itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field, StrictBool, StrictInt

from trueup.alerts.desk_lines import checked_about
from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in
from trueup.base.problems import NotFound
from trueup.tenancy.queries import company_for
from trueup.tickets.actions import DeskTerms, retry_errands, set_up_desk, withdraw_desk
from trueup.tickets.columns import TICKETS
from trueup.tickets.queries import desk_for, errands_of, ticket_for
from trueup.vault.plain import Plain

if TYPE_CHECKING:
    from trueup.tickets.models import Desk, Ticket

router = Router(tags=["tickets"])


class DeskBody(Body):
    """A ticket system. ``secret`` is a password, or a token where no name is given; it is sealed and never answered."""

    kind: Literal["request_tracker", "roundup"]
    url: str = Field(max_length=500)
    secret: str = Field(max_length=1000)
    username: str = Field("", max_length=100)
    queue: str = Field("", max_length=100)
    requestor: str = Field("", max_length=254)
    about: list[str] = Field(default=["ends", "short"], max_length=30)
    lead_days: StrictInt = Field(60, le=3650)
    instead_of_mail: StrictBool = False
    closes: StrictBool = True


@router.get("/tickets/", response=ListAnswer, openapi_extra=list_parameters(TICKETS), summary="Tickets")
def list_tickets(request: HttpRequest) -> HttpResponse:
    """One for each company and kind while anything of it holds, latest first."""
    return list_answer(request, TICKETS)


@router.get("/tickets/{int:ticket_id}/", response=dict[str, Any], summary="One ticket")
def get_ticket(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """What it says now, and what was and is to be said of it at the desk."""
    return _answer(request, ticket_id)


@router.post(
    "/tickets/{int:ticket_id}/retry/", response=dict[str, Any], summary="Say again what was given up"
)
def post_retry(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """A ticket is looked for by its mark before it is opened, so there is never a second one."""
    retry_errands(actor=actor_in(request), ticket_id=ticket_id, at=timezone.now())
    return _answer(request, ticket_id)


@router.get(
    "/companies/{int:company_id}/desk/", response=dict[str, Any], summary="Where tickets of a company go"
)
def get_desk(request: HttpRequest, company_id: int) -> HttpResponse:
    """404 where it has no desk; never the secret."""
    actor = actor_in(request)
    company_for(actor=actor, company_id=company_id)
    found = desk_for(actor=actor, company_id=company_id)
    if found is None:
        raise NotFound(_("This company has no desk for tickets."))
    return json_answer(_desk(found))


@router.put("/companies/{int:company_id}/desk/", response=dict[str, Any], summary="Set a company's desk up")
def put_desk(request: HttpRequest, company_id: int, body: DeskBody) -> HttpResponse:
    """``about`` are kinds of alerts and findings. One it had before is withdrawn, its tickets stay there as they are."""
    actor = actor_in(request)
    company_for(actor=actor, company_id=company_id)
    given = body.model_dump(exclude={"secret", "about"})
    terms = DeskTerms(**given, secret=Plain(body.secret), about=checked_about(body.about))
    return json_answer(_desk(set_up_desk(actor=actor, company_id=company_id, terms=terms, at=timezone.now())))


@router.post(
    "/companies/{int:company_id}/desk/withdraw/", response={204: None}, summary="Tell a desk nothing more"
)
def post_withdraw_desk(request: HttpRequest, company_id: int) -> HttpResponse:
    """What was still to be said is given up."""
    actor = actor_in(request)
    company_for(actor=actor, company_id=company_id)
    withdraw_desk(actor=actor, company_id=company_id, at=timezone.now())
    return HttpResponse(status=204)


def _answer(request: HttpRequest, ticket_id: int) -> HttpResponse:
    actor = actor_in(request)
    found = ticket_for(actor=actor, ticket_id=ticket_id)
    names = ("does", "state", "attempts", "error", "created_at", "done_at")
    errands = list(errands_of(actor=actor, ticket_id=ticket_id).values(*names))
    return json_answer({**_ticket(found), "errands": errands})


def _ticket(found: Ticket) -> dict[str, Any]:
    names = ("id", "about", "title", "rows", "remote_id", "opened_at", "told_at", "closed_at")
    return {
        "company": found.company_id,
        "desk": found.desk_id,
        **{name: getattr(found, name) for name in names},
    }


def _desk(found: Desk) -> dict[str, Any]:
    names = (
        "id", "kind", "url", "username", "queue", "requestor", "about", "lead_days", "instead_of_mail", "closes",
        "created_at",
    )  # fmt: skip
    return {"company": found.company_id, **{name: getattr(found, name) for name in names}}
