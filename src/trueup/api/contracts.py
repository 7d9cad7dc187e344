"""Contracts: agreements, enterprise agreements and supports, and what stands under them."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictBool, StrictInt

from trueup.api.lists import ListAnswer, json_answer, list_answer, money_as_json
from trueup.api.requests import Body, actor_in, day_in, revision_in
from trueup.base.access import Permission
from trueup.contracts.actions import (
    change_contract,
    cover_devices,
    create_contract,
    retire_contract,
    uncover_device,
)
from trueup.contracts.columns import CONTRACTS
from trueup.contracts.queries import chain_of, contract_for, devices_under
from trueup.contracts.terms import ContractTerms
from trueup.licences.covering import count_under, licences_under, link_licences, spend_under, unlink_licence
from trueup.licences.renewing import renew_contract

router = Router(tags=["contracts"])
TERMS = {one.name for one in fields(ContractTerms)}
MOST_IDS = 1000


class TermsBody(Body):
    """What was agreed. ``valid_to`` is the last covered day; without it there is no end."""

    name: str = Field(max_length=200)
    kind: str = "agreement"
    number: str = Field("", max_length=100)
    supplier: str = Field("", max_length=200)
    parties: str = Field("", max_length=500)
    covers_children: StrictBool = False
    valid_from: date
    valid_to: date | None = None
    renews_itself: StrictBool = False
    notice_days: StrictInt | None = None
    price_cap_percent: Decimal | None = Field(None, max_digits=5, decimal_places=2)
    true_up_on: date | None = None
    baseline_units: StrictInt | None = Field(None, le=2**53)
    price: Decimal | None = Field(None, max_digits=16, decimal_places=4)
    currency: str = Field("", max_length=3)
    service_level: str = Field("", max_length=2000)
    portal_url: str = Field("", max_length=500)
    owner: StrictInt | None = Field(None, le=2**63 - 1)
    tags: list[str] = Field(default_factory=list, max_length=100)
    remarks: str = ""


class ContractBody(TermsBody):
    """A new contract."""

    company: StrictInt = Field(le=2**63 - 1)


class SuccessorBody(TermsBody):
    """The contract that follows; ``confirmed`` says that a gap or an overlap is meant."""

    confirmed: StrictBool = False
    plan: StrictInt | None = Field(None, le=2**63 - 1)


class ContractChange(Body):
    """Fields to change; what is not named stays."""

    name: str | None = Field(None, max_length=200)
    kind: str | None = None
    number: str | None = Field(None, max_length=100)
    supplier: str | None = Field(None, max_length=200)
    parties: str | None = Field(None, max_length=500)
    covers_children: StrictBool | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    renews_itself: StrictBool | None = None
    notice_days: StrictInt | None = None
    price_cap_percent: Decimal | None = Field(None, max_digits=5, decimal_places=2)
    true_up_on: date | None = None
    baseline_units: StrictInt | None = Field(None, le=2**53)
    price: Decimal | None = Field(None, max_digits=16, decimal_places=4)
    currency: str | None = Field(None, max_length=3)
    service_level: str | None = Field(None, max_length=2000)
    portal_url: str | None = Field(None, max_length=500)
    owner: StrictInt | None = Field(None, le=2**63 - 1)
    tags: list[str] | None = Field(None, max_length=100)
    remarks: str | None = None


EMPTY_MEANS_NONE = frozenset(
    {"valid_to", "notice_days", "price_cap_percent", "true_up_on", "baseline_units", "price", "owner"}
)


class DevicesBody(Body):
    """Devices of the contract's company, by id."""

    devices: list[StrictInt] = Field(max_length=MOST_IDS)


class LicencesBody(Body):
    """Licences of the contract's company, by id."""

    licences: list[StrictInt] = Field(max_length=MOST_IDS)


def _terms(given: dict[str, Any]) -> dict[str, Any]:
    """The body's names as the room's: the last covered day becomes the day after it; null in a text is empty."""
    found: dict[str, Any] = {
        name: "" if value is None and name not in EMPTY_MEANS_NONE else value for name, value in given.items()
    }
    if "valid_to" in found:
        last = found.pop("valid_to")
        found["valid_until"] = None if last is None else last + timedelta(days=1)
    if "owner" in found:
        found["owner_id"] = found.pop("owner")
    if "tags" in found:
        found["tags"] = tuple(found["tags"])
    return found


@router.get("/contracts/", response=ListAnswer, summary="Contracts one may see, with their state of a day")
def list_contracts(request: HttpRequest) -> HttpResponse:
    """Every column is a filter (``state=ending``, ``valid_to__lte=2026-12-31``); ``on=`` asks about a day."""
    return list_answer(request, CONTRACTS, on=day_in(request))


@router.post("/contracts/", response={201: dict[str, Any]}, summary="Write a contract down")
def post_contract(request: HttpRequest, body: ContractBody) -> HttpResponse:
    """Answers 201 with the contract."""
    terms = _terms(body.model_dump(exclude={"company"}))
    made = create_contract(
        actor=actor_in(request), company_id=body.company, terms=ContractTerms(**terms), at=timezone.now()
    )
    return _answer(request, made.pk, 201)


@router.get("/contracts/{int:contract_id}/", response=dict[str, Any], summary="One contract")
def get_contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """With its state, its chain of terms, what was spent to date and the count of today."""
    return _answer(request, contract_id)


@router.patch("/contracts/{int:contract_id}/", response=dict[str, Any], summary="Change named fields")
def patch_contract(request: HttpRequest, contract_id: int, body: ContractChange) -> HttpResponse:
    """``If-Match`` with the ETag refuses to overwrite somebody else's change (412)."""
    change_contract(
        actor=actor_in(request),
        contract_id=contract_id,
        changes=_terms(body.named()),
        revision=revision_in(request),
        at=timezone.now(),
    )
    return _answer(request, contract_id)


@router.post("/contracts/{int:contract_id}/retire/", response=dict[str, Any], summary="Retire a contract")
def post_contract_retire(request: HttpRequest, contract_id: int) -> HttpResponse:
    """There is no delete: it leaves Renewals, takes no new lines and stays readable."""
    retire_contract(actor=actor_in(request), contract_id=contract_id, at=timezone.now())
    return _answer(request, contract_id)


@router.post(
    "/contracts/{int:contract_id}/renew/",
    response={201: dict[str, Any]},
    summary="Write down the contract that follows",
)
def post_contract_renew(request: HttpRequest, contract_id: int, body: SuccessorBody) -> HttpResponse:
    """409 ``TermsNotJoined`` for a gap or an overlap that is not ``confirmed``; licences and devices come along."""
    terms = ContractTerms(**_terms(body.model_dump(exclude={"confirmed", "plan"})))
    made = renew_contract(
        actor=actor_in(request), contract_id=contract_id, terms=terms, at=timezone.now(), confirmed=body.confirmed,
        plan_id=body.plan,
    )  # fmt: skip
    return _answer(request, made.pk, 201)


@router.get(
    "/contracts/{int:contract_id}/licences/", response=ListAnswer, summary="Licences under a contract"
)
def list_contract_licences(request: HttpRequest, contract_id: int) -> HttpResponse:
    """As a whole or by a line made under it."""
    actor, on = actor_in(request), day_in(request)
    contract_for(actor=actor, contract_id=contract_id, on=on)
    rows = licences_under(actor=actor, contract_id=contract_id, on=on).select_related("product")
    found = [
        {"id": one.pk, "product": one.product.name, "purchased": one.purchased, "used": one.used, "valid_to": one.valid_to}
        for one in rows
    ]  # fmt: skip
    return json_answer({"results": found, "next": None, "count": len(found)})


@router.post(
    "/contracts/{int:contract_id}/licences/", response=dict[str, int], summary="Put licences under a contract"
)
def post_contract_licences(request: HttpRequest, contract_id: int, body: LicencesBody) -> HttpResponse:
    """Answers with how many were not there before."""
    added = link_licences(
        actor=actor_in(request), contract_id=contract_id, licence_ids=body.licences, at=timezone.now()
    )
    return json_answer({"added": added})


@router.post(
    "/contracts/{int:contract_id}/licences/{int:licence_id}/remove/",
    response={204: None},
    summary="Take a licence off",
)
def post_contract_licence_removal(request: HttpRequest, contract_id: int, licence_id: int) -> HttpResponse:
    """Lines made under the contract stay where they are; the history keeps that it was covered."""
    unlink_licence(actor=actor_in(request), contract_id=contract_id, licence_id=licence_id, at=timezone.now())
    return HttpResponse(status=204)


@router.get("/contracts/{int:contract_id}/devices/", response=ListAnswer, summary="Devices a contract covers")
def list_contract_devices(request: HttpRequest, contract_id: int) -> HttpResponse:
    """By host name."""
    actor = actor_in(request)
    contract_for(actor=actor, contract_id=contract_id, on=day_in(request))
    rows = devices_under(actor=actor, contract_id=contract_id)
    found = list(rows.values("id", "hostname", "serial", "kind", "status"))
    return json_answer({"results": found, "next": None, "count": len(found)})


@router.post(
    "/contracts/{int:contract_id}/devices/", response=dict[str, int], summary="Put devices under a contract"
)
def post_contract_devices(request: HttpRequest, contract_id: int, body: DevicesBody) -> HttpResponse:
    """Answers with how many were not there before."""
    added = cover_devices(
        actor=actor_in(request), contract_id=contract_id, device_ids=body.devices, at=timezone.now()
    )
    return json_answer({"added": added})


@router.post(
    "/contracts/{int:contract_id}/devices/{int:device_id}/remove/",
    response={204: None},
    summary="Take a device off",
)
def post_contract_device_removal(request: HttpRequest, contract_id: int, device_id: int) -> HttpResponse:
    """The history keeps that it was covered."""
    uncover_device(actor=actor_in(request), contract_id=contract_id, device_id=device_id, at=timezone.now())
    return HttpResponse(status=204)


def _answer(request: HttpRequest, contract_id: int, status: int = 200) -> HttpResponse:
    actor, on = actor_in(request), day_in(request)
    one = contract_for(actor=actor, contract_id=contract_id, on=on)
    counts = count_under(actor=actor, contract_id=contract_id, on=on)
    plain = TERMS - {"price", "currency", "owner_id", "valid_until"}
    body = {"id": one.pk, **{name: getattr(one, name) for name in sorted(plain)}} | {
        "company": {"id": one.company_id, "name": one.company.name},
        "owner": None if one.owner is None else {"id": one.owner_id, "name": one.owner.name},
        "valid_to": one.valid_to,
        "decide_by": one.decide_by,
        "state": one.state,
        "devices": one.devices,
        "count_today": sum(count.used for count in counts),
        "chain": [term.pk for term in chain_of(actor=actor, contract_id=contract_id)],
        "superseded_by": one.superseded_by_id,
        "retired_at": one.retired_at,
        "revision": one.revision,
    }
    if actor.may(Permission.PRICES_VIEW, one.company_id):
        body["price"] = money_as_json(one.price, one.currency)
        spent = spend_under(actor=actor, contract_id=contract_id, on=on)
        body["spent_to_date"] = [money_as_json(amount, currency) for amount, currency in spent]
    return json_answer(body, status, ETag=f'"r{one.revision}"')
