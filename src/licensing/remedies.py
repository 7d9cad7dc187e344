"""Remedies: what can be done about a position, ranked by money, with the position each of them alone would leave.

Reclaim idle seats, move spare units from another company, downgrade an edition, renew fewer, buy packs. A remedy
changes what is required or what is entitled, never how it was counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from licensing.quantities import Exact, ceiling, plain, written

RECLAIM, MOVE, DOWNGRADE, RENEW_FEWER, BUY = "reclaim", "move", "downgrade", "renew fewer", "buy packs"


@dataclass(frozen=True, slots=True)
class Figures:
    """A position in figures; ``unit_price`` None is not known."""

    product: str
    entitled: Exact
    required: Exact
    unit_price: Exact | None = None

    @property
    def short(self) -> Exact:
        """Required beyond entitled."""
        return max(0, self.required - self.entitled)

    @property
    def spare(self) -> Exact:
        """Entitled beyond required."""
        return max(0, self.entitled - self.required)

    @property
    def exposure(self) -> Exact | None:
        """What is short, at the price of a unit."""
        return 0 if not self.short else _times(self.short, self.unit_price)


@dataclass(frozen=True, slots=True)
class Idle:
    """Units that holders have but do not use; where they were assigned on a day, they stay for ``days``."""

    units: Exact
    says: str
    assigned_on: date | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Spare:
    """Units another company has to spare, what moving one costs, and why they may not be moved, if so."""

    company: str
    units: Exact
    cost: Exact = 0
    obstacle: str = ""
    free_on: date | None = None


@dataclass(frozen=True, slots=True)
class Lower:
    """Units of need that a lower edition would serve, and the position of that edition."""

    units: Exact
    position: Figures


@dataclass(frozen=True, slots=True)
class Renewal:
    """Units that end on a day unless renewed, for a price each; notice must be given by a day."""

    units: Exact
    renews_on: date
    price: Exact | None = None
    notice_by: date | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack that may be bought."""

    size: Exact
    price: Exact | None
    name: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a position on a day."""

    position: Figures
    on: date
    idle: tuple[Idle, ...] = ()
    elsewhere: tuple[Spare, ...] = ()
    lower: tuple[Lower, ...] = ()
    renewals: tuple[Renewal, ...] = ()
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing to do: what it costs, what it saves, the positions it leaves, and the first day it can be done.

    ``saving`` is the exposure it closes and the renewals or purchases it spares; None where a price is not known.
    """

    kind: str
    says: str
    units: Exact
    cost: Exact | None
    saving: Exact | None
    after: tuple[Figures, ...]
    first_possible_on: date

    @property
    def net(self) -> Exact | None:
        """The saving after its cost."""
        return None if self.saving is None or self.cost is None else plain(Fraction(self.saving - self.cost))


def remedies(facts: Facts) -> tuple[Remedy, ...]:
    """The remedies for a position, the one with the most money first, those without a price last by units.

    Each stands alone: its figures suppose that none of the others is done.

    >>> found = remedies(
    ...     Facts(
    ...         Figures("Office", 10, 13, unit_price=100),
    ...         date(2026, 3, 1),
    ...         idle=(Idle(2, "not used for 90 days"),),
    ...         offers=(Offer(5, 450, "5 seats"),),
    ...     )
    ... )
    >>> [(remedy.kind, remedy.net, remedy.after[0].short) for remedy in found]
    [('reclaim', 200, 1), ('buy packs', -150, 0)]
    """
    found = (*_reclaim(facts), *_move(facts), *_downgrade(facts), *_renew_fewer(facts), *_buy(facts))
    return tuple(sorted(found, key=_place))


def _place(remedy: Remedy) -> tuple[bool, Exact, date, str, str]:
    net = remedy.net
    weight = remedy.units if net is None else net
    return net is None, -weight, remedy.first_possible_on, remedy.kind, remedy.says


def _reclaim(facts: Facts) -> Iterator[Remedy]:
    """Need falls by the idle units: first less is short, then more need not be renewed."""
    before = facts.position
    for idle in facts.idle:
        units = min(idle.units, before.required)
        if units:
            after = _with(before, required=before.required - units)
            says = f"Reclaim {written(units)} units of {before.product}: {idle.says}"
            first = max(facts.on, _free_on(idle) or facts.on)
            yield Remedy(RECLAIM, says, units, 0, _freed(facts, after), (after,), first)


def _move(facts: Facts) -> Iterator[Remedy]:
    before = facts.position
    for spare in facts.elsewhere:
        units = min(spare.units, before.short)
        if units and not spare.obstacle:
            after = _with(before, entitled=before.entitled + units)
            says = f"Move {written(units)} spare units of {before.product} from {spare.company}"
            first = max(facts.on, spare.free_on or facts.on)
            yield Remedy(MOVE, says, units, _times(units, spare.cost), _less(before, after), (after,), first)


def _downgrade(facts: Facts) -> Iterator[Remedy]:
    """Need moves to the lower edition: what is then short there is its cost, what is freed here its saving."""
    before = facts.position
    for lower in facts.lower:
        units = min(lower.units, before.required)
        if units:
            after = _with(before, required=before.required - units)
            there = _with(lower.position, required=lower.position.required + units)
            says = f"Serve {written(units)} units of {before.product} by {lower.position.product}"
            cost, saving = _less(there, lower.position), _freed(facts, after)
            yield Remedy(DOWNGRADE, says, units, cost, saving, (after, there), facts.on)


def _renew_fewer(facts: Facts) -> Iterator[Remedy]:
    """What is spare need not be renewed, where notice can still be given."""
    before = facts.position
    for renewal in _open(facts):
        units = min(renewal.units, before.spare)
        if units:
            after = _with(before, entitled=before.entitled - units)
            notice = f", notice by {renewal.notice_by.isoformat()}" if renewal.notice_by else ""
            says = f"Renew {written(units)} fewer units of {before.product} on {renewal.renews_on.isoformat()}{notice}"
            saving = _times(units, renewal.price)
            yield Remedy(RENEW_FEWER, says, units, 0, saving, (after,), renewal.renews_on)


def _buy(facts: Facts) -> Iterator[Remedy]:
    before = facts.position
    for offer in facts.offers if before.short else ():
        count = ceiling(Fraction(before.short) / offer.size)
        after = _with(before, entitled=before.entitled + count * offer.size)
        says = f"Buy {count} × {offer.name} of {before.product}"
        cost = _times(count, offer.price)
        yield Remedy(BUY, says, count * offer.size, cost, _less(before, after), (after,), facts.on)


def _open(facts: Facts) -> list[Renewal]:
    """Renewals that can still be refused, the next first."""
    ahead = [renewal for renewal in facts.renewals if (renewal.notice_by or renewal.renews_on) >= facts.on]
    return sorted(ahead, key=lambda renewal: renewal.renews_on)


def _freed(facts: Facts, after: Figures) -> Exact | None:
    """What a smaller need is worth: exposure closed, and units spared at the next renewal that are not spare already."""
    before = facts.position
    closed, freed = _less(before, after), after.spare - before.spare
    renewal = next(iter(_open(facts)), None)
    spared = min(freed, max(0, renewal.units - before.spare)) if renewal else 0
    if renewal is None or not spared or closed is None:
        return closed
    return None if renewal.price is None else plain(Fraction(closed + spared * renewal.price))


def _free_on(idle: Idle) -> date | None:
    return None if idle.assigned_on is None else idle.assigned_on + timedelta(days=idle.days)


def _with(figures: Figures, *, entitled: Exact | None = None, required: Exact | None = None) -> Figures:
    return Figures(
        figures.product,
        figures.entitled if entitled is None else plain(Fraction(entitled)),
        figures.required if required is None else plain(Fraction(required)),
        figures.unit_price,
    )


def _less(before: Figures, after: Figures) -> Exact | None:
    """By how much exposure falls."""
    high, low = before.exposure, after.exposure
    return None if high is None or low is None else plain(Fraction(high - low))


def _times(units: Exact, price: Exact | None) -> Exact | None:
    return None if price is None else plain(Fraction(units * price))
