"""What waits for somebody to decide: findings, notices, leavers, expired licences and unmatched titles as one list.

A decision here is facts only; the page puts them into words and gives them their verb.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.compliance.queries import findings_visible_to
from trueup.licences.prices import total_in_sql
from trueup.licences.queries import purchases_visible_to
from trueup.reports.overview.leavers import Left
from trueup.reports.overview.portfolio import SOON_DAYS, Amount, Owned, by_currency, due_soon
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
    *,
    actor: Actor,
    on: date,
    owned: Sequence[Owned],
    left: Sequence[Left],
    unmatched: Unmatched,
    limit: int = 8,
) -> Waiting:
    """Everything that waits for a decision, ordered by money and time left. At most two queries."""
    found = [
        *_findings(actor, on),
        *_notices(owned, on),
        *_expired(actor, owned, on),
        *_leavers(owned, left),
        *_unmatched(unmatched),
    ]
    ranked = sorted(found, key=_rank)
    return Waiting(_first(ranked, limit), len(ranked))


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
    for one in findings_visible_to(actor=actor, on=on):
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


def _notices(owned: Iterable[Owned], on: date) -> Iterator[Decision]:
    """Licences whose notice or term ends within thirty days, with what a year of them costs."""
    for one in due_soon(owned, on=on):
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


def _expired(actor: Actor, owned: Iterable[Owned], on: date) -> Iterator[Decision]:
    """Licences that ended while units of them are still held, with what their last year cost."""
    held = {one.licence_id: one for one in owned if one.state == "expired" and one.used > 0}
    if not held:
        return
    lines = purchases_visible_to(actor=actor).filter(licence__held__gt=0, valid_until__lte=on)
    last = lines.order_by("licence_id", "-valid_until", "-pk").distinct("licence_id")
    paths = ("licence_id", "valid_from", "valid_until", "currency", "total")
    for licence_id, begun, ended, currency, total in last.annotate(total=total_in_sql()).values_list(*paths):
        if licence_id not in held or ended is None:
            continue
        one, term = held[licence_id], max((ended - begun).days, YEAR_DAYS)
        seen = actor.may(Permission.PRICES_VIEW, one.company_id)
        yield Decision(
            kind=Kind.EXPIRED, name=one.name, company_id=one.company_id, company=one.company, record_id=licence_id,
            metric=one.metric, units=Decimal(one.used), days=(ended - on).days - 1, last_on=ended - timedelta(days=1),
            money=(total * YEAR_DAYS / term, currency) if seen and total is not None else None,
        )  # fmt: skip


def _leavers(owned: Iterable[Owned], left: Iterable[Left]) -> Iterator[Decision]:
    """One line a company: how many people left with how many units, and what those cost a year."""
    licences = {one.licence_id: one for one in owned}
    companies: dict[int, list[Left]] = {}
    for one in left:
        companies.setdefault(one.company_id, []).append(one)
    for company_id, rows in companies.items():
        costs = by_currency(
            (cost * row.units, licence.currency)
            for row in rows
            if (licence := licences.get(row.licence_id)) and (cost := licence.unit_cost) is not None
        )
        days = [row.left_on for row in rows]
        yield Decision(
            kind=Kind.LEAVERS,
            company_id=company_id,
            company=rows[0].company,
            number=len({row.person_id for row in rows}),
            units=Decimal(sum(row.units for row in rows)),
            money=costs[0] if costs else None,
            first_on=min(days, default=None),
            last_on=max(days, default=None),
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
