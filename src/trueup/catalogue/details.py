"""What a product and its publisher are described by: fields of a product of one's own, editions, versions, contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotAllowed, NotFound, UnknownField
from trueup.catalogue.models import AssetClass, Edition, Product, Publisher, Version
from trueup.catalogue.queries import may_change, product_for

CHANGEABLE = frozenset({"category", "asset_class", "notes"})
CONTACTS = frozenset({"portal_url", "contact", "notes"})
LONGEST = {"category": 100, "portal_url": 200, "contact": 5_000, "notes": 20_000}


class ChoiceExists(Conflict):
    """The product has an edition or version of that name already."""


class FromLibrary(Conflict):
    """What the shipped library says is kept by the library."""

    title = gettext_lazy("Kept by the library")


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version as known: its name, and the days that matter in its life where they are known."""

    name: str
    released_on: date | None = None
    support_ends_on: date | None = None
    extended_ends_on: date | None = None


def change_product(*, actor: Actor, product_id: int, changes: Mapping[str, Any], at: datetime) -> Product:
    """Change category, asset type or notes of a product of one's own; holders outside stay and become findings."""
    product = _changeable(actor, product_id)
    _known(changes, CHANGEABLE)
    if product.library_key is not None and "asset_class" in changes:
        words = _("“%(name)s” comes with the library, and so does where it may be used.")
        raise FromLibrary(words % {"name": product.name})
    if "asset_class" in changes and changes["asset_class"] not in AssetClass.values:
        words = _("“%(asset_class)s” is no asset class: data_centre, back_office or all is.")
        raise InvalidValue.of("asset_class", words % {"asset_class": changes["asset_class"]})
    with transaction.atomic():
        details = {name: [getattr(product, name), value] for name, value in changes.items()}
        Product.objects.filter(pk=product.pk).update(**changes, revision=product.revision + 1)
        happening = Happening("catalogue.product_changed", "product", product.pk, product.name, details)
        record(actor=actor, company_id=product.company_id, at=at, happening=happening)
    return product_for(actor=actor, product_id=product_id)


def _changeable(actor: Actor, product_id: int) -> Product:
    product = product_for(actor=actor, product_id=product_id)
    if not may_change(actor=actor, product=product):
        words = _("“%(name)s” is shared by all companies: changing it needs that right over all of them.")
        raise NotAllowed(words % {"name": product.name})
    return product


def _known(changes: Mapping[str, Any], known: frozenset[str]) -> None:
    if strange := sorted(set(changes) - known):
        words = _("Fields that cannot be changed here: %(names)s. Known: %(known)s.")
        raise UnknownField(words % {"names": ", ".join(strange), "known": ", ".join(sorted(known))})
    for name, value in changes.items():
        if name in LONGEST and len(value) > LONGEST[name]:
            raise InvalidValue.of(name, _("At most %(most)s characters are kept.") % {"most": LONGEST[name]})


def add_edition(*, actor: Actor, product_id: int, name: str, rank: int, at: datetime) -> Edition:
    """Add an edition under a product; a higher rank may do all that a lower one may (R-029)."""
    product = _changeable(actor, product_id)
    made = Edition(product=product, key=_key(name), name=name.strip(), rank=_rank(rank))
    happening = Happening("catalogue.edition_added", "product", product.pk, product.name, {"name": made.name})
    _store(made, product, happening, actor=actor, at=at)
    return made


def _rank(rank: int) -> int:
    if not 0 <= rank <= 1000:  # noqa: PLR2004  # far above what any product has
        raise InvalidValue.of("rank", _("A rank is a whole number from 0 to 1000."))
    return rank


def add_version(*, actor: Actor, product_id: int, version: NewVersion, at: datetime) -> Version:
    """Add a version under a product (R-029)."""
    product = _changeable(actor, product_id)
    made = Version(
        product=product, key=_key(version.name), name=version.name.strip(), released_on=version.released_on,
        support_ends_on=version.support_ends_on, extended_ends_on=version.extended_ends_on,
    )  # fmt: skip
    happening = Happening("catalogue.version_added", "product", product.pk, product.name, {"name": made.name})
    _store(made, product, happening, actor=actor, at=at)
    return made


def _key(name: str) -> str:
    if not name.strip() or len(name.strip()) > 80:  # noqa: PLR2004  # as the column
        raise InvalidValue.of("name", _("Give a name of 1 to 80 characters."))
    return name.strip().lower()


def _store(
    made: Edition | Version, product: Product, happening: Happening, *, actor: Actor, at: datetime
) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            record(actor=actor, company_id=product.company_id, at=at, happening=happening)
    except IntegrityError as taken:
        words = _("%(product)s has “%(name)s” already. Use that one.")
        raise ChoiceExists(words % {"product": product.name, "name": made.name}) from taken


def publisher_for(*, actor: Actor, publisher_id: int) -> Publisher:
    """One publisher the actor may see."""
    found: Publisher | None = Publisher.objects.visible_to(actor).filter(pk=publisher_id).first()
    if found is None:
        raise NotFound(_("There is no publisher %(id)s.") % {"id": publisher_id})
    return found


def may_change_publisher(*, actor: Actor, publisher: Publisher) -> bool:
    """Whether the actor may change it: its company's, or a shared one with the right over all."""
    if publisher.company_id is None:
        return actor.only is None and actor.companies(Permission.CATALOGUE_CHANGE) is None
    return actor.may(Permission.CATALOGUE_CHANGE, publisher.company_id)


def change_publisher(
    *, actor: Actor, publisher_id: int, changes: Mapping[str, Any], at: datetime
) -> Publisher:
    """Change the portal's address, the contact and the notes of a publisher (R-030)."""
    publisher = publisher_for(actor=actor, publisher_id=publisher_id)
    if not may_change_publisher(actor=actor, publisher=publisher):
        words = _("“%(name)s” is shared by all companies: changing it needs that right over all of them.")
        raise NotAllowed(words % {"name": publisher.name})
    _known(changes, CONTACTS)
    if changes.get("portal_url") and urlsplit(changes["portal_url"]).scheme not in {"https", "http"}:
        raise InvalidValue.of(
            "portal_url", _("An address begins with https://, such as https://portal.example.")
        )
    with transaction.atomic():
        details = {name: [getattr(publisher, name), value] for name, value in changes.items()}
        Publisher.objects.filter(pk=publisher.pk).update(**changes)
        happening = Happening(
            "catalogue.publisher_changed", "publisher", publisher.pk, publisher.name, details
        )
        record(actor=actor, company_id=publisher.company_id, at=at, happening=happening)
    return publisher_for(actor=actor, publisher_id=publisher_id)
