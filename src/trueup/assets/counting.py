"""Assets that stand for licences: which licence an asset is, and what its fields mean to it (C-002, C-017 to C-026).

An asset of a type that counts as a licence has one, made from it: its units, days and money are a purchase line there, so
that positions, assignments, alerts and costs know nothing of assets. What the asset says of them and what the licence's
lines come to are the same as long as that line is the only one; ``following`` keeps them so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assets.models import Asset, AssetLicence
from trueup.assets.queries import asset_for
from trueup.assets.standing import roles_of
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, FieldError, InvalidValue, Problem
from trueup.catalogue.models import Product
from trueup.catalogue.queries import product_for
from trueup.fields.kinds.number import UNLIMITED
from trueup.fields.queries import fields_of
from trueup.fields.terms import FieldTerms
from trueup.fields.values import PREFIX, number_in
from trueup.inventory.naming import product_meant
from trueup.licences.actions import create_licence
from trueup.licences.lines import LicenceTerms, LineTerms
from trueup.licences.models import Purchase
from trueup.licences.types import BY_NAME

LICENCE = "licence"
SOURCE = "flexible_asset"
YEAR_DAYS, LEAP_DAYS = 365, 366
CENT = Decimal("0.01")
ROLE_OF_TERM = {
    "units": "quantity",
    "valid_from": "purchased",
    "valid_to": "expires",
    "price": "cost",
    "licence_type": "form",
}
"""Which field a refusal of the licence is about."""
OF_THEIR_OWN = frozenset({"site", "concurrent", "enterprise", "unlimited"})
METRICS_OF_THEIR_OWN = frozenset(BY_NAME[name].metric for name in OF_THEIR_OWN)
"""Types of licences that say themselves how units are counted, whatever the product's usual metric is."""


class NotALicence(Conflict):
    """Assets of this type stand for no licence."""

    title = gettext_lazy("Not a licence")


class CountedAlready(Conflict):
    """The asset has its licence."""

    title = gettext_lazy("Counted already")


class ProductUnknown(InvalidValue):
    """The catalogue has no product, or several, of the name that the asset gives."""

    title = gettext_lazy("Not in the catalogue")


@dataclass(frozen=True, slots=True)
class Said:
    """What an asset says of its licence, by the roles of its fields."""

    product: str
    publisher: str
    form: str
    line: LineTerms


def said_in(fields: Sequence[FieldTerms], values: Mapping[str, Any], *, on: date) -> Said:
    """Read an asset as a licence. Without a day of purchase it counts from ``on``, without an expiry for ever."""
    roles = roles_of(fields)

    def value(role: str) -> Any:
        return values.get(roles[role].key) if role in roles else None

    units, ends = value("quantity"), value("expires")
    first = date.fromisoformat(value("purchased")) if value("purchased") else on
    until = date.fromisoformat(ends) + timedelta(days=1) if ends else None
    price, currency = _price(value("cost"), first, until)
    line = LineTerms(
        units=0 if units in {None, UNLIMITED} else _whole(units, roles["quantity"]), is_unlimited=units == UNLIMITED,
        valid_from=first, valid_until=until, renews_itself=bool(value("renews")), price=price, currency=currency,
        notice_days=roles["expires"].notice_days or None if "expires" in roles and value("renews") else None,
    )  # fmt: skip
    return Said(str(value("product") or ""), str(value("publisher") or ""), str(value("form") or ""), line)


def _whole(units: str, field: FieldTerms) -> int:
    number = Decimal(units)
    if number < 0 or number != number.to_integral_value():
        detail = _("%(label)s: licences have whole units, 0 or more.") % {"label": field.label}
        raise InvalidValue.of(PREFIX + field.key, detail)
    return int(number)


def _price(cost: Any, first: date, until: date | None) -> tuple[Decimal | None, str]:
    """What the term costs whose yearly cost is given; a term without end has a yearly cost and no price."""
    amount = number_in(cost)
    if amount is None or until is None or until <= first:
        return None, ""
    days = (until - first).days
    total = amount if days <= LEAP_DAYS else (amount * days / YEAR_DAYS).quantize(CENT)
    return total, str(cost.get("currency", "")) if isinstance(cost, Mapping) else ""


def count_asset(
    *, actor: Actor, asset_id: int, product_id: int | None = None, at: datetime, on: date
) -> AssetLicence:
    """Make the licence that an asset stands for; with ``product_id`` where its name says too little (C-002, C-017)."""
    asset = asset_for(actor=actor, asset_id=asset_id, permission=Permission.ASSETS_CHANGE)
    if asset.type.counts_as != LICENCE or asset.archived_at is not None:
        raise NotALicence(_("“%(title)s” stands for no licence.") % {"title": asset.title})
    with transaction.atomic():
        asset = (
            Asset.objects.select_for_update(of=("self",)).select_related("type", "company").get(pk=asset.pk)
        )
        if AssetLicence.objects.filter(asset=asset).exists():
            raise CountedAlready(_("“%(title)s” has its licence already.") % {"title": asset.title})
        return _counted(actor, asset, fields_of(asset.type), product_id, at, on)


def _counted(
    actor: Actor, asset: Asset, fields: Sequence[FieldTerms], product_id: int | None, at: datetime, on: date
) -> AssetLicence:
    said = said_in(fields, asset.values, on=on)
    product = _product(actor, asset.company_id, fields, said, product_id)
    terms = LicenceTerms(
        product_id=product.pk, metric=_metric(fields, said, product), licence_type=said.form if said.form in BY_NAME else "",
        tags=tuple(asset.tags), source=SOURCE, external_id=str(asset.pk),
    )  # fmt: skip
    with at_their_fields(fields):
        made = create_licence(
            actor=actor, company_id=asset.company_id, terms=terms, line=said.line, at=at, on=on
        )
    link = AssetLicence.objects.create(
        company_id=asset.company_id, asset=asset, licence_id=made.pk,
        line=Purchase.objects.get(licence_id=made.pk), counted_at=at, counted_by=actor.name,
    )  # fmt: skip
    happening = Happening(
        "assets.counted", "asset", asset.pk, asset.title, {"licence": made.pk, "product": product.name}
    )
    record(actor=actor, company_id=asset.company_id, at=at, happening=happening)
    return link


def count_if_it_can(*, actor: Actor, asset: Asset, fields: Sequence[FieldTerms], at: datetime) -> None:
    """Count a new asset where nothing speaks against it; what does, its page says to whoever counts it there."""
    if asset.type.counts_as != LICENCE or not actor.may(Permission.LICENCES_CHANGE, asset.company_id):
        return
    try:
        with transaction.atomic():
            _counted(actor, asset, fields, None, at, timezone.localdate(at))
    except Problem:
        return


def product_named(*, actor: Actor, company_id: int, said: Said) -> Product | None:
    """The product an asset names, where that is clear."""
    return product_meant(actor=actor, company_id=company_id, name=said.product, publisher=said.publisher)


def _product(
    actor: Actor, company_id: int, fields: Sequence[FieldTerms], said: Said, product_id: int | None
) -> Product:
    if product_id is not None:
        return product_for(actor=actor, product_id=product_id, company_id=company_id)
    found = product_named(actor=actor, company_id=company_id, said=said)
    if found is None:
        detail = _(
            "“%(name)s” is no product of the catalogue, or several. Choose the product, or add it to the catalogue."
        ) % {"name": said.product}
        raise ProductUnknown.of(PREFIX + roles_of(fields)["product"].key, detail)
    return found


def _metric(fields: Sequence[FieldTerms], said: Said, product: Product) -> str:
    """How units are counted: as its type of licence usually is, else as its product is (C-019)."""
    if said.form in BY_NAME:
        form = BY_NAME[said.form]
        own = said.form in OF_THEIR_OWN or product.metric in METRICS_OF_THEIR_OWN
        return form.metric if own or not product.metric or not form.takes(product.metric) else product.metric
    if product.metric:
        return product.metric
    field = roles_of(fields)["form"]
    detail = _("%(label)s says how units are counted: choose one.") % {"label": field.label}
    raise InvalidValue.of(PREFIX + field.key, detail)


@contextmanager
def at_their_fields(fields: Sequence[FieldTerms]) -> Iterator[None]:
    """Within it, refusals of the licence name the fields of the asset that they are about."""
    roles = roles_of(fields)
    try:
        yield
    except Problem as problem:
        if not problem.errors:
            raise
        placed = tuple(
            FieldError(PREFIX + roles[role].key, error.detail)
            if (role := ROLE_OF_TERM.get(error.field, "")) in roles
            else error
            for error in problem.errors
        )
        raise type(problem)(problem.detail, errors=placed) from problem
