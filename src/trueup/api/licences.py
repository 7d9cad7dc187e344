"""Licences, their purchase lines, their ledger."""

from __future__ import annotations

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
from trueup.licences.actions import add_purchase, change_licence, create_licence, retire_licence
from trueup.licences.columns import LICENCES
from trueup.licences.lines import LicenceTerms, LineTerms
from trueup.licences.metrics import noun
from trueup.licences.queries import licence_for, movements_of, purchases_of

router = Router(tags=["licences"])


class LineBody(Body):
    """One purchase line. ``valid_to`` is the last covered day; without it the line is perpetual."""

    units: StrictInt = 0
    unlimited: StrictBool = False
    kind: str = "purchase"
    valid_from: date
    valid_to: date | None = None
    price: Decimal | None = None
    currency: str = ""
    basis: str = "total"
    order_number: str = ""
    invoice_number: str = ""
    invoice_on: date | None = None
    supplier: str = ""
    renews_itself: StrictBool = False
    notice_days: StrictInt | None = None

    def terms(self) -> LineTerms:
        """The line as the room takes it."""
        until = None if self.valid_to is None else self.valid_to + timedelta(days=1)
        return LineTerms(
            units=self.units, valid_from=self.valid_from, valid_until=until, kind=self.kind, is_unlimited=self.unlimited,
            price=self.price, currency=self.currency, basis=self.basis, order_number=self.order_number,
            invoice_number=self.invoice_number, invoice_on=self.invoice_on, supplier=self.supplier,
            renews_itself=self.renews_itself, notice_days=self.notice_days,
        )  # fmt: skip


class LicenceBody(Body):
    """A new licence with its first line."""

    company: StrictInt
    product: StrictInt
    metric: str
    edition: StrictInt | None = None
    version: StrictInt | None = None
    region: StrictInt | None = None
    policy: str = ""
    owner: StrictInt | None = None
    inventory_number: str = Field("", max_length=100)
    remarks: str = ""
    tags: list[str] = Field(default_factory=list)
    source: str = Field("", max_length=60)
    external_id: str = Field("", max_length=200)
    line: LineBody | None = None


class LicenceChange(Body):
    """Fields to change; what is not named stays."""

    policy: str | None = None
    owner: StrictInt | None = None
    region: StrictInt | None = None
    inventory_number: str | None = Field(None, max_length=100)
    remarks: str | None = None
    tags: list[str] | None = None


@router.get("/", response=ListAnswer, summary="Licences one may see, with purchased, used and free")
def list_licences(request: HttpRequest) -> HttpResponse:
    """Every column is a filter (``free__lt=1``); ``on=`` asks about a day; ``sort=-free`` sorts."""
    return list_answer(request, LICENCES, on=day_in(request))


@router.post("/", response={201: dict[str, Any]}, summary="Make a licence and its first purchase line")
def post_licence(request: HttpRequest, body: LicenceBody) -> HttpResponse:
    """Answers 201 with the licence."""
    terms = LicenceTerms(
        product_id=body.product, metric=body.metric, edition_id=body.edition, version_id=body.version,
        region_id=body.region, policy=body.policy, owner_id=body.owner, inventory_number=body.inventory_number,
        remarks=body.remarks, tags=tuple(body.tags), source=body.source, external_id=body.external_id,
    )  # fmt: skip
    licence = create_licence(
        actor=actor_in(request),
        company_id=body.company,
        terms=terms,
        line=body.line.terms() if body.line else None,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return _answer(request, licence.pk, 201)


@router.get("/{int:licence_id}/", response=dict[str, Any], summary="One licence")
def get_licence(request: HttpRequest, licence_id: int) -> HttpResponse:
    """With its figures of the day; never a key."""
    return _answer(request, licence_id)


@router.patch("/{int:licence_id}/", response=dict[str, Any], summary="Change named fields of a licence")
def patch_licence(request: HttpRequest, licence_id: int, body: LicenceChange) -> HttpResponse:
    """``If-Match`` with the ETag refuses to overwrite somebody else's change (412)."""
    names = {"owner": "owner_id", "region": "region_id"}
    change_licence(
        actor=actor_in(request),
        licence_id=licence_id,
        changes={names.get(name, name): value for name, value in body.named().items()},
        revision=revision_in(request),
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return _answer(request, licence_id)


@router.post("/{int:licence_id}/retire/", response=dict[str, Any], summary="Retire a licence nobody holds")
def post_retire(request: HttpRequest, licence_id: int) -> HttpResponse:
    """It takes no new holder and stays readable."""
    retire_licence(actor=actor_in(request), licence_id=licence_id, at=timezone.now(), on=timezone.localdate())
    return _answer(request, licence_id)


@router.get("/{int:licence_id}/purchases/", response=ListAnswer, summary="The purchase lines of a licence")
def list_lines(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Latest first; taken-back lines last."""
    actor = actor_in(request)
    licence = licence_for(actor=actor, licence_id=licence_id, on=day_in(request))
    prices = actor.may(Permission.PRICES_VIEW, licence.company_id)
    lines = [_line(line, prices=prices) for line in purchases_of(actor=actor, licence_id=licence_id)]
    return json_answer({"results": lines, "next": None, "count": len(lines)})


@router.post("/{int:licence_id}/purchases/", response={201: dict[str, Any]}, summary="Add a purchase line")
def post_line(request: HttpRequest, licence_id: int, body: LineBody) -> HttpResponse:
    """Units and cost change from its first day only."""
    actor = actor_in(request)
    line = add_purchase(
        actor=actor, licence_id=licence_id, line=body.terms(), at=timezone.now(), on=timezone.localdate()
    )
    return json_answer(_line(line, prices=actor.may(Permission.PRICES_VIEW, line.company_id)), 201)


@router.get("/{int:licence_id}/movements/", response=ListAnswer, summary="The ledger of a licence")
def list_movements(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Every change of what is granted and held, with the balance it led to; the latest 200."""
    actor = actor_in(request)
    licence_for(actor=actor, licence_id=licence_id, on=day_in(request))
    found = movements_of(actor=actor, licence_id=licence_id)
    fields = (
        "id",
        "account",
        "units",
        "balance",
        "effective_on",
        "moved_at",
        "cause",
        "purchase_id",
        "assignment_id",
        "actor",
    )
    return json_answer(
        {"results": list(found.reverse().values(*fields)[:200]), "next": None, "count": found.count()}
    )


def _line(line: Any, *, prices: bool) -> dict[str, Any]:
    money = {"price": money_as_json(line.price, line.currency), "basis": line.basis} if prices else {}
    return {
        "id": line.pk,
        "kind": line.kind,
        "units": line.units,
        "unlimited": line.is_unlimited,
        "valid_from": line.valid_from,
        "valid_to": None if line.valid_until is None else line.valid_until - timedelta(days=1),
        "order_number": line.order_number,
        "invoice_number": line.invoice_number,
        "invoice_on": line.invoice_on,
        "supplier": line.supplier,
        "renews_itself": line.renews_itself,
        "notice_days": line.notice_days,
        "voided_at": line.voided_at,
        **money,
    }


def _answer(request: HttpRequest, licence_id: int, status: int = 200) -> HttpResponse:
    actor = actor_in(request)
    licence = licence_for(actor=actor, licence_id=licence_id, on=day_in(request))
    body = {
        "id": licence.pk,
        "company": {"id": licence.company_id, "name": licence.company.name},
        "product": {"id": licence.product_id, "name": licence.product.name},
        "publisher": {"id": licence.product.publisher_id, "name": licence.product.publisher.name},
        "edition": None
        if licence.edition is None
        else {"id": licence.edition_id, "name": licence.edition.name},
        "version": None
        if licence.version is None
        else {"id": licence.version_id, "name": licence.version.name},
        "metric": licence.metric,
        "unit": noun(licence.metric),
        "region": {"id": licence.region_id, "name": licence.region.name},
        "policy": licence.policy,
        "owner": None if licence.owner is None else {"id": licence.owner_id, "name": licence.owner.name},
        "inventory_number": licence.inventory_number,
        "remarks": licence.remarks,
        "tags": licence.tags,
        "purchased": licence.purchased,
        "used": licence.used,
        "free": licence.free,
        "unlimited": licence.unlimited,
        "state": licence.state,
        "warnings": _warnings(licence),
        "valid_from": licence.valid_from,
        "valid_to": licence.valid_to,
        "decide_by": licence.decide_by,
        "retired_at": licence.retired_at,
        "source": licence.source,
        "external_id": licence.external_id,
        "revision": licence.revision,
    }
    if actor.may(Permission.PRICES_VIEW, licence.company_id):
        body["annual_cost"] = money_as_json(licence.annual_cost, licence.currency)
    return json_answer(body, status, ETag=f'"r{licence.revision}"')


def _warnings(licence: Any) -> list[str]:
    """What the page says in a banner: near or beyond the limit (R-066)."""
    sentences = {
        "near": f"{licence.used} of {licence.purchased} {noun(licence.metric)} are used.",
        "full": f"All {licence.purchased} {noun(licence.metric)} are used.",
        "over": f"{licence.used} {noun(licence.metric)} are used and {licence.purchased} purchased.",
        "expired": "No purchase line is in force: its units count for nothing.",
    }
    return [sentences[licence.state]] if licence.state in sentences else []
