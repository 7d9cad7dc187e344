"""Licences and holdings as they were on a day: from the lines in force, the ledger and the dates of assignments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    DecimalField,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from licensing.register import METRICS
from trueup.assignments.queries import assignments_visible_to
from trueup.licences.balances import in_force
from trueup.licences.models import Account, Movement, Purchase
from trueup.licences.queries import licences_visible_to, reckoned
from trueup.reports.library.asking import Ask

MONEY = DecimalField(max_digits=30, decimal_places=4)
FINE = Decimal("0.0001")


def label_of(metric: str) -> str:
    """A metric in the reader's language."""
    found = METRICS.get(metric)
    return gettext(found.label) if found else metric


@dataclass(frozen=True, slots=True)
class OnDay:
    """One licence on the day. ``price`` is what its priced lines in force come to, empty where two currencies mix."""

    id: int
    product: str
    publisher: str
    metric: str
    region: str
    company: str
    owner: str
    purchased: int
    used: int
    reserved: int
    unlimited: bool
    price: Decimal | None
    currency: str

    @property
    def free(self) -> int | None:
        """Units that are neither held nor held back; below zero where more are held than there are; empty where there
        is no limit.
        """
        return None if self.unlimited else self.purchased - self.used - self.reserved

    @property
    def unit_price(self) -> Decimal | None:
        """The price of a unit; empty where it is not known, nothing, or for no counted units (K-017)."""
        if not self.price or self.unlimited or not self.purchased:
            return None
        return (self.price / self.purchased).quantize(FINE)


PATHS = (
    "pk", "product__name", "product__publisher__name", "metric", "region__name", "company__name", "owner__name",
    "purchased", "units_used", "units_reserved", "unlimited", "lines_price", "lines_currency",
)  # fmt: skip
PRICE = PATHS.index("lines_price")


def licences_of(ask: Ask, *, where: Q | None = None) -> QuerySet[Any, Any]:
    """The licences that were there on the day, with ``units_used`` and what their lines cost."""
    rows: QuerySet[Any, Any] = licences_visible_to(actor=ask.actor, on=ask.on).filter(**ask.narrowing())
    rows = rows.filter(Q(retired_at=None) | Q(retired_at__gte=ask.moment))
    rows = rows if where is None else rows.filter(where)
    figures: QuerySet[Any, Any] = rows.annotate(
        units_used=_moved(ask, Account.HELD, licence_id=OuterRef("pk")) if ask.is_past else F("held"),
        units_reserved=_moved(ask, Account.RESERVED, licence_id=OuterRef("pk"))
        if ask.is_past
        else F("reserved"),
        **prices_on(ask, licence="pk"),
    )
    return figures


def each_licence(ask: Ask, *, where: Q | None = None) -> Iterator[OnDay]:
    """The same one by one, in the order of products; those with nothing owned and nothing held left out."""
    rows = licences_of(ask, where=where).order_by("product__name", "product_id", "metric", "pk")
    for row in rows.values_list(*PATHS).iterator(2000):
        values: list[Any] = ["" if cell is None and at != PRICE else cell for at, cell in enumerate(row)]
        one = OnDay(*values)
        if one.purchased or one.used or one.unlimited:
            yield one


def prices_on(ask: Ask, *, licence: str) -> dict[str, Any]:
    """What the priced lines of a licence in force on the day come to, where they are of one currency."""
    if not ask.sees_prices:
        return {"lines_price": Value(None, output_field=MONEY), "lines_currency": Value("")}
    lines = Purchase.objects.filter(in_force(ask.on), licence=OuterRef(licence), price__isnull=False)
    summed = lines.order_by().values("licence").annotate(
        cost=Sum("total"), low=Min("currency"), high=Max("currency")
    ).filter(low=F("high"))  # fmt: skip
    return {
        "lines_price": Subquery(summed.values("cost"), output_field=MONEY),
        "lines_currency": Coalesce(Subquery(summed.values("low")), Value("")),
    }


def _moved(ask: Ask, account: Account, **of: Any) -> Any:
    """Units held, or held back, at the end of the day, out of the ledger."""
    moved = Movement.objects.filter(account=account, effective_on__lte=ask.on, **of)
    summed = moved.order_by().values("account").annotate(sum=Sum("units")).values("sum")
    return Coalesce(Subquery(summed), Value(0), output_field=BigIntegerField())


def holdings_of(ask: Ask) -> QuerySet[Any, Any]:
    """Who held what at the end of the day: ``units_held``, ``department_name`` of the holder, and the licence's figures."""
    moment = ask.moment if ask.is_past else None
    rows: QuerySet[Any, Any] = assignments_visible_to(actor=ask.actor, moment=moment)
    rows = rows.filter(licence__withdrawn_at=None, **ask.narrowing("licence__"))
    figures = reckoned(day=ask.on, licence="licence_id")
    held: QuerySet[Any, Any] = rows.annotate(
        units_held=_moved(ask, Account.HELD, assignment_id=OuterRef("pk")) if ask.is_past else F("units"),
        department_name=Coalesce(
            "department__name", "person__department__name", "device__user__department__name", Value("")
        ),
        lines_purchased=figures["purchased"],
        lines_unlimited=figures["unlimited"],
        **prices_on(ask, licence="licence_id"),
    )
    return held


def unit_price(price: Decimal | None, units: int, *, unlimited: bool) -> Decimal | None:
    """The price of a unit of a licence; empty where units are nothing or without a limit (K-017)."""
    return None if not price or not units or unlimited else (price / units).quantize(FINE)


def last_day_of_month(day: date) -> date:
    """The end of the month a day is in.

    >>> last_day_of_month(date(2028, 2, 5))
    datetime.date(2028, 2, 29)
    """
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
