"""What waits for somebody to decide: findings, notices, leavers, expired licences and unmatched titles as one list.

A decision here is facts only; the page puts them into words and gives them their verb.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from heapq import nsmallest
from typing import Any

from django.db.models import Case, DateField, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Least

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.sets import OneOf
from trueup.compliance.queries import findings_visible_to
from trueup.licences.queries import MONEY, purchases_visible_to
from trueup.reports.overview.leavers import Left
from trueup.reports.overview.portfolio import (
    SOON_DAYS,
    Amount,
    Totals,
    by_currency,
    due_soon,
    ids_of,
    owned_of,
    seen_cost,
)
from trueup.reports.overview.unmatched import Unmatched

HASTE = 20
YEAR_DAYS = 365


class Kind(StrEnum):
    """What there is to decide; of two alike in money and time the earlier comes first."""

    SHORT = "short"
    UNLICENSED = "unlicensed"
    NOTICE = "notice"
    ENDING = "ending"
    EXPIRED = "expired"
    LEAVERS = "leavers"
    UNMATCHED = "unmatched"
    NOT_ASSESSED = "not_assessed"


ALWAYS_SHOWN = (Kind.LEAVERS, Kind.UNMATCHED, Kind.NOT_ASSESSED)
"""One line each that dearer ones must not push off the page: what they hide is not known to be cheap."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One line. Which numbers it has depends on its kind.

    ``record_id`` is the position of a shortfall and the licence of a notice; ``number`` counts people, titles or
    products, ``units`` what is lacking or held, ``of_units`` what it is a part of. ``days`` are left until it is
    too late, below zero once it is.
    """

    kind: Kind
    name: str = ""
    company_id: int | None = None
    company: str = ""
    record_id: int | None = None
    metric: str = ""
    number: int = 0
    units: Decimal = Decimal(0)
    of_units: int = 0
    devices: int = 0
    says: str = ""
    money: Amount | None = None
    days: int | None = None
    first_on: date | None = None
    last_on: date | None = None

    @property
    def weight(self) -> Decimal:
        """Money, counted up to two and a half times as the last thirty days run out."""
        amount = self.money[0] if self.money else Decimal(0)
        left = SOON_DAYS if self.days is None else min(max(self.days, 0), SOON_DAYS)
        return amount * (1 + Decimal(SOON_DAYS - left) / HASTE)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The lines worth showing first, and how many there are in all."""

    lines: tuple[Decision, ...]
    total: int


def waiting_for(
    *, actor: Actor, on: date, totals: Totals, left: Sequence[Left], unmatched: Unmatched, limit: int = 8
) -> Waiting:
    """Everything that waits for a decision, ordered by money and time left. Five queries at most.

    Notices and expired licences may be thousands: only those are read whole that can be among the first.
    """
    expired, ended = _expired(actor, on, limit)
    others = [*_findings(actor, on), *_leavers(left), *_unmatched(unmatched)]
    ranked = sorted([*others, *_notices(actor, on, limit), *expired], key=_rank)
    return Waiting(_first(ranked, limit), len(others) + totals.due_soon + ended)


def _rank(one: Decision) -> tuple[Decimal, int, int, Decimal, str]:
    days = SOON_DAYS + 1 if one.days is None else one.days
    return -one.weight, days, list(Kind).index(one.kind), -one.units, one.name


def _first(ranked: Sequence[Decision], limit: int) -> tuple[Decision, ...]:
    """The heaviest lines, with the best of each kind that is always shown among them."""
    kept: dict[Kind, Decision] = {}
    for one in ranked:
        if one.kind in ALWAYS_SHOWN:
            kept.setdefault(one.kind, one)
    must = list(kept.values())
    others = [one for one in ranked if one not in must][: max(0, limit - len(must))]
    return tuple(sorted([*must, *others], key=_rank))


def _findings(actor: Actor, on: date) -> Iterator[Decision]:
    """A line for each shortfall; what was not assessed is one line, for it has no figure to rank by."""
    unclear = []
    for one in findings_visible_to(actor=actor, on=on).filter(kind__in=Kind):
        if one.kind == Kind.NOT_ASSESSED:
            unclear.append(one)
            continue
        seen = one.money is not None and actor.may(Permission.PRICES_VIEW, one.company_id)
        yield Decision(
            kind=Kind(one.kind),
            name=" ".join(part for part in (one.product.name, one.edition and one.edition.name) if part),
            company_id=one.company_id,
            company=one.company.name,
            record_id=one.position_id,
            metric=one.metric,
            units=one.units or Decimal(0),
            says=one.says,
            money=(one.money, one.currency) if seen and one.money is not None else None,
        )
    if unclear:
        names = {one.product.name for one in unclear}
        yield Decision(kind=Kind.NOT_ASSESSED, name=", ".join(sorted(names)), number=len(unclear))


def _notices(actor: Actor, on: date, limit: int) -> Iterator[Decision]:
    """Licences whose notice or term ends within thirty days, with what a year of them costs; the heaviest."""
    notice = Q(renews_itself=True) & ~Q(decide_by=F("valid_to"))
    too_late = Case(When(notice, then="decide_by"), default="valid_to", output_field=DateField())
    days = Func(
        too_late, Value(on), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField()
    )
    haste = Value(SOON_DAYS + HASTE) - Least(days, Value(SOON_DAYS))
    weight = seen_cost(actor) * Cast(haste, MONEY)
    heaviest = (weight.desc(), too_late)
    for one in owned_of(actor=actor, on=on, where=due_soon(on), first_by=heaviest, most=limit):
        if one.decide_by is None:
            continue
        is_notice = one.renews_itself and one.decide_by != one.valid_to
        yield Decision(
            kind=Kind.NOTICE if is_notice else Kind.ENDING,
            name=one.name,
            company_id=one.company_id,
            company=one.company,
            record_id=one.licence_id,
            metric=one.metric,
            units=Decimal(one.free or 0),
            of_units=0 if one.unlimited else one.purchased,
            money=None if one.annual_cost is None else (one.annual_cost, one.currency),
            days=((one.decide_by if is_notice else one.valid_to or one.decide_by) - on).days,
            last_on=one.decide_by if is_notice else one.valid_to,
        )


def _expired(actor: Actor, on: date, limit: int) -> tuple[list[Decision], int]:
    """Licences that ended while units of them are still held, with what their last year cost: the heaviest, and how many."""
    held = ids_of(actor=actor, on=on, where=Q(state="expired", used__gt=0))
    lines = purchases_visible_to(actor=actor).filter(OneOf("licence_id", held), valid_until__lte=on)
    last = lines.order_by("licence_id", "-valid_until", "-pk").distinct("licence_id")
    paths = ("company_id", "total", "valid_from", "valid_until", "licence_id", "currency")
    ended = list(last.values_list(*paths))
    priced = actor.companies(Permission.PRICES_VIEW)
    first = {
        row[4]: (_of_a_year(row, priced), row[3], row[5])
        for row in nsmallest(limit, ended, key=lambda row: (-(_of_a_year(row, priced) or 0), row[3]))
    }
    return [
        Decision(
            kind=Kind.EXPIRED, name=one.name, company_id=one.company_id, company=one.company, record_id=one.licence_id,
            metric=one.metric, units=Decimal(one.used), money=None if year is None else (year, currency),
            days=(until - on).days - 1, last_on=until - timedelta(days=1),
        )
        for one in owned_of(actor=actor, on=on, where=Q(pk__in=list(first)))
        for year, until, currency in [first[one.licence_id]]
    ] if first else [], len(ended)  # fmt: skip


def _of_a_year(row: tuple[Any, ...], priced: Collection[int] | None) -> Decimal | None:
    """What a year of an ended line cost; nothing is known where there is no price, or none to be seen."""
    company_id, total, begun, ended, *_others = row
    if total is None or not (priced is None or company_id in priced):
        return None
    return Decimal(total * YEAR_DAYS / max((ended - begun).days, YEAR_DAYS))


def _leavers(left: Sequence[Left]) -> Iterator[Decision]:
    """One line a company: how many people left with how many units, and what those cost a year."""
    companies: dict[int, list[Left]] = {}
    for one in left:
        companies.setdefault(one.company_id, []).append(one)
    for company_id, rows in companies.items():
        costs = by_currency(
            (cost * row.units, row.licence.currency)
            for row in rows
            if row.licence and (cost := row.licence.unit_cost) is not None
        )
        yield Decision(
            kind=Kind.LEAVERS,
            company_id=company_id,
            company=rows[0].company,
            number=len(frozenset().union(*(row.people for row in rows))),
            units=Decimal(sum(row.units for row in rows)),
            money=costs[0] if costs else None,
            first_on=min((row.first_on for row in rows if row.first_on), default=None),
            last_on=max((row.last_on for row in rows if row.last_on), default=None),
        )


def _unmatched(found: Unmatched) -> Iterator[Decision]:
    if found.titles:
        yield Decision(
            kind=Kind.UNMATCHED,
            name=", ".join(found.publishers),
            number=found.titles,
            units=Decimal(found.commercial),
            of_units=found.commercial_devices,
            devices=found.devices,
        )
