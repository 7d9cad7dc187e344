"""What the optimiser gives back: a cover with its suites, packs and layers, and the money with its proof."""

from collections.abc import Mapping
from dataclasses import dataclass

from licensing.cover import Link, Rejected
from licensing.quantities import Exact


@dataclass(frozen=True, slots=True)
class SuiteUse:
    """So many subjects of a composition licensed by a suite, the units taken and what of them covers which line."""

    composition: str
    suite: str
    grant: str
    subjects: int
    units: Exact
    covers: Mapping[str, Exact]


@dataclass(frozen=True, slots=True)
class Bought:
    """Packs to buy, by the key of what they are sold as."""

    pack: str
    count: int
    units: Exact
    cost: Exact


@dataclass(frozen=True, slots=True)
class Waived:
    """Units of a line that need no licence, because the other layer is licensed."""

    line: str
    units: Exact
    layer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """A cover in terms of the lines and grants given.

    For every line its links, its share of suites, what is waived and its ``short`` add up to its need.
    """

    links: tuple[Link, ...]
    suites: tuple[SuiteUse, ...]
    bought: tuple[Bought, ...]
    waived: tuple[Waived, ...]
    short: Mapping[str, Exact]


@dataclass(frozen=True, slots=True)
class Money:
    """What a cover costs: packs, what is short at its price, and what using units costs.

    ``bound`` is what no lawful cover can go below, None where no solver found one; ``gap`` is (objective - bound) /
    max(objective, 1). ``unpriced_short`` counts the missing units that have no price: they are fewest first, and money
    comes second. ``optimum`` is the best found where the order of consumption was demanded instead.
    """

    objective: Exact
    bound: Exact | None
    gap: Exact | None
    greedy: Exact
    optimum: Exact
    unpriced_short: Exact
    greedy_unpriced_short: Exact

    @property
    def saved(self) -> Exact:
        """What the cheapest cover found saves against the order of consumption."""
        return self.greedy - self.optimum


@dataclass(frozen=True, slots=True)
class Solution:
    """A cover, its money, and how it was found.

    ``method`` is greedy, lp or milp; ``proved`` says that nothing cheaper is lawful, ``proof`` by what. ``notes`` say
    what a reader must know: prices missing, limits reached, a proposal of the solver that did not hold.
    """

    links: tuple[Link, ...]
    suites: tuple[SuiteUse, ...]
    bought: tuple[Bought, ...]
    waived: tuple[Waived, ...]
    short: Mapping[str, Exact]
    idle: Mapping[str, Exact]
    left: Mapping[str, Exact | None]
    rejected: tuple[Rejected, ...]
    money: Money
    method: str
    proved: bool
    proof: str
    solver: str
    notes: tuple[str, ...] = ()
    seconds: Exact | None = None
