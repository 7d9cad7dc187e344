"""What a run gives reason to settle, with its money: positions that are short, licences that are too large or held in
vain, installations outside their region.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from licensing.quantities import written
from licensing.register import METRICS, named
from trueup.compliance.counting import Result
from trueup.compliance.finding_tables import Finding, FindingKind
from trueup.compliance.holdings import Holdings
from trueup.compliance.models import Position
from trueup.compliance.pricing import Priced
from trueup.licences.metrics import SITE

Pair = tuple[Position, Result]
FINE = Decimal("0.0001")
SAYS = {
    "leavers": "%s held by people who left.",
    "decommissioned": "%s held by devices that are decommissioned.",
    "idle": "%s held where the product is not installed.",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything findings are read from: positions with their results, holdings, prices and owners of licences."""

    pairs: Sequence[Pair]
    holdings: Holdings
    priced: Mapping[int, Priced]
    share_of: Mapping[int, int]
    at: datetime
    on: date
    by_licence: Mapping[int, Position] = field(default_factory=dict)

    def price(self, licence_id: int) -> Priced:
        """What is known of a licence's price; nothing, where it is gone since."""
        return self.priced.get(licence_id, Priced())


def by_licence(pairs: Iterable[Pair]) -> dict[int, Position]:
    """The position each licence answers."""
    return {licence_id: position for position, result in pairs for licence_id in result.entitled.by_licence}


def noticed(seen: Seen) -> Iterator[Finding]:
    """Every finding of a run."""
    for position, result in seen.pairs:
        yield from _of_position(seen, position, result)
        yield from _spare(seen, position, result)
    yield from _over_held(seen)
    yield from _in_vain(seen)
    yield from _abroad(seen)


def _of_position(seen: Seen, position: Position, result: Result) -> Iterator[Finding]:
    """Short, unlicensed or not assessed: what closing it costs at the last price paid."""
    kind, says = _kind(position, result)
    if kind is not None:
        owners = [seen.price(licence_id).owner_id for licence_id in result.entitled.by_licence]
        yield Finding(
            company_id=position.company_id, kind=kind, product_id=position.product_id, edition_id=position.edition_id,
            metric=position.metric, position=position, says=says, units=position.short, of_units=position.entitled,
            money=position.exposure, currency=position.currency, opened_at=seen.at,
            owner_id=next((owner for owner in owners if owner is not None), None),
        )  # fmt: skip


def _kind(position: Position, result: Result) -> tuple[FindingKind | None, str]:
    if position.state == "not_assessed":
        return FindingKind.NOT_ASSESSED, position.reason
    if position.state != "short":
        return None, ""
    unit = named(position.metric).unit
    short = f"{written(result.weighed.short)} {unit.of(result.weighed.short)}"
    if not position.licences:
        return FindingKind.UNLICENSED, f"{short} required, and there is no licence."
    return FindingKind.SHORT, f"{short} more required than the {written(result.entitled.units)} entitled."


def _spare(seen: Seen, position: Position, result: Result) -> Iterator[Finding]:
    """Licences with fewer units in use than the company's share of them (C-035).

    Only units that are free and beyond the need are spare; the dearest licence gives first. Units that nobody can hold
    in person are never called not deployed: where they are used, nobody holds them (U-058).
    """
    spare = result.weighed.spare
    if position.unlimited or position.metric == SITE or not spare:
        return
    room, share = int(spare), seen.share_of.get(position.company_id, 0)
    owned = {licence_id: units for licence_id, units in result.entitled.by_licence.items() if units}
    for licence_id in sorted(owned, key=lambda one: (-(seen.price(one).yearly or 0), one)):
        units = owned[licence_id] or 0
        free = max(0, min(room, units - seen.holdings.held.get(licence_id, 0)))
        room -= free
        if free and (units - free) * 100 < share * units:
            personal = "person" in METRICS[position.metric].holders
            kind = FindingKind.NOT_DEPLOYED if personal and free == units else FindingKind.OVER_LICENSED
            says = f"{units - free} of {_units(position.metric, units)} in use, {free} more than needed."
            yield _of_licence(seen, licence_id, kind, says, free, units)


def _over_held(seen: Seen) -> Iterator[Finding]:
    """More units held than the lines in force own; all of them, where none is in force any more (R-126)."""
    for licence_id, held in seen.holdings.held.items():
        owned = seen.holdings.owned.get(licence_id, 0)
        licence = seen.holdings.company_of.get(licence_id)
        if owned is None or licence is None or held <= owned or licence["metric"] == SITE:
            continue
        words = _units(licence["metric"], held)
        kind, says = (
            (FindingKind.OVER_HELD, f"{words} held, {owned} owned.")
            if owned
            else (FindingKind.EXPIRED, f"{words} held, and no purchase line is in force any more.")
        )
        yield _of_licence(seen, licence_id, kind, says, held - owned, held, costs=True)


def _in_vain(seen: Seen) -> Iterator[Finding]:
    for (licence_id, kind), one in seen.holdings.in_vain.items():
        licence = seen.holdings.company_of.get(licence_id)
        if licence is not None:
            says = SAYS[kind] % _units(licence["metric"], one.units)
            found = _of_licence(
                seen, licence_id, FindingKind(kind), says, one.units, seen.holdings.held[licence_id]
            )
            found.records = one.records
            yield found


def _abroad(seen: Seen) -> Iterator[Finding]:
    """Installations in a region that no line covers (R-074); units and money where a device needs one unit."""
    position_of = {(one.company_id, one.product_id): one for one, _result in seen.pairs if one.licences}
    for (company_id, product_id, region_id), one in seen.holdings.abroad.items():
        position = position_of.get((company_id, product_id))
        if position is None:
            continue
        each = position.metric == "per_device"
        price = position.unit_price if each else None
        devices = f"{one.devices} device{'' if one.devices == 1 else 's'}"
        yield Finding(
            company_id=company_id, kind=FindingKind.WRONG_REGION, product_id=product_id, metric=position.metric,
            region_id=region_id, position=position, says=f"Found on {devices} in a region that no purchase line covers.",
            units=one.devices if each else None, money=None if price is None else price * one.devices,
            currency=position.currency, records=one.records, opened_at=seen.at,
        )  # fmt: skip


def _of_licence(
    seen: Seen, licence_id: int, kind: FindingKind, says: str, units: int, of_units: int, *, costs: bool = False
) -> Finding:  # fmt: skip
    """A finding about units of one licence: what they cost to buy, or what a year without them saves, and from when."""
    licence, price = seen.holdings.company_of[licence_id], seen.price(licence_id)
    position = seen.by_licence.get(licence_id)
    each = price.unit if costs else price.yearly
    money = None if each is None else (each * units).quantize(FINE, ROUND_HALF_UP)
    return Finding(
        company_id=licence["company_id"], kind=kind, product_id=licence["product_id"], edition_id=licence["edition_id"],
        metric=licence["metric"], licence_id=licence_id, position=position, owner_id=price.owner_id, says=says,
        units=units, of_units=of_units, money=money if costs else None, saving=None if costs else money,
        currency="" if money is None else price.currency, reducible_on=None if costs else price.reducible_on,
        opened_at=seen.at,
    )  # fmt: skip


def _units(metric: str, units: int) -> str:
    unit = METRICS[metric].unit if metric in METRICS else None
    return f"{units} {unit.of(units) if unit else 'units'}"
