"""Everything that can be searched: a room joins with one entry here and one index of its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from trueup.articles.queries import articles_visible_to
from trueup.articles.searching import ARTICLE_WORDS
from trueup.assets.queries import assets_visible_to
from trueup.assets.searching import ASSET_WORDS
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.searching import Index
from trueup.catalogue.queries import products_visible_to, publishers_visible_to
from trueup.catalogue.searching import PRODUCT_WORDS, PUBLISHER_WORDS
from trueup.contracts.queries import contracts_visible_to
from trueup.contracts.searching import CONTRACT_WORDS
from trueup.devices.queries import devices_visible_to
from trueup.devices.searching import DEVICE_WORDS
from trueup.documents.queries import documents_visible_to
from trueup.documents.searching import DOCUMENT_WORDS
from trueup.inventory.queries import titles_visible_to
from trueup.inventory.searching import TITLE_WORDS
from trueup.licences.queries import licences_bare, licences_visible_to, purchases_visible_to
from trueup.licences.searching import LICENCE_WORDS, PURCHASE_WORDS
from trueup.people.queries import people_visible_to
from trueup.people.searching import PERSON_WORDS

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

    Rows = Callable[[Actor, date], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be found: ``rows`` as the actor may see them on a day, found by ``index``.

    ``name`` and ``details`` are paths of what a hit shows, ``shown`` paths the doors read besides; ``ranked_by`` says
    whose words decide the order: ``pk`` the row's own, a path to a column of a related row that row's. Where reckoning
    what is shown is dear, ``figures`` are the rows with it.
    """

    key: str
    label: _StrOrPromise
    view: Permission
    rows: Rows
    index: Index
    name: str
    details: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    ranked_by: tuple[str, ...] = ("pk",)
    figures: Rows | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Everything read of a row that was found."""
        return ("pk", "company_id", self.name, *self.details, *self.shown)


KINDS: tuple[Kind, ...] = (
    Kind(
        key="licence",
        label=_("Licences"),
        view=Permission.LICENCES_VIEW,
        rows=lambda actor, _on: licences_bare(actor=actor),
        figures=lambda actor, on: licences_visible_to(actor=actor, on=on),
        index=LICENCE_WORDS,
        name="product__name",
        details=("edition__name", "version__name", "inventory_number", "company__name"),
        shown=(
            "product__publisher__name",
            "metric",
            "purchased",
            "used",
            "unlimited",
            "state",
        ),
        ranked_by=("pk", "product__name"),
    ),
    Kind(
        key="product",
        label=_("Products"),
        view=Permission.CATALOGUE_VIEW,
        rows=lambda actor, _on: products_visible_to(actor=actor),
        index=PRODUCT_WORDS,
        name="name",
        details=("publisher__name", "category"),
    ),
    Kind(
        key="publisher",
        label=_("Publishers"),
        view=Permission.CATALOGUE_VIEW,
        rows=lambda actor, _on: publishers_visible_to(actor=actor),
        index=PUBLISHER_WORDS,
        name="name",
    ),
    Kind(
        key="person",
        label=_("People"),
        view=Permission.PEOPLE_VIEW,
        rows=lambda actor, _on: people_visible_to(actor=actor),
        index=PERSON_WORDS,
        name="name",
        details=("username", "department__name", "company__name"),
        shown=("is_active", "email"),
    ),
    Kind(
        key="device",
        label=_("Devices"),
        view=Permission.DEVICES_VIEW,
        rows=lambda actor, _on: devices_visible_to(actor=actor),
        index=DEVICE_WORDS,
        name="hostname",
        details=("barcode", "serial", "user__name", "company__name"),
        shown=("kind", "status"),
    ),
    Kind(
        key="contract",
        label=_("Contracts"),
        view=Permission.CONTRACTS_VIEW,
        rows=lambda actor, on: contracts_visible_to(actor=actor, on=on),
        index=CONTRACT_WORDS,
        name="name",
        details=("number", "supplier", "company__name"),
    ),
    Kind(
        key="asset",
        label=_("Flexible assets"),
        view=Permission.ASSETS_VIEW,
        rows=lambda actor, on: assets_visible_to(actor=actor, on=on),
        index=ASSET_WORDS,
        name="title",
        details=("type__name", "company__name"),
    ),
    Kind(
        key="article",
        label=_("Articles"),
        view=Permission.ARTICLES_VIEW,
        rows=lambda actor, _on: articles_visible_to(actor=actor),
        index=ARTICLE_WORDS,
        name="title",
        details=("company__name",),
    ),
    Kind(
        key="purchase",
        label=_("Purchases"),
        view=Permission.LICENCES_VIEW,
        rows=lambda actor, _on: purchases_visible_to(actor=actor),
        index=PURCHASE_WORDS,
        name="licence__product__name",
        details=("order_number", "invoice_number", "supplier", "company__name"),
        shown=("licence_id", "valid_from"),
    ),
    Kind(
        key="document",
        label=_("Documents"),
        view=Permission.LICENCES_VIEW,
        rows=lambda actor, _on: documents_visible_to(actor=actor).filter(replaced_at=None, removed_at=None),
        index=DOCUMENT_WORDS,
        name="name",
        details=("licence__product__name", "company__name"),
        shown=("licence_id",),
    ),
    Kind(
        key="title",
        label=_("Discovered titles"),
        view=Permission.INVENTORY_VIEW,
        rows=lambda actor, _on: titles_visible_to(actor=actor),
        index=TITLE_WORDS,
        name="name",
        details=("publisher", "version", "company__name"),
        shown=("status",),
    ),
)
BY_KEY = {kind.key: kind for kind in KINDS}
