"""All licences in use, read once for the page: every tile that speaks of licences starts from this one answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Value
from django.db.models.functions import Coalesce

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.licences.queries import licences_visible_to

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
    "edition_name", "owner_name", "metric", "purchased", "unlimited", "held", "free", "state", "ends_on",
    "decide_by", "renews_itself", "annual_cost", "currency_name",
)  # fmt: skip


def portfolio_of(*, actor: Actor, on: date) -> tuple[Owned, ...]:
    """The licences that are neither withdrawn nor retired, with their figures of the day. One query."""
    rows = licences_visible_to(actor=actor, on=on).filter(retired_at=None).order_by("pk")
    rows = rows.annotate(**{name: Coalesce(path, Value("")) for name, path in NEVER_EMPTY.items()})
    priced = actor.companies(Permission.PRICES_VIEW)
    return tuple(_owned(row, priced) for row in rows.values_list(*PATHS))


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


def costs_of(owned: Iterable[Owned]) -> tuple[Amount, ...]:
    """What the licences cost a year."""
    return by_currency((one.annual_cost, one.currency) for one in owned if one.annual_cost is not None)


def renewing(owned: Iterable[Owned], *, on: date) -> tuple[Owned, ...]:
    """Licences whose last covered day comes within ninety days."""
    last = on + timedelta(days=QUARTER_DAYS)
    return tuple(one for one in owned if one.valid_to is not None and on <= one.valid_to <= last)


def due_soon(owned: Iterable[Owned], *, on: date) -> tuple[Owned, ...]:
    """Licences to decide about within thirty days."""
    last = on + timedelta(days=SOON_DAYS)
    return tuple(one for one in owned if one.decide_by is not None and on <= one.decide_by <= last)


def sees_all_prices(actor: Actor) -> bool:
    """Whether the actor may see prices in every company whose licences they see."""
    allowed, listed = actor.companies(Permission.PRICES_VIEW), actor.companies(Permission.LICENCES_VIEW)
    return allowed is None or (listed is not None and listed <= allowed)
