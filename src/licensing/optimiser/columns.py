"""What each column of the programme stands for: units of a grant on a class of lines, subjects under a suite, packs.

Units are scaled by one grain, so that every column is a whole number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from licensing.cover import Grant, Link
from licensing.optimiser.admissible import SuiteRight, single_rights, suite_rights
from licensing.optimiser.classes import Estate
from licensing.optimiser.demands import Suite
from licensing.optimiser.preparing import Supply
from licensing.quantities import Exact, ceiling

Place = tuple[int, str]


@dataclass(slots=True)
class Columns:
    """The number of each column, by what it stands for.

    ``single``: units of a grant on a class of lines; ``suite``: subjects of a class of compositions under a suite
    grant; ``short``: units missing; ``host``: layers licensed by the host; ``bought``: packs; ``whole``: a class is
    covered as a whole; ``over``: units covered by a suite although allocated; ``kept``: units as in the last run.
    """

    single: dict[Place, int] = field(default_factory=dict)
    suite: dict[Place, int] = field(default_factory=dict)
    short: dict[int, int] = field(default_factory=dict)
    host: dict[int, int] = field(default_factory=dict)
    bought: dict[str, int] = field(default_factory=dict)
    whole: dict[int, int] = field(default_factory=dict)
    over: dict[int, int] = field(default_factory=dict)
    kept: dict[Place, int] = field(default_factory=dict)
    upper: list[int] = field(default_factory=list)

    @property
    def choices(self) -> frozenset[int]:
        """The columns that choose rather than count: layers, packs, all or nothing."""
        return frozenset((*self.host.values(), *self.bought.values(), *self.whole.values()))

    def add(self, most: int) -> int:
        """A new column between 0 and ``most``."""
        self.upper.append(most)
        return len(self.upper) - 1


@dataclass(frozen=True, slots=True)
class Layout:
    """An estate and its supply laid out in columns; ``grain`` of them make one unit."""

    estate: Estate
    supply: Supply
    rights: Mapping[Place, SuiteRight]
    columns: Columns
    grain: int

    def grant(self, key: str) -> Grant:
        """The grant of a share, as far as allocations left it."""
        return self.supply.shares[key].grant

    def grains(self, units: Exact) -> int:
        """Units as a whole number of grains."""
        return int(units * self.grain)


def lay_out(*, estate: Estate, supply: Supply, suites: Sequence[Suite], previous: Sequence[Link]) -> Layout:
    """Number the columns of all that is admissible; the same facts in any order give the same numbers."""
    grants = [share.grant for share in supply.shares.values()]
    rights = {
        (right.made, right.grant): right
        for right in suite_rights(estate.made, estate.demands, suites, grants)
    }
    layout = Layout(estate, supply, rights, Columns(), _grain(estate, supply))
    _number_demands(layout)
    before = _before(estate, supply, previous)
    for place in single_rights(estate.demands, grants):
        _number_single(layout, place, layout.grains(before.get(place, 0)))
    for made, key in rights:
        layout.columns.suite[made, key] = layout.columns.add(estate.made[made].subjects)
    for number, layers in enumerate(estate.layers):
        layout.columns.host[number] = layout.columns.add(len(layers))
    for key in supply.packs:
        layout.columns.bought[key] = layout.columns.add(_most_packs(layout, key))
    return layout


def _grain(estate: Estate, supply: Supply) -> int:
    """How finely units are cut, so that all quantities are whole."""
    units: list[Exact] = [*estate.rest.values(), *(pack.size for pack in supply.packs.values())]
    units += [share.grant.units or 0 for share in supply.shares.values()]
    units += [each for made in estate.made for each in (made.one.takes, *made.units.values())]
    return lcm(*(some.denominator for some in units))


def _before(estate: Estate, supply: Supply, previous: Sequence[Link]) -> dict[Place, Exact]:
    """Units of the last run by class and share, as far as both are still there."""
    number = {key: at for at, demand in enumerate(estate.demands) for key in demand.members}
    shares: dict[str, list[str]] = {}
    for key, share in supply.shares.items():
        shares.setdefault(share.of, []).append(key)
    before: dict[Place, Exact] = {}
    for link in previous:
        for key in shares.get(link.grant, ()) if link.line in number else ():
            place = number[link.line], key
            before[place] = before.get(place, 0) + link.units
    return before


def _number_demands(layout: Layout) -> None:
    estate, columns = layout.estate, layout.columns
    added: dict[int, Exact] = {}
    for made in estate.made:
        for number, each in made.units.items():
            added[number] = added.get(number, 0) + each * made.subjects
    for number, demand in enumerate(estate.demands):
        columns.short[number] = columns.add(layout.grains(demand.units))
        if demand.line.whole:
            columns.whole[number] = columns.add(1)
        over = added.get(number, 0) - demand.units
        if over > 0:
            columns.over[number] = columns.add(layout.grains(over))


def _number_single(layout: Layout, place: Place, before: int) -> None:
    number, key = place
    grant, columns = layout.grant(key), layout.columns
    most = layout.grains(layout.estate.demands[number].units)
    if not grant.is_endless and key not in layout.supply.packs:
        most = min(most, layout.grains(grant.units or 0))
    columns.single[place] = columns.add(most)
    if before:
        columns.kept[place] = columns.add(min(most, before))


def _most_packs(layout: Layout, key: str) -> int:
    """As many as could cover everything they may."""
    estate, pack = layout.estate, layout.supply.packs[key]
    asked = sum(estate.demands[number].units for number, grant in layout.columns.single if grant == key)
    asked += sum(
        estate.made[made].subjects * estate.made[made].one.takes
        for made, grant in layout.rights
        if grant == key
    )
    most = ceiling(Fraction(asked) / pack.size)
    return most if pack.most is None else min(most, pack.most)
