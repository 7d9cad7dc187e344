"""What a unit of a licence costs, to buy and a year, who answers for it, and from which day on it may be given up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from trueup.base.actor import Actor
from trueup.licences.balances import in_force
from trueup.licences.models import WITHOUT_UNITS, Purchase
from trueup.licences.prices import total_in_sql
from trueup.licences.queries import licences_visible_to, purchases_visible_to
from trueup.licences.renewing import last_day_to_reduce

if TYPE_CHECKING:
    from django.db.models import QuerySet

AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Priced:
    """``unit`` is the last price paid for one, ``yearly`` what one in force costs a year; None where it is not known."""

    unit: Decimal | None = None
    yearly: Decimal | None = None
    currency: str = ""
    owner_id: int | None = None
    reducible_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """Units of a licence that end on a day unless renewed, and the last day to give notice."""

    units: int
    ends_on: date
    notice_by: date | None


def endings_of(*, actor: Actor, licence_ids: Collection[int], on: date) -> dict[int, list[Ending]]:
    """The dated lines in force that bring units, by licence, the next to end first."""
    lines = purchases_visible_to(actor=actor).filter(
        in_force(on), licence_id__in=sorted(licence_ids), valid_until__isnull=False, units__gt=0
    )
    found: dict[int, list[Ending]] = {}
    for line in lines.select_related("contract").order_by("valid_until", "pk"):
        if line.valid_until is not None:
            ending = Ending(line.units, line.valid_until, last_day_to_reduce(line))
            found.setdefault(line.licence_id, []).append(ending)
    return found


def priced_licences(*, actor: Actor, licence_ids: Collection[int], on: date) -> dict[int, Priced]:
    """Prices and owners of some licences on a day. A few queries for every five thousand of them."""
    ordered = sorted(licence_ids)
    found: dict[int, Priced] = {}
    for start in range(0, len(ordered), AT_ONCE):
        found |= _some(actor, ordered[start : start + AT_ONCE], on)
    return found


def _some(actor: Actor, ids: list[int], on: date) -> dict[int, Priced]:
    bought, reducible = _bought(actor, ids), _reducible(actor, ids, on)
    rows = licences_visible_to(actor=actor, on=on).filter(pk__in=ids)
    paths = ("pk", "owner_id", "purchased", "annual_cost", "currency")
    return {
        pk: Priced(
            unit=bought.get(pk, (None, ""))[0],
            yearly=annual / purchased if annual is not None and purchased else None,
            currency=currency or bought.get(pk, (None, ""))[1],
            owner_id=owner_id,
            reducible_on=reducible.get(pk),
        )
        for pk, owner_id, purchased, annual, currency in rows.values_list(*paths)
    }


def _bought(actor: Actor, ids: list[int]) -> dict[int, tuple[Decimal, str]]:
    """The price of one unit by the latest line that brought units for money."""
    lines: QuerySet[Any] = purchases_visible_to(actor=actor).filter(licence_id__in=ids, units__gt=0)
    lines = lines.filter(price__isnull=False).exclude(kind__in=WITHOUT_UNITS)
    last = lines.order_by("licence_id", "-valid_from", "-pk").distinct("licence_id")
    rows = last.annotate(paid=total_in_sql()).values_list("licence_id", "units", "paid", "currency")
    return {licence_id: (paid / units, currency) for licence_id, units, paid, currency in rows}


def _reducible(actor: Actor, ids: list[int], on: date) -> dict[int, date]:
    lines = purchases_visible_to(actor=actor).filter(
        in_force(on), licence_id__in=ids, valid_until__isnull=False
    )
    days: dict[int, list[date]] = {}
    for line in lines.select_related("contract").order_by("licence_id", "pk"):
        days.setdefault(line.licence_id, []).append(first_day_without(line, on))
    return {licence_id: min(some) for licence_id, some in days.items()}


def first_day_without(line: Purchase, on: date) -> date:
    """The first day on which a dated line's units need not be paid any more: its end, or, once notice is missed, the
    end of the term that follows.
    """
    if line.valid_until is None:
        raise ValueError("a line without end is never given up")
    last = last_day_to_reduce(line)
    if last is not None and last >= on:
        return line.valid_until
    return line.valid_until + max(line.valid_until - line.valid_from, timedelta(days=1))
