"""What may cover besides grants as they stand: pools, bases of upgrades, packs to buy, what was assigned before, prices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from licensing.cover import Grant, Link
from licensing.quantities import Exact

CHEAPEST, GREEDY = "cheapest", "order of consumption"


@dataclass(frozen=True, slots=True)
class Pool:
    """Who may use a grant and how many of its units are reserved for whom; a reservation not used is never lent.

    ``reserved`` names every scope with a rule, None for no reservation. ``unrestricted`` lets anyone use free units.
    """

    grant: str
    reserved: Mapping[str, Exact | None]
    unrestricted: bool = False


@dataclass(frozen=True, slots=True)
class Base:
    """An upgrade, step-up or maintenance grant rests on a base grant; it never licenses alone.

    Each unit turns one unit of ``base`` into one of ``grant``. ``base`` empty says that there is none.
    """

    grant: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """Units that may be bought: ``grant`` says what they cover (its units do not count), ``size`` units at ``price``."""

    grant: Grant
    size: Exact
    price: Exact | None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """Units of a grant given to a line on a day; they stay there until so many days have passed."""

    grant: str
    line: str
    units: Exact
    since: date
    days: int = 90


@dataclass(frozen=True, slots=True)
class Prices:
    """Money a unit, in one currency. ``short`` by line key is what a missing unit costs; absent is not known.

    ``use`` by grant key is what using one unit costs that leaving it idle would not (maintenance, renewal, true-up);
    absent is nothing, but for a true-up grant its own ``unit_cost``.
    """

    short: Mapping[str, Exact] = field(default_factory=dict)
    use: Mapping[str, Exact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """How to look for a cover: ``order`` greedy where a contract demands the order of consumption.

    ``previous`` is the last run's cover, kept where it costs nothing. ``nodes`` and ``seconds`` bound the search for
    whole numbers; what is stopped by seconds need not come out the same twice, and says so. ``clock`` counts seconds.
    """

    order: str = CHEAPEST
    previous: tuple[Link, ...] = ()
    on: date | None = None
    nodes: int = 20_000
    seconds: int = 60
    clock: Callable[[], Exact] | None = None
