"""Rights of use of licences, and the order in which a company uses its rights."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictBool, StrictInt

from trueup.api.lists import json_answer
from trueup.api.requests import Body, actor_in
from trueup.compliance.orders import choose_cover_order
from trueup.licences.queries import licence_for
from trueup.licences.use_rights import Component, RightsTerms, agree_rights, rights_of

router = Router(tags=["licences"])
NAMES = (
    "downgrade", "downgrade_depth", "covers_lower_editions", "second_use", "virtual_per_unit", "installs_per_unit",
    "never_held", "clause",
)  # fmt: skip


class ComponentBody(Body):
    """A product that a unit of the suite covers."""

    product: StrictInt
    edition: StrictInt | None = None


class RightsBody(Body):
    """All rights of a licence; one left out is not there."""

    downgrade: str = "none"
    downgrade_depth: StrictInt | None = None
    covers_lower_editions: StrictBool = False
    second_use: StrictBool = False
    virtual_per_unit: StrictInt | None = None
    installs_per_unit: StrictInt | None = None
    never_held: StrictBool = False
    clause: str = Field("", max_length=300)
    components: list[ComponentBody] = Field(default_factory=list, max_length=40)


class OrderBody(Body):
    """``cheapest`` or ``order``, of a company as a whole or of one of its contracts."""

    company: StrictInt
    contract: StrictInt | None = None
    order: str


@router.get(
    "/licences/{int:licence_id}/rights/", response=dict[str, Any], summary="What the terms of a licence allow"
)
def get_rights(request: HttpRequest, licence_id: int) -> HttpResponse:
    """``written`` is false where nobody wrote them down: then every version counts as covered, and positions say so."""
    return _answer(request, licence_id)


@router.put(
    "/licences/{int:licence_id}/rights/",
    response=dict[str, Any],
    summary="Write down what the terms of a licence allow",
)
def put_rights(request: HttpRequest, licence_id: int, body: RightsBody) -> HttpResponse:
    """In place of what was known before; the next run counts with it."""
    agree_rights(
        actor=actor_in(request),
        licence_id=licence_id,
        terms=RightsTerms(**{name: getattr(body, name) for name in NAMES}),
        components=[Component(one.product, one.edition) for one in body.components],
        at=timezone.now(),
    )
    return _answer(request, licence_id)


@router.put("/cover-orders/", response=dict[str, Any], summary="Choose how rights are used")
def put_order(request: HttpRequest, body: OrderBody) -> HttpResponse:
    """The cheapest lawful way, or the order of consumption that some contracts demand; from the next run on."""
    choose_cover_order(
        actor=actor_in(request),
        company_id=body.company,
        contract_id=body.contract,
        order=body.order,
        at=timezone.now(),
    )
    return json_answer({"company": body.company, "contract": body.contract, "order": body.order})


def _answer(request: HttpRequest, licence_id: int) -> HttpResponse:
    actor = actor_in(request)
    licence_for(actor=actor, licence_id=licence_id, on=timezone.localdate())
    known, components = rights_of(actor=actor, licence_id=licence_id)
    body: dict[str, Any] = {"licence": licence_id, "written": known is not None}
    body |= {name: getattr(known, name) for name in NAMES} if known else {}
    body["components"] = [
        {"product": one.product_id, "name": one.product.name, "edition": one.edition_id} for one in components
    ]
    return json_answer(body)
