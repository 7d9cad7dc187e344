"""Reading the catalogue: what is shared by all, and what a company added for itself."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotFound
from trueup.catalogue.models import Edition, Product, Publisher, Version


def products_visible_to(*, actor: Actor) -> QuerySet[Product]:
    """Products the actor may see: the library's and those of its companies."""
    found: QuerySet[Product] = Product.objects.visible_to(actor).filter(retired_at=None)
    return found


def product_for(*, actor: Actor, product_id: int, company_id: int | None = None) -> Product:
    """One product; with ``company_id`` only if that company may use it."""
    found = Product.objects.visible_to(actor).select_related("publisher")
    if company_id is not None:
        found = found.filter(Q(company=None) | Q(company_id=company_id))
    product: Product | None = found.filter(pk=product_id).first()
    if product is None:
        raise NotFound(gettext("There is no product %(product_id)s.") % {"product_id": product_id})
    return product


def publishers_visible_to(*, actor: Actor) -> QuerySet[Publisher]:
    """Publishers the actor may see."""
    found: QuerySet[Publisher] = Publisher.objects.visible_to(actor)
    return found


def editions_of(*, product: Product) -> QuerySet[Edition]:
    """Editions of a product, lowest first."""
    return Edition.objects.filter(product=product).order_by("rank", "name")


def versions_of(*, product: Product) -> QuerySet[Version]:
    """Versions of a product, newest first where release days are known."""
    return Version.objects.filter(product=product).order_by("-released_on", "-name")


def choice_in(*, product: Product, kind: str, choice_id: int | None) -> int | None:
    """The id of an edition or version, if it is one of the product's."""
    if choice_id is None:
        return None
    model: type[Edition | Version] = Edition if kind == "edition" else Version
    if not model.objects.filter(product=product, pk=choice_id).exists():
        raise InvalidValue.of(
            kind,
            gettext("%(name)s has no %(kind)s %(choice_id)s.")
            % {"name": product.name, "kind": kind, "choice_id": choice_id},
        )
    return choice_id


def may_change(*, actor: Actor, product: Product) -> bool:
    """Whether the actor may change the product: its company's, or a shared one with the right over all."""
    if product.company_id is None:
        return actor.only is None and actor.companies(Permission.CATALOGUE_CHANGE) is None
    return actor.may(Permission.CATALOGUE_CHANGE, product.company_id)


def products_by_name(*, actor: Actor, company_id: int) -> dict[tuple[str, str], int]:
    """Product ids a company may use by (publisher, name) in lower case; its own ones win over shared ones."""
    found = products_visible_to(actor=actor).filter(Q(company=None) | Q(company_id=company_id))
    rows = found.order_by("company_id").values_list("publisher__name", "name", "pk", "company_id")
    ordered = sorted(rows, key=lambda row: row[3] is not None)
    return {(publisher.lower(), name.lower()): pk for publisher, name, pk, _ in ordered}
