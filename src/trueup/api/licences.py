"""Licences, their purchase lines, their ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field, SecretStr, StrictBool, StrictInt

from trueup.api.description import list_parameters
from trueup.api.lines import LineBody
from trueup.api.lists import ListAnswer, json_answer, list_answer, money_as_json
from trueup.api.requests import Body, actor_in, day_in, revision_in
from trueup.assignments.cooling import cooling_of
from trueup.base.access import Permission
from trueup.licences.actions import change_licence, retire_licence
from trueup.licences.columns import LICENCES
from trueup.licences.costs import book_values
from trueup.licences.deleting import delete_licence
from trueup.licences.keys.sealing import create_licence_with_key
from trueup.licences.lines import LicenceTerms
from trueup.licences.metrics import noun, plain_noun
from trueup.licences.queries import LicenceOnDay, licence_for, movements_of
from trueup.licences.seat_terms import SEAT_RULES, SeatTerms
from trueup.vault.plain import Plain

if TYPE_CHECKING:
    from trueup.base.actor import Actor

router = Router(tags=["licences"])


class LicenceBody(Body):
    """A new licence with its first line, and its ``key`` or ``serial_number``, or the word that it has none.

    Keys can be written and are never read back here.
    """

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
    licence_type: str = ""
    provider: str = Field("", max_length=200)
    accounting_id: str = Field("", max_length=100)
    property_of: str = Field("", max_length=200)
    depreciation_percent: Decimal | None = None
    cooldown_days: StrictInt | None = None
    is_transferable: StrictBool = True
    one_per_person: StrictBool = False
    units_on_release: str = "free"
    key: SecretStr | None = None
    serial_number: SecretStr | None = None
    has_no_key: StrictBool = False
    line: LineBody | None = None


class LicenceChange(Body):
    """Fields to change; what is not named stays."""

    policy: str | None = None
    owner: StrictInt | None = None
    region: StrictInt | None = None
    inventory_number: str | None = Field(None, max_length=100)
    remarks: str | None = None
    tags: list[str] | None = None
    licence_type: str | None = None
    provider: str | None = Field(None, max_length=200)
    accounting_id: str | None = Field(None, max_length=100)
    property_of: str | None = Field(None, max_length=200)
    depreciation_percent: Decimal | None = None
    cooldown_days: StrictInt | None = None
    is_transferable: StrictBool | None = None
    one_per_person: StrictBool | None = None
    units_on_release: str | None = None


@router.get(
    "/",
    response=ListAnswer,
    openapi_extra=list_parameters(LICENCES, "on"),
    summary="Licences one may see, with purchased, used and free",
)
def list_licences(request: HttpRequest) -> HttpResponse:
    """Every column is a filter (``free__lt=1``); ``on=`` asks about a day; ``sort=-free`` sorts."""
    return list_answer(request, LICENCES, on=day_in(request))


@router.post("/", response={201: dict[str, Any]}, summary="Make a licence and its first purchase line")
def post_licence(request: HttpRequest, body: LicenceBody) -> HttpResponse:
    """Answers 201 with the licence. 422 ``KeyMissing`` without a key and without ``has_no_key`` (R-036)."""
    return _answer(request, make_licence(actor_in(request), body), 201)


def make_licence(actor: Actor, body: LicenceBody) -> int:
    """Make the licence of a body, with its line and its key; its id."""
    terms = LicenceTerms(
        product_id=body.product, metric=body.metric, edition_id=body.edition, version_id=body.version,
        region_id=body.region, policy=body.policy, owner_id=body.owner, inventory_number=body.inventory_number,
        remarks=body.remarks, tags=tuple(body.tags), source=body.source, external_id=body.external_id,
        licence_type=body.licence_type, provider=body.provider, accounting_id=body.accounting_id,
        property_of=body.property_of, depreciation_percent=body.depreciation_percent,
        seats=SeatTerms(body.cooldown_days, body.is_transferable, body.one_per_person, body.units_on_release),
    )  # fmt: skip
    licence = create_licence_with_key(
        actor=actor,
        company_id=body.company,
        terms=terms,
        line=body.line.terms(actor=actor, company_id=body.company) if body.line else None,
        plain=_plain(body.key),
        serial=_plain(body.serial_number),
        has_no_key=body.has_no_key,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return licence.pk


@router.get("/{int:licence_id}/", response=dict[str, Any], summary="One licence")
def get_licence(request: HttpRequest, licence_id: int) -> HttpResponse:
    """With its figures of the day; never a key."""
    return _answer(request, licence_id)


@router.patch("/{int:licence_id}/", response=dict[str, Any], summary="Change named fields of a licence")
def patch_licence(request: HttpRequest, licence_id: int, body: LicenceChange) -> HttpResponse:
    """``If-Match`` with the ETag refuses to overwrite somebody else's change (412)."""
    alter_licence(actor_in(request), licence_id, body.named(), revision_in(request))
    return _answer(request, licence_id)


def alter_licence(actor: Actor, licence_id: int, named: dict[str, Any], revision: int | None) -> int:
    """Change what a body named; the id."""
    names = {"owner": "owner_id", "region": "region_id"}
    change_licence(
        actor=actor,
        licence_id=licence_id,
        changes={names.get(name, name): value for name, value in named.items()},
        revision=revision,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return licence_id


@router.post("/{int:licence_id}/retire/", response=dict[str, Any], summary="Retire a licence nobody holds")
def post_retire(request: HttpRequest, licence_id: int) -> HttpResponse:
    """It takes no new holder and stays readable."""
    retire_licence(actor=actor_in(request), licence_id=licence_id, at=timezone.now(), on=timezone.localdate())
    return _answer(request, licence_id)


@router.api_operation(
    ["DELETE"], "/{int:licence_id}/", response={204: None}, summary="Delete a licence without history"
)
def delete_one(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Only one that was written down and nothing more: 409 ``StillHeld`` where units are held, 409 ``HasHistory`` where
    anything else happened or refers to it. Retire such a one instead.
    """
    delete_licence(actor=actor_in(request), licence_id=licence_id, at=timezone.now(), on=timezone.localdate())
    return HttpResponse(status=204)


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


def _plain(given: SecretStr | None) -> Plain | None:
    """What was written as a key, masked from here on; blanks are none."""
    text = "" if given is None else given.get_secret_value().strip()
    return Plain(text) if text else None


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
        "unit": plain_noun(licence.metric),
        "region": {"id": licence.region_id, "name": licence.region.name},
        "policy": licence.policy,
        "owner": None if licence.owner is None else {"id": licence.owner_id, "name": licence.owner.name},
        "inventory_number": licence.inventory_number,
        "licence_type": licence.licence_type,
        "provider": licence.provider,
        "accounting_id": licence.accounting_id,
        "property_of": licence.property_of,
        "has_no_key": licence.has_no_key,
        **{name: getattr(licence, name) for name in SEAT_RULES},
        "remarks": licence.remarks,
        "tags": licence.tags,
        **_use(licence, day_in(request)),
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
        rate = licence.depreciation_percent
        body["depreciation_percent"] = None if rate is None else f"{rate:f}"
        body["book_value"] = {
            currency: f"{value:f}"
            for currency, value in book_values(actor=actor, licence=licence, on=day_in(request)).items()
        }
    return json_answer(body, status, ETag=f'"r{licence.revision}"')


def _use(licence: LicenceOnDay, on: date) -> dict[str, Any]:
    """How many units there are, and what becomes of them; ``cooling`` ones are free, for whoever gave them back, and
    ``reserved`` ones are not, but for their departments. ``waiting`` is how many wait for units.
    """
    cooling = cooling_of(licence=licence, on=on)
    return {
        "purchased": licence.purchased,
        "used": licence.used,
        "free": licence.free,
        "reserved": licence.reserved,
        "waiting": licence.waiting,
        "burnt": licence.burnt,
        "cooling": cooling.units,
        "cooling_until": cooling.until,
        "unlimited": licence.unlimited,
    }


def _warnings(licence: Any) -> list[str]:
    """What the page says in a banner: near or beyond the limit (R-066)."""
    sentences = {
        "near": _("%(used)s of %(purchased)s %(metric)s are used.")
        % {"used": licence.used, "purchased": licence.purchased, "metric": noun(licence.metric)},
        "full": _("All %(purchased)s %(metric)s are used.")
        % {"purchased": licence.purchased, "metric": noun(licence.metric)},
        "over": _("%(used)s %(metric)s are used and %(purchased)s purchased.")
        % {"used": licence.used, "metric": noun(licence.metric), "purchased": licence.purchased},
        "expired": _("No purchase line is in force: its units count for nothing."),
    }
    return [sentences[licence.state]] if licence.state in sentences else []
