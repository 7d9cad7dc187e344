"""The cheapest lawful cover of an estate: prepared, aggregated, solved, checked exactly, and told line by line."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from licensing.cover import Grant, Line
from licensing.optimiser import highs
from licensing.optimiser.classes import classify
from licensing.optimiser.columns import Layout, lay_out
from licensing.optimiser.constraints import constraints
from licensing.optimiser.demands import Composition, Layer, Suite, check_demands
from licensing.optimiser.greedy import greedy
from licensing.optimiser.highs import Solver
from licensing.optimiser.levels import Limits
from licensing.optimiser.objectives import MONEY, UNPRICED, objectives
from licensing.optimiser.preparing import prepare
from licensing.optimiser.programme import Programme
from licensing.optimiser.rejecting import rejections
from licensing.optimiser.searching import Search, search
from licensing.optimiser.solution import Money, Solution
from licensing.optimiser.spreading import Spread, spread
from licensing.optimiser.supplies import GREEDY, Base, Holding, Options, Pack, Pool, Prices
from licensing.quantities import Exact, plain


def optimise(
    *,
    lines: Iterable[Line],
    grants: Iterable[Grant],
    suites: Iterable[Suite] = (),
    compositions: Iterable[Composition] = (),
    layers: Iterable[Layer] = (),
    pools: Iterable[Pool] = (),
    bases: Iterable[Base] = (),
    packs: Iterable[Pack] = (),
    holdings: Iterable[Holding] = (),
    prices: Prices | None = None,
    options: Options | None = None,
    solver: Solver = highs.solve,
) -> Solution:
    """The cover that leaves the fewest unpriced units short, then costs least, then spends the least flexible rights.

    Quantities and money are exact rationals, money in one currency. Raises DoubleKey or NotOneEstate for facts that
    do not fit together. Objectives and constraints are those of docs/explanation/optimiser.md.

    >>> a, b = Line("a", "DB", 3, edition="Standard"), Line("b", "DB", 2, edition="Enterprise")
    >>> e = Grant("e", "DB", 3, edition="Enterprise", editions=frozenset({"Standard"}), unit_cost=1)
    >>> s = Grant("s", "DB", 2, edition="Standard", unit_cost=5)
    >>> found = optimise(lines=[a, b], grants=[e, s], prices=Prices(short={"a": 100, "b": 400}))
    >>> [(link.line, link.grant, link.units) for link in found.links], found.money.objective, found.proved
    ([('a', 'e', 1), ('a', 's', 2), ('b', 'e', 2)], 0, True)
    """
    prices, options = prices or Prices(), options or Options()
    started = options.clock() if options.clock else None
    asked, known = sorted(lines, key=lambda line: line.key), list(suites)
    many, hosts = list(compositions), list(layers)
    check_demands(asked, many, hosts)
    supply = prepare(
        lines=asked,
        grants=list(grants),
        bases=bases,
        pools=pools,
        packs=packs,
        holdings=holdings,
        on=options.on,
    )
    estate = classify(lines=asked, fixed=supply.fixed, compositions=many, layers=hosts, prices=prices)
    layout = lay_out(estate=estate, supply=supply, suites=known, previous=options.previous)
    solution = _solved(layout, prices, options, solver, lines=asked, suites=known)
    return _timed(solution, options, started)


def _timed(solution: Solution, options: Options, started: Exact | None) -> Solution:
    if options.clock is None or started is None:
        return solution
    return replace(solution, seconds=options.clock() - started)


def _solved(
    layout: Layout,
    prices: Prices,
    options: Options,
    solver: Solver,
    *,
    lines: Sequence[Line],
    suites: Sequence[Suite],
) -> Solution:
    columns = layout.columns
    programme = Programme(
        tuple(columns.upper), constraints(layout), objectives(layout, prices), columns.choices
    )
    found = search(programme, greedy(layout), solver, Limits(options.nodes, options.seconds))
    return _told(layout, programme, found, options, lines=lines, suites=suites)


def _told(
    layout: Layout,
    programme: Programme,
    found: Search,
    options: Options,
    *,
    lines: Sequence[Line],
    suites: Sequence[Suite],
) -> Solution:
    by_order = options.order == GREEDY
    values = found.start if by_order else found.values
    reason = "first adequate by the order of consumption" if by_order else "part of the cheapest lawful cover"
    known = {line.key: line for line in lines}
    given = spread(layout, values, lines=known, previous=options.previous, reason=reason)
    left = _left(layout, given)
    money = _money(programme, found, values)
    fixed = layout.supply.fixed
    return Solution(
        tuple(sorted((*fixed.links, *given.links), key=lambda link: (link.line, link.grant, link.reason))),
        tuple(given.suites),
        tuple(given.bought),
        tuple(given.waived),
        {key: units for key, units in sorted(given.rest.items()) if units},
        fixed.idle,
        left,
        rejections(layout, given, lines=lines, suites=suites, left=left),
        money,
        "greedy" if by_order else found.method,
        not by_order and found.proved,
        found.proof,
        highs.NAME,
        (*layout.supply.notes, *_unpriced(money), *found.notes),
    )


def _left(layout: Layout, given: Spread) -> dict[str, Exact | None]:
    """What is left of each grant given, and of packs bought, after all links and suites."""
    sizes = {bought.pack: bought.units for bought in given.bought}
    left: dict[str, Exact | None] = {}
    for key, share in layout.supply.shares.items():
        before = left.get(share.of, 0)
        if share.grant.is_endless or before is None:
            left[share.of] = None
        else:
            left[share.of] = before + (share.grant.units or 0) + sizes.get(key, 0) - given.used[key]
    return left


def _money(programme: Programme, found: Search, values: Sequence[int]) -> Money:
    def worth(name: str, of: Sequence[int]) -> Exact:
        level = next(level for level in programme.levels if level.name == name)
        return plain(Fraction(level.of(of) * level.worth))

    objective, bound = worth(MONEY, values), found.bounds.get(MONEY)
    scale = max(1, objective, -objective)
    gap = None if bound is None else plain(Fraction(objective - bound) / scale)
    return Money(
        objective,
        bound,
        gap,
        worth(MONEY, found.start),
        worth(MONEY, found.values),
        worth(UNPRICED, values),
        worth(UNPRICED, found.start),
    )


def _unpriced(money: Money) -> Iterable[str]:
    if money.unpriced_short or money.greedy_unpriced_short:
        yield "some of what may be short has no price: as few of these units as possible are short, whatever that costs"
