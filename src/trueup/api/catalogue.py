"""Products and publishers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in, day_in
from trueup.assignments.outside import holders_outside
from trueup.catalogue.actions import create_product
from trueup.catalogue.columns import PRODUCTS, PUBLISHERS
from trueup.catalogue.details import (
    NewVersion,
    add_edition,
    add_version,
    change_product,
    change_publisher,
    publisher_for,
)
from trueup.catalogue.queries import editions_of, product_for, versions_of
from trueup.licences.pooling import sums_by_region, sums_by_version

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.catalogue.models import Publisher

router = Router(tags=["catalogue"])


class ProductBody(Body):
    """A product of a company's own."""

    company: StrictInt
    publisher: str = Field(max_length=200)
    name: str = Field(max_length=200)
    metric: str = ""
    category: str = Field("", max_length=100)
    asset_class: str = "all"


class ProductChange(Body):
    """Fields of a product of one's own to change; what is not named stays."""

    category: str = Field("", max_length=100)
    asset_class: str = "all"
    notes: str = ""


class EditionBody(Body):
    """An edition under a product; a higher ``rank`` may do all that a lower one may."""

    name: str = Field(max_length=80)
    rank: StrictInt = 0


class VersionBody(Body):
    """A version under a product, with the days that matter in its life."""

    name: str = Field(max_length=80)
    released_on: date | None = None
    support_ends_on: date | None = None
    extended_ends_on: date | None = None


class PublisherChange(Body):
    """How a publisher is reached; what is not named stays."""

    portal_url: str = Field("", max_length=200)
    contact: str = ""
    notes: str = ""


@router.get(
    "/products/", response=ListAnswer, openapi_extra=list_parameters(PRODUCTS), summary="The catalogue"
)
def list_products(request: HttpRequest) -> HttpResponse:
    """The shipped library and the products of one's companies."""
    return list_answer(request, PRODUCTS)


@router.post("/products/", response={201: dict[str, Any]}, summary="Add a product of a company's own")
def post_product(request: HttpRequest, body: ProductBody) -> HttpResponse:
    """409 ``ProductExists`` where the publisher has one of that name."""
    return _answer(request, make_product(actor_in(request), body), 201)


def make_product(actor: Actor, body: ProductBody) -> int:
    """Add the product of a body; its id."""
    given = body.model_dump(exclude={"company"})
    return create_product(actor=actor, company_id=body.company, at=timezone.now(), **given).pk


@router.get("/products/{int:product_id}/", response=dict[str, Any], summary="One product")
def get_product(request: HttpRequest, product_id: int) -> HttpResponse:
    """With its editions and versions, and the units of its licences by company, region and metric, and by version
    (``version`` is empty for licences of any); ``free`` is empty where one of them is unlimited. ``on=`` asks about a day.
    """
    sums = sums_by_region(actor=actor_in(request), product_id=product_id, on=day_in(request))
    by_region = [
        {
            "company": {"id": one.company_id, "name": one.company},
            "region": {"id": one.region_id, "name": one.region},
            "metric": one.metric,
            "purchased": one.purchased,
            "used": one.used,
            "free": one.free,
        }
        for one in sums
    ]
    return _answer(request, product_id, by_region=by_region, by_version=_by_version(request, product_id))


def _by_version(request: HttpRequest, product_id: int) -> list[dict[str, Any]]:
    actor = actor_in(request)
    product = product_for(actor=actor, product_id=product_id)
    return [
        {
            "version": None if one.version_id is None else {"id": one.version_id, "name": one.version},
            "metric": one.metric,
            "licences": one.licences,
            "purchased": one.purchased,
            "used": one.used,
            "free": one.free,
        }
        for one in sums_by_version(actor=actor, product=product, on=day_in(request))
    ]


@router.get(
    "/publishers/", response=ListAnswer, openapi_extra=list_parameters(PUBLISHERS), summary="Publishers"
)
def list_publishers(request: HttpRequest) -> HttpResponse:
    """Who made what is in the catalogue."""
    return list_answer(request, PUBLISHERS)


@router.patch("/products/{int:product_id}/", response=dict[str, Any], summary="Change a product of one's own")
def patch_product(request: HttpRequest, product_id: int, body: ProductChange) -> HttpResponse:
    """``holders_outside`` counts devices that hold units and stand elsewhere than it is for now (R-031)."""
    actor = actor_in(request)
    changed = change_product(actor=actor, product_id=product_id, changes=body.named(), at=timezone.now())
    outside = holders_outside(actor=actor, product_id=product_id, asset_class=changed.asset_class)
    return _answer(request, product_id, holders_outside=outside.count())


@router.post("/products/{int:product_id}/editions/", response={201: dict[str, Any]}, summary="Add an edition")
def post_edition(request: HttpRequest, product_id: int, body: EditionBody) -> HttpResponse:
    """Answers with the product. 409 ``ChoiceExists`` where it has one of that name."""
    add_edition(
        actor=actor_in(request), product_id=product_id, name=body.name, rank=body.rank, at=timezone.now()
    )
    return _answer(request, product_id, 201)


@router.post("/products/{int:product_id}/versions/", response={201: dict[str, Any]}, summary="Add a version")
def post_version(request: HttpRequest, product_id: int, body: VersionBody) -> HttpResponse:
    """Answers with the product. 409 ``ChoiceExists`` where it has one of that name."""
    version = NewVersion(**body.model_dump())
    add_version(actor=actor_in(request), product_id=product_id, version=version, at=timezone.now())
    return _answer(request, product_id, 201)


@router.get("/publishers/{int:publisher_id}/", response=dict[str, Any], summary="One publisher")
def get_publisher(request: HttpRequest, publisher_id: int) -> HttpResponse:
    """With its portal, contact and notes."""
    return _publisher(publisher_for(actor=actor_in(request), publisher_id=publisher_id))


@router.patch(
    "/publishers/{int:publisher_id}/", response=dict[str, Any], summary="Change how a publisher is reached"
)
def patch_publisher(request: HttpRequest, publisher_id: int, body: PublisherChange) -> HttpResponse:
    """A shared publisher needs the right over all companies."""
    return _publisher(
        change_publisher(
            actor=actor_in(request), publisher_id=publisher_id, changes=body.named(), at=timezone.now()
        )
    )


def _publisher(found: Publisher) -> HttpResponse:
    names = ("id", "name", "website", "portal_url", "contact", "notes")
    return json_answer({**{name: getattr(found, name) for name in names}, "company": found.company_id})


def _answer(request: HttpRequest, product_id: int, status: int = 200, **more: Any) -> HttpResponse:
    product = product_for(actor=actor_in(request), product_id=product_id)
    body = {
        "id": product.pk,
        "name": product.name,
        "publisher": {"id": product.publisher_id, "name": product.publisher.name},
        "category": product.category,
        "asset_class": product.asset_class,
        "notes": product.notes,
        "metric": product.metric,
        "is_commercial": product.is_commercial,
        "company": product.company_id,
        "editions": list(editions_of(product=product).values("id", "key", "name", "rank")),
        "versions": list(
            versions_of(product=product).values(
                "id", "key", "name", "released_on", "support_ends_on", "extended_ends_on"
            )
        ),
    }
    return json_answer(body | more, status)
