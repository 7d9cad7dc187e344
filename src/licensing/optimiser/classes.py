"""Aggregation by signature: lines, compositions and layers that look alike to every rule are solved as one.

What is found for a class is spread over its members afterwards, in the order of their keys.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from licensing.cover import Cover, Line
from licensing.optimiser.demands import Composition, Layer
from licensing.optimiser.supplies import Prices
from licensing.quantities import Exact


@dataclass(frozen=True, slots=True)
class Demand:
    """Lines of one signature: their units together, the price of a missing one, and how they stand in a layer.

    ``each`` are the units in one layer of the class ``layer``; ``apart`` marks a line that stands alone because units
    are allocated to it.
    """

    line: Line
    units: Exact
    members: tuple[str, ...]
    price: Exact | None
    layer: int | None = None
    is_host: bool = False
    each: Exact = 0
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """Compositions of one signature: their subjects together, and what one adds to which class of lines."""

    members: tuple[Composition, ...]
    subjects: int
    units: Mapping[int, Exact]

    @property
    def one(self) -> Composition:
        """The first of them, like all others."""
        return self.members[0]


@dataclass(frozen=True, slots=True)
class Estate:
    """All that is to be covered, in classes; ``layers`` holds the members of each class of layers."""

    demands: tuple[Demand, ...]
    made: tuple[Made, ...]
    layers: tuple[tuple[Layer, ...], ...]
    rest: Mapping[str, Exact]


Signature = tuple[Any, ...]


class Keyed(Protocol):
    """Anything known by a key."""

    @property
    def key(self) -> str:
        """What it is known by."""


Thing = TypeVar("Thing", bound=Keyed)


def classify(
    *,
    lines: Sequence[Line],
    fixed: Cover,
    compositions: Iterable[Composition],
    layers: Iterable[Layer],
    prices: Prices,
) -> Estate:
    """Bring lines, less what is ``fixed``, compositions and layers into classes, in the order of keys."""
    known = {line.key: line for line in lines}
    rest = {line.key: fixed.short.get(line.key, 0) for line in lines}
    apart = {link.line for link in fixed.links} | {line.key for line in lines if line.whole}

    def sign(key: str) -> Signature:
        line = known[key]
        own = key if key in apart else ""
        version = (line.version is None, -(line.version or 0))
        return line.product, version, line.edition, line.scope, str(prices.short.get(key)), own

    grouped = _grouped(layers, lambda layer: _sign_layer(layer, rest, sign))
    role = {
        key: (number, key == layer.host)
        for number, group in enumerate(grouped)
        for layer in group
        for key in (layer.host, *layer.vms)
    }
    classes = _grouped(lines, lambda line: (*sign(line.key), role.get(line.key, (-1, False))))
    demands = tuple(_demand(group, rest, prices, role, apart, grouped) for group in classes)
    number = {key: at for at, demand in enumerate(demands) for key in demand.members}
    return Estate(demands, _made(compositions, number), grouped, rest)


def _demand(
    group: tuple[Line, ...],
    rest: Mapping[str, Exact],
    prices: Prices,
    role: Mapping[str, tuple[int, bool]],
    apart: set[str],
    layers: Sequence[tuple[Layer, ...]],
) -> Demand:
    first, units = group[0], sum(rest[line.key] for line in group)
    demand = Demand(
        replace(first, units=units),
        units,
        tuple(line.key for line in group),
        prices.short.get(first.key),
        apart=first.key in apart,
    )
    if first.key not in role:
        return demand
    layer, is_host = role[first.key]
    own = {layers[layer][0].host, *layers[layer][0].vms}
    each = sum(rest[line.key] for line in group if line.key in own)
    return replace(demand, layer=layer, is_host=is_host, each=each)


def _sign_layer(layer: Layer, rest: Mapping[str, Exact], sign: Callable[[str], Signature]) -> Signature:
    vms = sorted((*sign(key), rest[key]) for key in layer.vms)
    return (*sign(layer.host), rest[layer.host], tuple(vms))


def _made(compositions: Iterable[Composition], number: Mapping[str, int]) -> tuple[Made, ...]:
    def adds(made: Composition) -> dict[int, Exact]:
        units: dict[int, Exact] = {}
        for key, each in sorted(made.lines.items()):
            units[number[key]] = units.get(number[key], 0) + each
        return units

    def sign(made: Composition) -> Signature:
        return tuple(sorted(adds(made).items())), made.takes, made.scope, tuple(sorted(made.installed))

    groups = _grouped(compositions, sign)
    return tuple(Made(group, sum(one.subjects for one in group), adds(group[0])) for group in groups)


def _grouped(things: Iterable[Thing], sign: Callable[[Thing], Signature]) -> tuple[tuple[Thing, ...], ...]:
    groups: dict[Signature, list[Thing]] = {}
    for thing in sorted(things, key=lambda thing: thing.key):
        groups.setdefault(sign(thing), []).append(thing)
    return tuple(tuple(groups[signature]) for signature in sorted(groups))
