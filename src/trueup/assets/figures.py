"""What the licences of assets come to, in the form of the assets' own values: as values of one asset, and as columns of lists.

The lines of a licence are what counts. Where they say otherwise than the asset does, lists, pages and the API show what the
lines come to; what was written down stays in the asset's revisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from trueup.assets.models import Asset, AssetLicence, AssetRevision
from trueup.assets.standing import CURRENCY, NUMBER, VALUE, roles_of
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.registers import Column, Kind
from trueup.fields.kinds.kind import plain_number
from trueup.fields.kinds.number import UNLIMITED
from trueup.fields.terms import FieldTerms
from trueup.inventory.models import Installation
from trueup.licences.queries import reckoned

LICENCE, UNLIMITED_NOW, ASSIGNED, DISCOVERED = "counted_as", "unlimited_now", "assigned_now", "discovered_now"
OF_LICENCE, USED = "l_", "u_used"
"""How the names begin under which figures of licences are read, and the name of what is in use."""
LINES: Final = ("unlimited", "purchased", "ends_on", "renews_itself", "annual_cost", "currency")
FIGURES: Final = frozenset([*(OF_LICENCE + name for name in LINES), DISCOVERED, USED])
"""What lists of licences reckon for every row."""


@dataclass(frozen=True, slots=True)
class Seats:
    """The three numbers of what is in use, side by side (C-022): none where it was not recorded, or is not shown."""

    licence_id: int
    product_id: int
    product: str
    purchased: int | None
    recorded: str | None
    recorded_at: Any
    assigned: int
    discovered: int | None

    @property
    def differs(self) -> bool:
        """Whether what was recorded is not what is assigned."""
        return self.recorded is not None and self.recorded != str(self.assigned)


def with_figures(links: QuerySet[Any], on: date) -> QuerySet[Any]:
    """Links with what the licence of each comes to on a day."""
    found: QuerySet[Any] = links.annotate(**reckoned(day=on, licence="licence")).order_by("pk")
    return found


def as_values(fields: Iterable[FieldTerms], values: Mapping[str, Any], link: Any) -> dict[str, Any]:
    """The values of an asset as the figures of its licence have them."""
    roles = roles_of(fields)
    ends = link.ends_on - timedelta(days=1) if link.ends_on else None
    found = {
        "quantity": UNLIMITED if link.unlimited else str(link.purchased),
        "expires": ends.isoformat() if ends else None,
        "renews": link.renews_itself if ends else None,
    }
    if link.annual_cost is not None:
        found["cost"] = {"amount": plain_number(round(link.annual_cost, 2)), "currency": link.currency}
    read = {roles[role].key: value for role, value in found.items() if role in roles}
    if "renews" in roles and not read[roles["renews"].key]:
        read.pop(roles["renews"].key)  # yes is the line's; no and not set are the asset's own to tell apart
    return {key: value for key, value in (dict(values) | read).items() if value is not None}


def values_on(*, asset: Asset, fields: Iterable[FieldTerms], on: date) -> dict[str, Any]:
    """The values of an asset on a day: those of its licence where it has one."""
    if not asset.type.counts_as:
        return dict(asset.values)
    link = with_figures(AssetLicence.objects.filter(asset=asset), on).first()
    return dict(asset.values) if link is None else as_values(fields, asset.values, link)


def seats_of(*, actor: Actor, asset: Asset, fields: Iterable[FieldTerms], on: date) -> Seats | None:
    """What was recorded, what is assigned and where the product was found, for whoever may see the licence."""
    if not actor.may(Permission.LICENCES_VIEW, asset.company_id):
        return None
    links = AssetLicence.objects.filter(asset=asset).select_related("licence__product")
    link = with_figures(links, on).first()
    if link is None:
        return None
    field = roles_of(fields).get("consumed")
    recorded = asset.values.get(field.key) if field else None
    return Seats(
        licence_id=link.licence_id, product_id=link.licence.product_id, product=link.licence.product.name,
        purchased=None if link.unlimited else link.purchased, recorded=recorded,
        recorded_at=_recorded_at(asset, field.key) if field and recorded is not None else None,
        assigned=link.licence.held, discovered=_discovered(actor, asset.company_id, link.licence.product_id),
    )  # fmt: skip


def _recorded_at(asset: Asset, key: str) -> Any:
    """When the number was written down that stands there now."""
    rows = AssetRevision.objects.filter(asset=asset).order_by("-revision").values_list("values", "made_at")
    found = asset.changed_at
    for values, made_at in rows.iterator(100):
        if values.get(key) != asset.values[key]:
            break
        found = made_at
    return found


def _discovered(actor: Actor, company_id: int, product_id: int) -> int | None:
    """On how many devices of the company the product is installed."""
    if not actor.may(Permission.INVENTORY_VIEW, company_id):
        return None
    rows = Installation.objects.filter(company_id=company_id, gone_at=None, title__product_id=product_id)
    return rows.values("device").distinct().count()


def of_licences(*, on: date) -> dict[str, Any]:
    """What the licence of each asset comes to, as expressions over assets; empty where an asset has none."""
    figures = reckoned(day=on, licence="counted__licence")
    return {OF_LICENCE + name: figures[name] for name in LINES}


def followed(fields: Iterable[FieldTerms], own: Mapping[str, Any]) -> dict[str, Any]:
    """Expressions that read values from the licence where the asset has one (over :func:`of_licences`), else as ``own``."""
    roles = roles_of(fields)
    last_day = Func(F(f"{OF_LICENCE}ends_on"), template="(%(expressions)s - 1)", output_field=DateField())
    units = Case(
        When(**{f"{OF_LICENCE}unlimited": True}, then=None), default=Cast(f"{OF_LICENCE}purchased", NUMBER), output_field=NUMBER
    )  # fmt: skip
    wanted = {"quantity": units, "expires": last_day, "cost": Cast(f"{OF_LICENCE}annual_cost", NUMBER)}
    found: dict[str, Any] = {}
    for role, expression in wanted.items():
        name = VALUE + roles[role].key if role in roles else ""
        if name in own:
            found[name] = _where_counted(expression, own[name], own[name].output_field)
    if "cost" in roles and CURRENCY + roles["cost"].key in own:
        name = CURRENCY + roles["cost"].key
        found[name] = Coalesce(F(f"{OF_LICENCE}currency"), own[name], output_field=CharField())
    return found


def _where_counted(expression: Any, otherwise: Any, output: Any) -> Case:
    return Case(When(counted__isnull=False, then=expression), default=otherwise, output_field=output)


def in_use(recorded: Any) -> dict[str, Any]:
    """What of an asset is in use: what is assigned of its licence, else what was recorded; and where its product was found."""
    found_on = (
        Installation.objects.filter(
            company_id=OuterRef("company_id"), gone_at=None, title__product_id=OuterRef("counted__licence__product_id")
        )
        .order_by()
        .values("company_id")
        .annotate(n=Count("device", distinct=True))
        .values("n")
    )  # fmt: skip
    return {
        DISCOVERED: Subquery(found_on, output_field=BigIntegerField()),
        USED: Coalesce(Cast("counted__licence__held", NUMBER), recorded, output_field=NUMBER),
    }


COUNTED_COLUMNS: Final = (
    Column(
        LICENCE, _("Counts as"), Kind.REFERENCE, "counted__licence__product__name", "counted__licence_id", "licence",
        shown=False,
        permission=Permission.LICENCES_VIEW,
    ),
    Column(
        UNLIMITED_NOW, _("Unlimited"), Kind.FLAG, f"{OF_LICENCE}unlimited", shown=False, permission=Permission.LICENCES_VIEW
    ),
    Column(ASSIGNED, _("Assigned"), Kind.NUMBER, "counted__licence__held", permission=Permission.LICENCES_VIEW),
    Column(DISCOVERED, _("Discovered"), Kind.NUMBER, low=True, permission=Permission.INVENTORY_VIEW),
)  # fmt: skip
"""What a list of assets that count as licences has besides the fields of its type."""
