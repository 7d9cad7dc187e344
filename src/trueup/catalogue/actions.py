"""Filling the catalogue: from the shipped library, by hand, and in bulk for imports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from licensing.register import METRICS, metrics
from recognition import Library
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue
from trueup.catalogue.models import AssetClass, Edition, Product, Publisher, Version
from trueup.catalogue.queries import products_by_name


class ProductExists(Conflict):
    """The publisher has a product of that name already."""


def create_product(
    *,
    actor: Actor,
    company_id: int,
    publisher: str,
    name: str,
    at: datetime,
    metric: str = "",
    category: str = "",
    asset_class: str = AssetClass.ALL,
) -> Product:
    """Add a product of a company's own; the publisher is made along the way."""
    actor.require(Permission.CATALOGUE_CHANGE, company_id)
    _check_product(publisher, name, metric, asset_class)
    if (publisher.strip().lower(), name.strip().lower()) in products_by_name(
        actor=actor, company_id=company_id
    ):
        raise ProductExists(
            gettext("%(publisher)s has a product “%(name)s” in the catalogue already. Use that one.")
            % {"publisher": publisher, "name": name}
        )
    try:
        with transaction.atomic():
            product = Product.objects.create(
                company_id=company_id,
                publisher=_publisher(company_id, publisher.strip()),
                name=name.strip(),
                metric=metric,
                category=category.strip(),
                asset_class=asset_class,
            )
            happening = Happening(
                "catalogue.product_created", "product", product.pk, product.name, {"publisher": publisher}
            )
            record(actor=actor, company_id=company_id, at=at, happening=happening)
    except IntegrityError as taken:
        raise ProductExists(
            gettext("%(publisher)s has a product “%(name)s” already. Use that one.")
            % {"publisher": publisher, "name": name}
        ) from taken
    return product


def _check_product(publisher: str, name: str, metric: str, asset_class: str) -> None:
    if not name.strip():
        raise InvalidValue.of("name", gettext("A product needs a name."))
    if not publisher.strip():
        raise InvalidValue.of("publisher", gettext("A product needs a publisher: who made it."))
    if metric and not (metric in METRICS and METRICS[metric].is_metric):
        raise InvalidValue.of(
            "metric",
            gettext("“%(metric)s” is no metric. Known: %(name)s.")
            % {"metric": metric, "name": ", ".join(m.name for m in metrics())},
        )
    if asset_class not in AssetClass.values:
        raise InvalidValue.of(
            "asset_class",
            gettext("“%(asset_class)s” is no asset class: data_centre, back_office or all is.")
            % {"asset_class": asset_class},
        )


def _publisher(company_id: int, name: str) -> Publisher:
    shared: Publisher | None = Publisher.objects.filter(company=None, name__iexact=name).first()
    if shared is not None:
        return shared
    own: Publisher = Publisher.objects.get_or_create(company_id=company_id, name=name[:200])[0]
    return own


def ensure_products(
    *, actor: Actor, company_id: int, wanted: Iterable[tuple[str, str, str]], at: datetime
) -> dict[tuple[str, str], int]:
    """Make the products that are missing, given as (publisher, name, metric); ids by lower-case names."""
    actor.require(Permission.CATALOGUE_CHANGE, company_id)
    known = products_by_name(actor=actor, company_id=company_id)
    missing = {(p.strip().lower(), n.strip().lower()): (p.strip(), n.strip(), m) for p, n, m in wanted}
    with transaction.atomic():
        publishers = {
            name: _publisher(company_id, name)
            for name in {p for k, (p, _, _) in missing.items() if k not in known}
        }
        rows = [
            Product(company_id=company_id, publisher=publishers[p], name=n[:200], metric=m)
            for key, (p, n, m) in missing.items()
            if key not in known
        ]
        made = Product.objects.bulk_create(rows)
        if made:
            names = [f"{product.publisher.name} {product.name}" for product in made]
            happening = Happening(
                "catalogue.products_created", "product", None, f"{len(made)} products", {"names": names[:500]}
            )
            record(actor=actor, company_id=company_id, at=at, happening=happening)
    return products_by_name(actor=actor, company_id=company_id)


def ensure_choices(*, kind: str, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Make missing editions or versions, given as (product id, name); ids by product id and lower-case name."""
    model: type[Edition | Version] = Edition if kind == "edition" else Version
    pairs = {(product_id, name.strip()) for product_id, name in wanted if name.strip()}
    found = _choices(model, {product_id for product_id, _ in pairs})
    missing = [(pk, n.lower()[:80], n[:120]) for pk, n in sorted(pairs) if (pk, n.lower()) not in found]
    if kind == "edition":
        editions = [Edition(product_id=pk, key=key, name=name) for pk, key, name in missing]
        Edition.objects.bulk_create(editions, ignore_conflicts=True)
    else:
        versions = [Version(product_id=pk, key=key, name=name) for pk, key, name in missing]
        Version.objects.bulk_create(versions, ignore_conflicts=True)
    return _choices(model, {product_id for product_id, _ in pairs})


def _choices(model: type[Edition | Version], product_ids: set[int]) -> dict[tuple[int, str], int]:
    rows = model.objects.filter(product_id__in=product_ids).values_list("product_id", "name", "key", "pk")
    found: dict[tuple[int, str], int] = {}
    for product_id, name, key, pk in rows:
        found[(product_id, str(key).lower())] = pk
        found[(product_id, str(name).lower())] = pk
    return found


def load_library(*, library: Library) -> Mapping[str, int]:
    """Bring the shipped library into the shared catalogue; running it again changes nothing."""
    with transaction.atomic():
        publishers = _load_publishers(library)
        products = _load_products(library, publishers)
        editions = [
            Edition(product_id=products[p.key], key=e.key, name=e.name, rank=e.rank, metric=e.metric or "")
            for p in library.products.values()
            for e in p.editions
        ]
        Edition.objects.bulk_create(
            editions,
            update_conflicts=True,
            unique_fields=["product", "key"],
            update_fields=["name", "rank", "metric"],
        )
        versions = [
            Version(
                product_id=products[p.key], key=v.key, name=v.name, released_on=v.released_on,
                support_ends_on=v.support_ends_on, extended_ends_on=v.extended_ends_on,
            )
            for p in library.products.values()
            for v in p.versions
        ]  # fmt: skip
        Version.objects.bulk_create(
            versions,
            update_conflicts=True,
            unique_fields=["product", "key"],
            update_fields=["name", "released_on", "support_ends_on", "extended_ends_on"],
        )
    return {
        "publishers": len(publishers),
        "products": len(products),
        "editions": len(editions),
        "versions": len(versions),
    }


def _load_publishers(library: Library) -> dict[str, int]:
    rows = [
        Publisher(name=p.name, library_key=p.key, website=p.website or "")
        for p in library.publishers.values()
    ]
    Publisher.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["library_key"], update_fields=["name", "website"]
    )
    return dict(Publisher.objects.exclude(library_key=None).values_list("library_key", "pk"))


def _load_products(library: Library, publishers: Mapping[str, int]) -> dict[str, int]:
    rows = [
        Product(
            publisher_id=publishers[p.publisher], name=p.name, library_key=p.key, category=(p.category or "").replace("_", " "),
            asset_class=p.asset_class, metric=p.metric or "", is_commercial=p.commercial,
        )
        for p in library.products.values()
    ]  # fmt: skip
    Product.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["library_key"],
        update_fields=["name", "publisher", "category", "asset_class", "metric", "is_commercial"],
    )
    return dict(Product.objects.exclude(library_key=None).values_list("library_key", "pk"))
