"""Deliveries: what is owed and was sent, sending it again, and the endpoints webhooks go to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in
from trueup.deliveries.actions import (
    add_endpoint,
    renew_endpoint_secret,
    replay_delivery,
    withdraw_endpoint,
)
from trueup.deliveries.columns import DELIVERIES
from trueup.deliveries.queries import attempts_of, delivery_for, endpoint_for, endpoints_visible_to

if TYPE_CHECKING:
    from trueup.deliveries.models import Delivery, Endpoint

router = Router(tags=["deliveries"])


class EndpointBody(Body):
    """Where webhooks of a company go."""

    company: StrictInt = Field(le=2**63 - 1)
    name: str = Field(max_length=100)
    url: str = Field(max_length=500)


@router.get("/deliveries/", response=ListAnswer, summary="Mails and webhooks that are owed and were sent")
def list_deliveries(request: HttpRequest) -> HttpResponse:
    """With state and error, latest first."""
    return list_answer(request, DELIVERIES)


@router.get("/deliveries/{int:delivery_id}/", response=dict[str, Any], summary="One delivery")
def get_delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """What it says, and every attempt with its answer."""
    actor = actor_in(request)
    found = delivery_for(actor=actor, delivery_id=delivery_id)
    tries = attempts_of(actor=actor, delivery_id=delivery_id).values("tried_at", "is_taken", "answer")
    return json_answer({**_delivery(found), "body": found.body, "tries": list(tries)})


@router.post(
    "/deliveries/{int:delivery_id}/replay/", response=dict[str, Any], summary="Send a delivery again"
)
def post_replay(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Under the same uid: a receiver that knows it already can tell."""
    return json_answer(
        _delivery(replay_delivery(actor=actor_in(request), delivery_id=delivery_id, at=timezone.now()))
    )


@router.get("/endpoints/", response=dict[str, Any], summary="Where webhooks go")
def list_endpoints(request: HttpRequest) -> HttpResponse:
    """Endpoints in use; never their secrets."""
    results = [_endpoint(one) for one in endpoints_visible_to(actor=actor_in(request))]
    return json_answer({"results": results, "next": None, "count": len(results)})


@router.post("/endpoints/", response={201: dict[str, Any]}, summary="Send webhooks to an address")
def post_endpoint(request: HttpRequest, body: EndpointBody) -> HttpResponse:
    """The signing secret is in this answer and in no other."""
    made, secret = add_endpoint(
        actor=actor_in(request), company_id=body.company, name=body.name, url=body.url, at=timezone.now()
    )
    answer = {
        **_endpoint(endpoint_for(actor=actor_in(request), endpoint_id=made.pk)),
        "secret": secret.expose(),
    }
    return _unkept(json_answer(answer, 201))


@router.post(
    "/endpoints/{int:endpoint_id}/renew-secret/", response=dict[str, Any], summary="A new signing secret"
)
def post_renew_secret(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """For a day both sign. The new one is in this answer and in no other."""
    secret = renew_endpoint_secret(actor=actor_in(request), endpoint_id=endpoint_id, at=timezone.now())
    return _unkept(json_answer({"id": endpoint_id, "secret": secret.expose()}))


@router.post(
    "/endpoints/{int:endpoint_id}/delete/", response={204: None}, summary="Send no more webhooks there"
)
def post_endpoint_delete(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """What waits for it is given up."""
    withdraw_endpoint(actor=actor_in(request), endpoint_id=endpoint_id, at=timezone.now())
    return HttpResponse(status=204)


def _unkept(answer: HttpResponse) -> HttpResponse:
    """An answer with a secret in it is kept nowhere on its way."""
    answer["Cache-Control"] = "no-store"
    return answer


def _delivery(found: Delivery) -> dict[str, Any]:
    names = ("id", "uid", "channel", "recipient", "topic", "subject", "state", "attempts", "error", "created_at", "due_at", "sent_at")  # fmt: skip
    company = {"id": found.company_id, "name": found.company.name}
    return {**{name: getattr(found, name) for name in names}, "company": company}


def _endpoint(found: Endpoint) -> dict[str, Any]:
    company = {"id": found.company_id, "name": found.company.name}
    return {
        "id": found.pk,
        "name": found.name,
        "url": found.url,
        "company": company,
        "created_at": found.created_at,
    }
