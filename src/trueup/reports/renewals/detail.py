"""What a decision needs beside the dates: the last change of price, what is used or required, and a proposal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.compliance.models import Position
from trueup.compliance.queries import positions_visible_to
from trueup.licences.models import Purchase, PurchaseKind
from trueup.licences.prices import total_of
from trueup.licences.queries import purchases_visible_to
from trueup.licences.renewing import last_day_to_reduce
from trueup.reports.renewals.endings import LICENCE, Ending

BUYING = (PurchaseKind.PURCHASE, PurchaseKind.RENEWAL, PurchaseKind.TRUE_UP)
YEAR_DAYS = 365
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Batch:
    """One line in force, and the last day on which its units can be given up (U-056)."""

    line_id: int
    units: int
    valid_to: date
    reduce_by: date


@dataclass(frozen=True, slots=True)
class Proposal:
    """What use and position speak for: renew so many, or drop. ``short`` are units lacking today."""

    kind: str
    units: int | None = None
    short: int = 0


@dataclass(frozen=True, slots=True)
class Renewal:
    """One row of Renewals."""

    ending: Ending
    price_change: Decimal | None
    batches: tuple[Batch, ...]
    proposal: Proposal | None


def renewals_with(*, actor: Actor, on: date, endings: Sequence[Ending]) -> list[Renewal]:
    """The endings with what a decision needs. Two queries, however many there are."""
    licences = [one for one in endings if one.kind == LICENCE]
    lines = _lines(actor, {one.record_id for one in licences})
    positions = _positions(actor, {one.product_id for one in licences if one.product_id})
    return [_renewal(one, lines.get(one.record_id, []), positions, actor, on) for one in endings]


def reductions_of(
    *, actor: Actor, on: date, first: date, endings: Sequence[Ending]
) -> Iterator[tuple[Ending, Batch]]:
    """The batches of licences that can be given up on or after a day, and nothing else of them. One query."""
    licences = {one.record_id: one for one in endings if one.kind == LICENCE}
    rows = purchases_visible_to(actor=actor).filter(
        licence_id__in=licences, kind__in=BUYING, valid_from__lte=on, valid_until__gt=max(on, first)
    )
    lines = rows.select_related("contract").only(
        "licence_id", "units", "valid_from", "valid_until", "renews_itself", "notice_days",
        "contract__renews_itself", "contract__notice_days",
    )  # fmt: skip
    for line in lines.order_by("valid_from", "pk"):
        for batch in _batches([line], on):
            yield licences[line.licence_id], batch


def _lines(actor: Actor, licence_ids: Collection[int]) -> dict[int, list[Purchase]]:
    rows = purchases_visible_to(actor=actor).filter(licence_id__in=licence_ids, kind__in=BUYING)
    found: dict[int, list[Purchase]] = {}
    for line in rows.select_related("contract").order_by("valid_from", "pk"):
        found.setdefault(line.licence_id, []).append(line)
    return found


def _positions(actor: Actor, product_ids: Collection[int]) -> dict[tuple[int, int, int | None], Position]:
    if not actor.may_somewhere(Permission.RUNS_VIEW):
        return {}
    rows = positions_visible_to(actor=actor).filter(product_id__in=product_ids, unlimited=False)
    kept = rows.only("company_id", "product_id", "edition_id", "metric", "entitled", "required_point")
    return {(one.company_id, one.product_id, one.edition_id): one for one in kept}


def _renewal(
    one: Ending,
    lines: Sequence[Purchase],
    positions: dict[tuple[int, int, int | None], Position],
    actor: Actor,
    on: date,
) -> Renewal:
    if one.kind != LICENCE:
        return Renewal(one, None, (), None)
    priced = actor.may(Permission.PRICES_VIEW, one.company_id)
    position = positions.get((one.company_id, one.product_id or 0, one.edition_id))
    return Renewal(
        one,
        last_price_change(lines) if priced else None,
        tuple(_batches(lines, on)),
        propose(one, position if position and position.metric == one.metric else None),
    )


def _batches(lines: Iterable[Purchase], on: date) -> Iterable[Batch]:
    for line in lines:
        day = last_day_to_reduce(line)
        if day is not None and line.valid_until is not None and line.valid_from <= on < line.valid_until:
            yield Batch(line.pk, line.units, line.valid_until - timedelta(days=1), day)


def last_price_change(lines: Sequence[Purchase]) -> Decimal | None:
    """By how much per cent the price of a unit and year changed with the last line that has one; none without two."""
    known = [(line.currency, price) for line in lines if (price := _unit_price(line)) is not None]
    if len(known) < 2 or known[-1][0] != known[-2][0]:  # noqa: PLR2004  # two prices make a change
        return None
    before, after = known[-2][1], known[-1][1]
    return (after / before * HUNDRED - HUNDRED).quantize(Decimal("0.1")) if before else None


def _unit_price(line: Purchase) -> Decimal | None:
    """What one unit costs, a year where the line has an end."""
    total = total_of(line)
    if total is None or line.units <= 0:
        return None
    if line.valid_until is None:
        return total / line.units
    years = Decimal(max(1, round((line.valid_until - line.valid_from).days / YEAR_DAYS)))
    return total / line.units / years


def propose(one: Ending, position: Position | None) -> Proposal:
    """Renew what is used; not less than what is required, where a run has counted it; drop what nobody uses.

    A product that is short keeps all its units, and the proposal says how many are lacking beside them.
    """
    if one.unlimited:
        return Proposal("renew" if one.used or position else "drop")
    spare = short = 0
    needed = one.used
    if position is not None and position.required_point is not None:
        gap = int(position.entitled - position.required_point)
        spare, short = max(gap, 0), max(-gap, 0)
        needed = max(one.used, one.purchased - spare)
    if needed <= 0:
        return Proposal("drop", short=short)
    return Proposal("renew", units=needed, short=short)
