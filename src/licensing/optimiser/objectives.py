"""The objectives in their order: units short that have no price, money, units short, then rights, changes and ids."""

from collections.abc import Callable, Iterator
from fractions import Fraction

from licensing.cover import Grant, Line
from licensing.optimiser.columns import Layout
from licensing.optimiser.preparing import Share
from licensing.optimiser.programme import Level, level
from licensing.optimiser.supplies import Prices
from licensing.quantities import Exact

UNPRICED, MONEY, UNITS = "units short without a price", "money", "units short"
FLEXIBLE, VALUE, MOVED, IDS = "flexible rights", "value of rights", "units moved", "order of ids"


def objectives(layout: Layout, prices: Prices) -> tuple[Level, ...]:
    """All levels of a layout; what comes first is settled before what comes next is looked at."""
    short, demands = layout.columns.short, layout.estate.demands
    unit = Fraction(1, layout.grain)
    unpriced = {short[number]: unit for number, demand in enumerate(demands) if demand.price is None}
    order = {key: at for at, key in enumerate(layout.supply.shares)}
    return (
        level(UNPRICED, unpriced),
        level(MONEY, _money(layout, prices)),
        level(UNITS, dict.fromkeys(short.values(), unit)),
        level(FLEXIBLE, dict(_flexible(layout))),
        level(VALUE, dict(_used(layout, lambda key: layout.grant(key).unit_cost or 0))),
        level(MOVED, dict.fromkeys(layout.columns.kept.values(), -unit)),
        level(IDS, dict(_used(layout, lambda key: order[key]))),
    )


def use_price(share: Share, prices: Prices) -> Exact:
    """What using one unit costs: as given, else what a true-up will ask for it, else nothing."""
    return prices.use.get(share.of, share.grant.unit_cost or 0 if share.grant.true_up else 0)


def flexibility(grant: Grant, line: Line) -> int:
    """How much freedom is spent by covering a line with a grant rather than with one that fits nothing else."""
    unversioned_or_flexible = grant.version is None or line.version != grant.version
    return (
        (not grant.is_endless)
        + (grant.scopes is None)
        + 2 * unversioned_or_flexible
        + 3 * (line.edition != grant.edition)
        + 20 * grant.true_up
    )


def _money(layout: Layout, prices: Prices) -> dict[int, Exact]:
    demands, supply = layout.estate.demands, layout.supply
    money = {
        column: Fraction(demands[number].price or 0) / layout.grain
        for number, column in layout.columns.short.items()
    }
    packs = {column: supply.packs[key].price or 0 for key, column in layout.columns.bought.items()}
    return {**money, **packs, **dict(_used(layout, lambda key: use_price(supply.shares[key], prices)))}


def _used(layout: Layout, worth: Callable[[str], Exact]) -> Iterator[tuple[int, Exact]]:
    """For every column that uses units of a grant, what its units are worth."""
    each = {key: Fraction(worth(key)) for key in layout.supply.shares}
    for (_, key), column in layout.columns.single.items():
        yield column, each[key] / layout.grain
    for (made, key), column in layout.columns.suite.items():
        yield column, each[key] * layout.estate.made[made].one.takes


def _flexible(layout: Layout) -> Iterator[tuple[int, Exact]]:
    """A suite counts for more than single rights, twice where components of it would lie idle; so do packs."""
    demands, unit = layout.estate.demands, Fraction(1, layout.grain)
    for (number, key), column in layout.columns.single.items():
        yield column, flexibility(layout.grant(key), demands[number].line) * unit
    for place, column in layout.columns.suite.items():
        right = layout.rights[place]
        products = {demands[number].line.product for number in right.covers}
        idle = len(products) < len(right.suite.components)
        yield column, (8 if idle else 4) * layout.estate.made[right.made].one.takes
    for column in layout.columns.bought.values():
        yield column, 1
