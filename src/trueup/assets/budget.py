"""What assets cost in each of some years: the yearly cost of a field with that role, for the days it runs (C-026).

An asset whose licence has a price on its line is left to the costs of licences, so that nothing is added up twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from trueup.assets.models import Asset
from trueup.assets.seeing import may_see
from trueup.assets.standing import roles_of
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.fields.models import Field, Type
from trueup.fields.queries import fields_of
from trueup.fields.terms import FieldTerms
from trueup.fields.values import number_in

Costs = dict[tuple[int, str, str], list[Decimal]]
"""Amounts a period by company id, its name, and currency."""


def costs_of_assets(*, actor: Actor, turns: Sequence[date]) -> Costs:
    """What assets in use cost in the periods between the turns, by company and currency, where the actor sees prices."""
    sums: Costs = defaultdict(lambda: [Decimal(0)] * (len(turns) - 1))
    costed = Field.objects.filter(removed_at=None, options__role="cost").values("type")
    for type_ in Type.objects.filter(pk__in=costed).order_by("pk"):
        roles = roles_of(fields_of(type_))
        for asset in _priced(actor, type_, roles["cost"]):
            amount, currency = _yearly(asset, roles["cost"])
            first, until = _runs(asset, roles)
            key = (asset.company_id, asset.company.name, currency)
            for place, (start, end) in enumerate(pairwise(turns)):
                days = (min(until, end) - max(first, start)).days
                if days > 0:
                    sums[key][place] += amount * days / (_year_after(start) - start).days
    return sums


def _priced(actor: Actor, type_: Type, cost: FieldTerms) -> Iterator[Asset]:
    rows = Asset.objects.visible_to(actor, Permission.ASSETS_VIEW).filter(type=type_, archived_at=None)
    rows = rows.exclude(counted__line__price__isnull=False).filter(values__has_key=cost.key)
    seen: dict[int, bool] = {}
    for asset in rows.select_related("company").order_by("pk").iterator(1000):
        if asset.company_id not in seen:
            has_prices = actor.may(Permission.PRICES_VIEW, asset.company_id)
            seen[asset.company_id] = has_prices and may_see(
                actor=actor, company_id=asset.company_id, field=cost
            )
        if seen[asset.company_id]:
            yield asset


def _yearly(asset: Asset, cost: FieldTerms) -> tuple[Decimal, str]:
    value = asset.values[cost.key]
    currency = value["currency"] if isinstance(value, Mapping) else asset.company.currency
    return number_in(value) or Decimal(0), currency


def _runs(asset: Asset, roles: Mapping[str, FieldTerms]) -> tuple[date, date]:
    """From which day an asset runs, and the day after its last; what says neither runs always."""

    def day(role: str, otherwise: date) -> date:
        text: Any = asset.values.get(roles[role].key) if role in roles else None
        return date.fromisoformat(text) if text else otherwise

    last = day("expires", date.max - timedelta(days=1))
    return day("purchased", date.min), last + timedelta(days=1)


def _year_after(start: date) -> date:
    return date(start.year + 1, start.month, start.day)
