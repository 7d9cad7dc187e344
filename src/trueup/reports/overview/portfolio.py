"""The licences in use on a day: what all of them come to, and the few that a tile shows, found by the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.licences.queries import MONEY, licences_in_parts

QUARTER_DAYS = 90
SOON_DAYS = 30
NOTHING = Decimal(0)

Amount = tuple[Decimal, str]
"""An amount and its currency."""


@dataclass(frozen=True, slots=True)
class Owned:
    """One licence on the day. ``free`` is empty where it is unlimited; ``annual_cost`` also where it may not be seen."""

    licence_id: int
    company_id: int
    company: str
    product_id: int
    product: str
    publisher: str
    edition_id: int | None
    edition: str
    owner: str
    metric: str
    purchased: int
    unlimited: bool
    used: int
    free: int | None
    state: str
    ends_on: date | None
    decide_by: date | None
    renews_itself: bool
    annual_cost: Decimal | None
    currency: str

    @property
    def name(self) -> str:
        """The product with its edition."""
        return f"{self.product} {self.edition}".strip()

    @property
    def valid_to(self) -> date | None:
        """The last covered day."""
        return self.ends_on and self.ends_on - timedelta(days=1)

    @property
    def unit_cost(self) -> Decimal | None:
        """What one unit costs a year; unknown where no dated line has a price."""
        known = self.annual_cost is not None and self.purchased > 0
        return self.annual_cost / self.purchased if known and self.annual_cost is not None else None


NEVER_EMPTY = {"edition_name": "edition__name", "owner_name": "owner__name", "currency_name": "currency"}
PATHS = (
    "id", "company_id", "company__name", "product_id", "product__name", "product__publisher__name", "edition_id",
    "edition_name", "owner_name", "metric", "purchased", "unlimited", "used", "free", "state", "ends_on",
    "decide_by", "renews_itself", "annual_cost", "currency_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Totals:
    """All licences in use on a day, counted and added up by the database. Money is that of companies whose prices are seen."""

    licences: int = 0
    companies: int = 0
    over: int = 0
    renewing: int = 0
    due_soon: int = 0
    next_on: date | None = None
    costs: tuple[Amount, ...] = ()
    renewing_costs: tuple[Amount, ...] = ()


def portfolio_of(*, actor: Actor, on: date) -> Totals:
    """What the licences come to that are neither withdrawn nor retired, with their figures of the day. One query."""
    counted = {
        "licences": Count("pk"),
        "over": Count("pk", filter=Q(state="over")),
        "renewing": Count("pk", filter=renewing(on)),
        "due_soon": Count("pk", filter=due_soon(on)),
        "next_on": Min("decide_by", filter=Q(decide_by__gt=on)),
        "cost": Sum("annual_cost"),
        "renewing_cost": Sum("annual_cost", filter=renewing(on)),
    }
    first, *others = (
        rows.order_by().values("company_id", "currency").annotate(**counted)
        for rows in _in_use(actor=actor, on=on)
    )
    priced = actor.companies(Permission.PRICES_VIEW)
    found = list(first.union(*others, all=True))
    seen = [one for one in found if priced is None or one["company_id"] in priced]
    return Totals(
        licences=sum(one["licences"] for one in found),
        companies=len({one["company_id"] for one in found}),
        over=sum(one["over"] for one in found),
        renewing=sum(one["renewing"] for one in found),
        due_soon=sum(one["due_soon"] for one in found),
        next_on=min((one["next_on"] for one in found if one["next_on"]), default=None),
        costs=by_currency((one["cost"] or NOTHING, one["currency"] or "") for one in seen),
        renewing_costs=by_currency((one["renewing_cost"] or NOTHING, one["currency"] or "") for one in seen),
    )


def owned_of(
    *, actor: Actor, on: date, where: Q, first_by: Sequence[Any] = (), most: int | None = None
) -> list[Owned]:
    """Licences in use for which something holds, whole; of many the first ``most`` by an order. One query."""
    first, *others = (
        rows.filter(where)
        .annotate(**{name: Coalesce(path, Value("")) for name, path in NEVER_EMPTY.items()})
        .order_by(*first_by, "pk")
        .values_list(*PATHS)[:most]
        for rows in _in_use(actor=actor, on=on)
    )
    priced = actor.companies(Permission.PRICES_VIEW)
    return [_owned(row, priced) for row in first.union(*others, all=True)]


def ids_of(*, actor: Actor, on: date, where: Q) -> QuerySet[Any]:
    """The ids of licences in use for which something holds, to ask other records by."""
    first, *others = (rows.filter(where).order_by().values("pk") for rows in _in_use(actor=actor, on=on))
    return first.union(*others, all=True)


def _in_use(*, actor: Actor, on: date) -> tuple[QuerySet[Any], ...]:
    parts = licences_in_parts(actor=actor, on=on)
    return tuple(rows.filter(retired_at=None) for rows in parts)


def seen_cost(actor: Actor) -> Case | Coalesce:
    """The yearly cost of a row where the actor may see it, else nothing: to put rows in the order of money."""
    priced = actor.companies(Permission.PRICES_VIEW)
    cost = Coalesce("annual_cost", Value(NOTHING), output_field=MONEY)
    if priced is None:
        return cost
    return Case(When(company_id__in=priced, then=cost), default=Value(NOTHING), output_field=MONEY)


def _owned(row: tuple[object, ...], priced: Collection[int] | None) -> Owned:
    owned = Owned(*row)  # type: ignore[arg-type]  # the paths are in the order of the fields
    is_seen = priced is None or owned.company_id in priced or owned.annual_cost is None
    return owned if is_seen else replace(owned, annual_cost=None)


def by_currency(amounts: Iterable[Amount]) -> tuple[Amount, ...]:
    """Sums, one a currency and never across two, the largest first; what comes to nothing is left out.

    >>> by_currency([(Decimal(2), "EUR"), (Decimal(9), "USD"), (Decimal(3), "EUR")])
    ((Decimal('9'), 'USD'), (Decimal('5'), 'EUR'))
    """
    totals: dict[str, Decimal] = {}
    for amount, currency in amounts:
        totals[currency] = totals.get(currency, NOTHING) + amount
    return tuple(sorted(((total, currency) for currency, total in totals.items() if total), reverse=True))


def renewing(on: date) -> Q:
    """Licences whose last covered day comes within ninety days."""
    return Q(valid_to__gte=on, valid_to__lte=on + timedelta(days=QUARTER_DAYS))


def due_soon(on: date) -> Q:
    """Licences to decide about within thirty days."""
    return Q(decide_by__gte=on, decide_by__lte=on + timedelta(days=SOON_DAYS))


def sees_all_prices(actor: Actor) -> bool:
    """Whether the actor may see prices in every company whose licences they see."""
    allowed, listed = actor.companies(Permission.PRICES_VIEW), actor.companies(Permission.LICENCES_VIEW)
    return allowed is None or (listed is not None and listed <= allowed)
