"""The order of consumption as a point of the programme: the fallback, and the most the cheapest cover may cost.

Hosts or VMs by the fewer units; suites by their ranking; then one by one as :mod:`licensing.cover` does; then packs
where they cost less than what is short.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from licensing.cover import cover
from licensing.optimiser.admissible import SuiteRight, inferred
from licensing.optimiser.columns import Layout
from licensing.quantities import Exact, ceiling


@dataclass(slots=True)
class State:
    """What is still to be covered by class, what is left of limited shares, the subjects without a suite, the columns."""

    layout: Layout
    rest: list[Exact]
    left: dict[str, Exact | None]
    free: list[int]
    values: list[int]


def greedy(layout: Layout) -> tuple[int, ...]:
    """The values of all columns by the order of consumption."""
    demands, shares = layout.estate.demands, layout.supply.shares
    left = {key: None if share.grant.is_endless else share.grant.units for key, share in shares.items()}
    rest, free = [demand.units for demand in demands], [made.subjects for made in layout.estate.made]
    state = State(layout, rest, left, free, [0] * len(layout.columns.upper))
    _choose_layers(state)
    for right in _ranked(layout):
        _use_suite(state, right)
    _cover_singly(state)
    _buy(state)
    for number, column in layout.columns.short.items():
        state.values[column] = layout.grains(state.rest[number])
    for number, column in layout.columns.whole.items():
        state.values[column] = 0 if state.rest[number] else 1
    for place, column in layout.columns.kept.items():
        used = state.values[layout.columns.single[place]]
        state.values[column] = min(used, layout.columns.upper[column])
    return tuple(state.values)


def _choose_layers(state: State) -> None:
    demands = state.layout.estate.demands
    of_layer: dict[int | None, list[int]] = {}
    for at, demand in enumerate(demands):
        of_layer.setdefault(demand.layer, []).append(at)
    for number, column in state.layout.columns.host.items():
        own = of_layer[number]
        host = sum(demands[at].units for at in own if demands[at].is_host)
        vms = sum(demands[at].units for at in own if not demands[at].is_host)
        state.values[column] = state.layout.columns.upper[column] if host < vms else 0
        for at in own:
            if demands[at].is_host != (host < vms):
                state.rest[at] = 0


def _ranked(layout: Layout) -> list[SuiteRight]:
    """Suites that inference finds on the subjects: itself installed, most components, lower version, greater share."""
    estate = layout.estate

    def place(right: SuiteRight) -> tuple[bool, int, int, Fraction, str, str, int]:
        made, grant = estate.made[right.made], layout.grant(right.grant)
        products = {estate.demands[number].line.product for number in right.covers}
        share = Fraction(len(products), len(right.suite.components))
        itself = right.suite.product in made.one.installed
        return (
            not itself,
            -len(products),
            grant.version or 0,
            -share,
            right.suite.product,
            grant.key,
            right.made,
        )

    found = (r for r in layout.rights.values() if inferred(r.suite, estate.made[r.made], estate.demands))
    return sorted(found, key=place)


def _use_suite(state: State, right: SuiteRight) -> None:
    columns, made = state.layout.columns, state.layout.estate.made[right.made]
    left, subjects = state.left[right.grant], state.free[right.made]
    if left is not None:
        subjects = min(subjects, int(left / Fraction(made.one.takes)))
        state.left[right.grant] = left - subjects * made.one.takes
    state.free[right.made] -= subjects
    state.values[columns.suite[right.made, right.grant]] = subjects
    for number in right.covers:
        over = subjects * made.units[number] - state.rest[number]
        if over > 0:
            state.values[columns.over[number]] += state.layout.grains(over)
        state.rest[number] = max(0, -over)


def _cover_singly(state: State) -> None:
    layout = state.layout
    lines = [
        replace(demand.line, key=str(number), units=state.rest[number])
        for number, demand in enumerate(layout.estate.demands)
    ]
    grants = [
        replace(share.grant, units=state.left[key])
        for key, share in layout.supply.shares.items()
        if key not in layout.supply.packs
    ]
    for link in cover(lines=lines, grants=grants).links:
        _take(state, int(link.line), link.grant, link.units)


def _take(state: State, number: int, key: str, units: Exact) -> None:
    state.values[state.layout.columns.single[number, key]] += state.layout.grains(units)
    state.rest[number] -= units
    left = state.left[key]
    if left is not None:
        state.left[key] = left - units


def _buy(state: State) -> None:
    """For what is short, line by line, the cheapest packs that cover all of it, unless the shortage costs less."""
    demands = state.layout.estate.demands
    for number in range(len(demands)):
        if state.rest[number]:
            offers = sorted(_offers(state, number))
            price, units = demands[number].price, state.rest[number]
            if offers and (price is None or offers[0][0] <= price * units):
                _, key, count = offers[0]
                state.values[state.layout.columns.bought[key]] += count
                pack = state.layout.supply.packs[key]
                state.left[key] = (state.left[key] or 0) + count * pack.size
                _take(state, number, key, units)


def _offers(state: State, number: int) -> Iterable[tuple[Exact, str, int]]:
    columns, supply = state.layout.columns, state.layout.supply
    for key, pack in supply.packs.items():
        if (number, key) in columns.single:
            missing = max(0, state.rest[number] - (state.left[key] or 0))
            count = ceiling(Fraction(missing) / pack.size)
            if state.values[columns.bought[key]] + count <= columns.upper[columns.bought[key]]:
                yield count * (pack.price or 0), key, count
