"""Products and publishers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in
from trueup.catalogue.actions import create_product
from trueup.catalogue.columns import PRODUCTS, PUBLISHERS
from trueup.catalogue.queries import editions_of, product_for, versions_of

router = Router(tags=["catalogue"])


class ProductBody(Body):
    """A product of a company's own."""

    company: StrictInt
    publisher: str = Field(max_length=200)
    name: str = Field(max_length=200)
    metric: str = ""
    category: str = Field("", max_length=100)
    asset_class: str = "all"


@router.get("/products/", response=ListAnswer, summary="The catalogue")
def list_products(request: HttpRequest) -> HttpResponse:
    """The shipped library and the products of one's companies."""
    return list_answer(request, PRODUCTS)


@router.post("/products/", response={201: dict[str, Any]}, summary="Add a product of a company's own")
def post_product(request: HttpRequest, body: ProductBody) -> HttpResponse:
    """409 ``ProductExists`` where the publisher has one of that name."""
    product = create_product(
        actor=actor_in(request),
        company_id=body.company,
        publisher=body.publisher,
        name=body.name,
        metric=body.metric,
        category=body.category,
        asset_class=body.asset_class,
        at=timezone.now(),
    )
    return _answer(request, product.pk, 201)


@router.get("/products/{int:product_id}/", response=dict[str, Any], summary="One product")
def get_product(request: HttpRequest, product_id: int) -> HttpResponse:
    """With its editions and versions."""
    return _answer(request, product_id)


@router.get("/publishers/", response=ListAnswer, summary="Publishers")
def list_publishers(request: HttpRequest) -> HttpResponse:
    """Who made what is in the catalogue."""
    return list_answer(request, PUBLISHERS)


def _answer(request: HttpRequest, product_id: int, status: int = 200) -> HttpResponse:
    product = product_for(actor=actor_in(request), product_id=product_id)
    body = {
        "id": product.pk,
        "name": product.name,
        "publisher": {"id": product.publisher_id, "name": product.publisher.name},
        "category": product.category,
        "asset_class": product.asset_class,
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
    return json_answer(body, status)
