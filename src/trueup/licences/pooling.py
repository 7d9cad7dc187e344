"""What belongs together: the licence that more units of the same kind could join, and all purchases of a product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.catalogue.models import Product
from trueup.catalogue.queries import versions_of
from trueup.licences.lines import LicenceTerms
from trueup.licences.models import Purchase
from trueup.licences.queries import LicenceOnDay, licences_visible_to, purchases_visible_to


def licences_alike(
    *, actor: Actor, company_id: int, terms: LicenceTerms, order_number: str, on: date
) -> QuerySet[LicenceOnDay]:
    """Licences in use of the same product, edition, version, metric and region, bought with the same order (R-047)."""
    region = Q(region__is_default=True) if terms.region_id is None else Q(region_id=terms.region_id)
    which: dict[str, Any] = {"edition_id": terms.edition_id, "version_id": terms.version_id}
    found = licences_visible_to(actor=actor, on=on, permission=Permission.LICENCES_CHANGE).filter(
        region, company_id=company_id, product_id=terms.product_id, metric=terms.metric, retired_at=None, **which,
    )  # fmt: skip
    same = Purchase.objects.filter(voided_at=None, order_number=order_number.strip(), kind="purchase")
    return found.filter(pk__in=same.values("licence_id")).order_by("pk")


@dataclass(frozen=True, slots=True)
class MetricSum:
    """What all licences of a product come to under one metric; ``purchased`` of unlimited ones is not a number."""

    metric: str
    licences: int
    purchased: int
    used: int
    has_unlimited: bool


def sums_by_metric(licences: Iterable[LicenceOnDay]) -> tuple[MetricSum, ...]:
    """Licences added up, one row a metric: cores are never added to users (U-040)."""
    sums: dict[str, MetricSum] = {}
    for one in licences:
        before = sums.get(one.metric, MetricSum(one.metric, 0, 0, 0, has_unlimited=False))
        purchased = before.purchased + (0 if one.unlimited else one.purchased)
        unlimited = before.has_unlimited or one.unlimited
        sums[one.metric] = MetricSum(
            one.metric, before.licences + 1, purchased, before.used + one.used, unlimited
        )
    return tuple(sums[name] for name in sorted(sums))


@dataclass(frozen=True, slots=True)
class RegionSum:
    """What the licences of a product come to in one region of a company under one metric; ``free`` empty: unlimited."""

    company_id: int
    company: str
    region_id: int
    region: str
    metric: str
    purchased: int
    used: int
    free: int | None


def sums_by_region(*, actor: Actor, product_id: int, on: date) -> tuple[RegionSum, ...]:
    """Purchased, used and free units of a product by region (R-144); what is over in one licence takes nothing from
    another, so ``free`` is the sum of what each licence has left to give.
    """
    rows = licences_visible_to(actor=actor, on=on).filter(product_id=product_id, retired_at=None)
    sums: dict[tuple[int, str], RegionSum] = {}
    for one in rows.select_related("company", "region").order_by(
        "company__name", "region__name", "metric", "pk"
    ):
        place = (one.company_id, one.company.name, one.region_id, one.region.name, one.metric)
        old = sums.get((one.region_id, one.metric), RegionSum(*place, 0, 0, 0))
        free = None if one.free is None or old.free is None else old.free + max(0, one.free)
        sums[one.region_id, one.metric] = RegionSum(
            *place, old.purchased + one.purchased, old.used + one.used, free
        )
    return tuple(sums.values())


@dataclass(frozen=True, slots=True)
class VersionSum:
    """What the licences of one version of a product come to under a metric; ``free`` empty: unlimited. Licences that name
    no version are a row of their own.
    """

    version_id: int | None
    version: str
    metric: str
    licences: int
    purchased: int
    used: int
    free: int | None


def sums_by_version(*, actor: Actor, product: Product, on: date) -> tuple[VersionSum, ...]:
    """Units of a product by version (U-039): those nobody licensed have none, and the rows of a metric roll up to what the
    product has of it.
    """
    versions: dict[int | None, str] = {one.pk: one.name for one in versions_of(product=product)}
    rows = licences_visible_to(actor=actor, on=on).filter(product_id=product.pk, retired_at=None)
    sums: dict[tuple[int | None, str], VersionSum] = {}
    for one in rows.order_by("metric", "pk"):
        name = versions.get(one.version_id, "")
        old = sums.get((one.version_id, one.metric), VersionSum(one.version_id, name, one.metric, 0, 0, 0, 0))
        sums[one.version_id, one.metric] = replace(
            old,
            licences=old.licences + 1,
            purchased=old.purchased + one.purchased,
            used=old.used + one.used,
            free=None if one.free is None or old.free is None else old.free + max(0, one.free),
        )
    licensed = {pk for pk, _metric in sums}
    for pk, name in versions.items():
        if pk not in licensed:
            sums[pk, ""] = VersionSum(pk, name, "", 0, 0, 0, 0)
    order = [*versions, None]
    return tuple(sorted(sums.values(), key=lambda one: (order.index(one.version_id), one.metric)))


def lines_of_product(*, actor: Actor, product_id: int) -> QuerySet[Purchase]:
    """Every standing purchase of a product in the companies in view, latest first."""
    lines = purchases_visible_to(actor=actor).filter(licence__product_id=product_id)
    return lines.select_related("licence__company", "licence__edition", "cost_centre").order_by(
        "-valid_from", "-pk"
    )
