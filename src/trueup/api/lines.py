"""Purchase lines and their costs: adding lines, moving units to another company, and what all of it comes to."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field, StrictBool, StrictInt

from trueup.api.lists import ListAnswer, json_answer, money_as_json
from trueup.api.requests import Body, actor_in, day_in
from trueup.base.access import Permission
from trueup.base.listing import page_size
from trueup.base.problems import InvalidValue, UnknownParameter
from trueup.licences.actions import add_purchase
from trueup.licences.costs import By, committed_after, costs_by, months_from, years_from
from trueup.licences.invoices import MOST_COUNTED, invoices_of
from trueup.licences.line_rules import remarks_on
from trueup.licences.lines import LineTerms
from trueup.licences.queries import bare_licence_for, licence_for, purchases_of, shares_of
from trueup.licences.transfers import TransferTerms, transfer_units
from trueup.tenancy.actions import ensure_cost_centres
from trueup.tenancy.queries import company_for

if TYPE_CHECKING:
    from trueup.base.actor import Actor

router = Router(tags=["licences"])
MONTHS = 12


class ShareBody(Body):
    """The part of a line one cost centre pays."""

    cost_centre: str = Field(min_length=1, max_length=60)
    percent: Decimal


class LineBody(Body):
    """One purchase line. ``valid_to`` is the last covered day; without it the line is perpetual.

    ``price`` is per ``basis``: unit, pack or total; left out, it is ``list_price`` less ``discount_percent``.
    """

    units: StrictInt = 0
    unlimited: StrictBool = False
    kind: str = "purchase"
    valid_from: date
    valid_to: date | None = None
    packs: StrictInt | None = None
    pack_size: StrictInt | None = None
    price: Decimal | None = None
    list_price: Decimal | None = None
    discount_percent: Decimal | None = None
    currency: str = ""
    basis: str = "total"
    order_number: str = Field("", max_length=100)
    invoice_number: str = Field("", max_length=100)
    invoice_on: date | None = None
    supplier: str = Field("", max_length=200)
    cost_centre: str = Field("", max_length=60)
    cost_shares: list[ShareBody] = Field(default_factory=list, max_length=100)
    budget: str = Field("", max_length=100)
    covers: StrictInt | None = None
    contract: StrictInt | None = Field(None, le=2**63 - 1)
    renews_itself: StrictBool = False
    notice_days: StrictInt | None = None

    def terms(self, *, actor: Actor, company_id: int) -> LineTerms:
        """The line as the room takes it; cost centres are made where they are missing."""
        until = None if self.valid_to is None else self.valid_to + timedelta(days=1)
        codes = [
            code for code in (self.cost_centre, *(share.cost_centre for share in self.cost_shares)) if code
        ]
        known: dict[str, int] = {}
        if codes:
            company_for(actor=actor, company_id=company_id, permission=Permission.LICENCES_CHANGE)
            known = ensure_cost_centres(actor=actor, company_id=company_id, codes=codes, at=timezone.now())
        return LineTerms(
            units=self.units, valid_from=self.valid_from, valid_until=until, kind=self.kind, is_unlimited=self.unlimited,
            price=self.price, currency=self.currency, basis=self.basis, order_number=self.order_number,
            invoice_number=self.invoice_number, invoice_on=self.invoice_on, supplier=self.supplier,
            renews_itself=self.renews_itself, notice_days=self.notice_days, packs=self.packs, pack_size=self.pack_size,
            list_price=self.list_price, discount_percent=self.discount_percent, budget=self.budget,
            covers_id=self.covers, contract_id=self.contract, cost_centre_id=known.get(self.cost_centre.lower()),
            shares=tuple((known[one.cost_centre.lower()], one.percent) for one in self.cost_shares),
        )  # fmt: skip


class TransferBody(Body):
    """Units for another company: into a licence of it, or into a new one of the same product."""

    units: StrictInt
    company: StrictInt
    licence: StrictInt | None = None
    moved_on: date
    valid_to: date | None = None
    price: Decimal | None = None
    currency: str = ""
    reason: str = Field("", max_length=500)


@router.get(
    "/licences/{int:licence_id}/purchases/", response=ListAnswer, summary="The purchase lines of a licence"
)
def list_lines(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Latest first; taken-back lines last."""
    actor = actor_in(request)
    licence = licence_for(actor=actor, licence_id=licence_id, on=day_in(request))
    prices = actor.may(Permission.PRICES_VIEW, licence.company_id)
    shares = shares_of(actor=actor, licence_id=licence_id)
    found = purchases_of(actor=actor, licence_id=licence_id)
    lines = [_line(line, prices=prices, shares=shares.get(line.pk, ())) for line in found]
    return json_answer({"results": lines, "next": None, "count": len(lines)})


@router.post(
    "/licences/{int:licence_id}/purchases/", response={201: dict[str, Any]}, summary="Add a purchase line"
)
def post_line(request: HttpRequest, licence_id: int, body: LineBody) -> HttpResponse:
    """Units and cost change from its first day only. ``warnings`` says what is odd and was stored all the same."""
    actor = actor_in(request)
    made_id, terms = make_line(actor, licence_id, body)
    line = purchases_of(actor=actor, licence_id=licence_id).get(pk=made_id)
    shares = shares_of(actor=actor, licence_id=licence_id).get(line.pk, ())
    answer = _line(line, prices=actor.may(Permission.PRICES_VIEW, line.company_id), shares=shares)
    return json_answer(answer | {"warnings": remarks_on(terms)}, 201)


def make_line(actor: Actor, licence_id: int, body: LineBody) -> tuple[int, LineTerms]:
    """Add the line of a body to a licence; its id, and the line as the room took it."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=Permission.LICENCES_CHANGE)
    terms = body.terms(actor=actor, company_id=licence.company_id)
    made = add_purchase(
        actor=actor, licence_id=licence_id, line=terms, at=timezone.now(), on=timezone.localdate()
    )
    return made.pk, terms


@router.post(
    "/licences/{int:licence_id}/transfer/",
    response={201: dict[str, Any]},
    summary="Move units to another company",
)
def post_transfer(request: HttpRequest, licence_id: int, body: TransferBody) -> HttpResponse:
    """Two lines in one step. 409 ``StillHeld`` where holders would be left without units."""
    until = None if body.valid_to is None else body.valid_to + timedelta(days=1)
    terms = TransferTerms(
        units=body.units, to_company_id=body.company, to_licence_id=body.licence, moved_on=body.moved_on,
        valid_until=until, price=body.price, currency=body.currency, reason=body.reason,
    )  # fmt: skip
    done = transfer_units(
        actor=actor_in(request),
        licence_id=licence_id,
        terms=terms,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    sides = {"given": done.given, "taken": done.taken}
    facts = {
        name: {"licence": one.licence_id, "purchase": one.pk, "units": one.units}
        for name, one in sides.items()
    }
    return json_answer({"transfer": str(done.given.transfer), **facts}, 201)


class CostsAsked(Body):
    """Which costs: ``by`` what, from a month or (fiscal) year on, over how many."""

    by: By = By.PRODUCT
    year: int | None = Field(None, ge=1990, le=2200)
    month: int = Field(1, ge=1, le=12)
    count: int = Field(1, ge=1, le=120)
    period: str = "year"


@router.get("/costs/", response=ListAnswer, summary="Costs by month or year, of whatever one asks by")
def list_costs(request: HttpRequest, asked: Query[CostsAsked]) -> HttpResponse:
    """``period=month`` from ``year`` (this one) and ``month`` on; ``period=year`` with ``month=4`` is a fiscal year from April.

    One row a currency: two are never added. Dated lines are spread over their days, others cost on their first.
    """
    _refuse_strangers(request, set(CostsAsked.model_fields))
    if asked.period not in {"month", "year"}:
        raise InvalidValue.of(
            "period", _("“%(period)s” is no period: month or year is.") % {"period": asked.period}
        )
    year = asked.year or timezone.localdate().year
    if asked.period == "month":
        turns = months_from(date(year, asked.month, 1), asked.count)
    else:
        turns = years_from(year, asked.count, first_month=asked.month)
    rows = [
        {
            "id": cost.id,
            "name": cost.name,
            "currency": cost.currency,
            "total": f"{cost.total:.2f}",
            "periods": {
                turn.isoformat(): f"{amount:.2f}" for turn, amount in zip(turns, cost.amounts, strict=False)
            },
        }
        for cost in costs_by(actor=actor_in(request), by=asked.by, turns=turns)
    ]
    return json_answer({"results": rows, "next": None, "count": len(rows)})


@router.get(
    "/costs/committed/", response=ListAnswer, summary="What is still to come of the lines written down"
)
def list_committed(request: HttpRequest) -> HttpResponse:
    """One row a currency, from ``on=`` (today) onwards."""
    _refuse_strangers(request, {"on"})
    found = committed_after(actor=actor_in(request), on=day_in(request))
    rows = [{"currency": currency, "amount": f"{amount:.2f}"} for currency, amount in sorted(found.items())]
    return json_answer({"results": rows, "next": None, "count": len(rows)})


@router.get("/invoices/", response=ListAnswer, summary="Invoices with the sum of their lines")
def list_invoices(request: HttpRequest, number: str = "", cursor: str = "", limit: str = "") -> HttpResponse:
    """Several lines may share one invoice (R-040). Latest first; counted up to 10,000 (``count_is_at_least``)."""
    _refuse_strangers(request, {"number", "cursor", "limit"})
    found = invoices_of(actor=actor_in(request), number=number, cursor=cursor, limit=page_size(limit, 50))
    rows = [
        {
            "number": one.number, "supplier": one.supplier, "invoice_on": one.invoice_on, "company": one.company_id,
            "lines": one.lines, "total": money_as_json(one.total, one.currency),
        }
        for one in found.rows
    ]  # fmt: skip
    following = {**request.GET.dict(), "cursor": found.next}
    body = {
        "results": rows,
        "next": f"{request.path}?{urlencode(following)}" if found.next else None,
        "count": found.count,
    }
    return json_answer(body | ({} if found.count < MOST_COUNTED else {"count_is_at_least": True}))


def _refuse_strangers(request: HttpRequest, known: set[str]) -> None:
    """An unknown parameter is refused, never ignored."""
    if strange := sorted(set(request.GET) - known):
        words = _("Unknown parameters: %(names)s. Known: %(known)s.")
        facts = {"names": ", ".join(strange), "known": ", ".join(sorted(known))}
        raise UnknownParameter(words % facts)


def _line(line: Any, *, prices: bool, shares: Any = ()) -> dict[str, Any]:
    until = line.valid_until
    body = {
        "id": line.pk,
        "kind": line.kind,
        "units": line.units,
        "unlimited": line.is_unlimited,
        "valid_from": line.valid_from,
        "valid_to": None if until is None else until - timedelta(days=1),
        "packs": line.packs,
        "pack_size": line.pack_size,
        "covers": line.covers_id,
        "covered_units": line.covered_units,
        "transfer": None if line.transfer is None else str(line.transfer),
        "order_number": line.order_number,
        "invoice_number": line.invoice_number,
        "invoice_on": line.invoice_on,
        "supplier": line.supplier,
        "cost_centre": None if line.cost_centre is None else line.cost_centre.code,
        "cost_shares": [{"cost_centre": code, "percent": f"{percent:f}"} for code, percent in shares],
        "budget": line.budget,
        "renews_itself": line.renews_itself,
        "notice_days": line.notice_days,
        "voided_at": line.voided_at,
    }
    return body | (_money(line) if prices else {})


def _money(line: Any) -> dict[str, Any]:
    discount = line.discount_percent
    return {
        "price": money_as_json(line.price, line.currency),
        "list_price": money_as_json(line.list_price, line.currency),
        "discount_percent": None if discount is None else f"{discount.normalize():f}",
        "basis": line.basis,
        "total": money_as_json(line.total, line.currency),
    }
