"""One objective after another: each is made smallest among the covers that are best for all before it.

First without asking for whole numbers. Where the answer is whole it is the optimum, and prices on the rows prove it in
exact arithmetic; these prices also say which covers are as good, so that the next objective chooses among them. Where it is
not, whole numbers are searched for, and later objectives choose among covers with the same packs and layers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from licensing.optimiser.highs import Proposal, Solver, Task
from licensing.optimiser.programme import Level, Programme, Row, dual_bound

LP, MILP = "lp", "milp"
BROKEN = "what the solver proposed broke a constraint when checked exactly, and was refused"
EXACT, FLOATING = (
    "prices on the constraints, in exact arithmetic",
    "the solver's own bound, in floating point",
)


@dataclass(slots=True)
class Descent:
    """Where the descent stands: the covers still allowed, the best found of them, and what is proved of each level."""

    programme: Programme
    lower: list[int]
    upper: list[int]
    rows: list[Row]
    values: tuple[int, ...] = ()
    method: str = LP
    bounds: dict[str, int | None] = field(default_factory=dict)
    proofs: dict[str, str] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one search for whole numbers may take: branches first, seconds as the last resort."""

    nodes: int
    seconds: int


def descend(programme: Programme, solver: Solver, limits: Limits) -> Descent:
    """The best values found for all levels in their order; no values where the solver gave none that hold."""
    at = Descent(programme, [0] * len(programme.upper), list(programme.upper), list(programme.rows))
    for level in programme.levels:
        if all(at.lower[column] == at.upper[column] for column in level.coefficients) and at.values:
            _settle(at, level, level.of(at.values), EXACT)
            continue
        if at.method == MILP or not _linear(at, level, limits, solver):
            at.method = MILP
            _whole(at, level, limits, solver)
        if not at.values:
            break
    return at


def _settle(at: Descent, level: Level, bound: int | None, proof: str) -> None:
    at.bounds[level.name], at.proofs[level.name], at.methods[level.name] = bound, proof, at.method


def _task(at: Descent, level: Level, limits: Limits, *, whole: bool) -> Task:
    return Task(level.coefficients, at.lower, at.upper, at.rows, whole, limits.nodes, limits.seconds)


def _linear(at: Descent, level: Level, limits: Limits, solver: Solver) -> bool:
    """Take a whole answer of the linear programme if prices prove it; else nothing is lost but the time."""
    found = solver(_task(at, level, limits, whole=False))
    if not found.near or not at.programme.holds(found.values):
        return False
    if not _narrow(at, level, found.prices, found.values):
        return False
    at.values = found.values
    _settle(at, level, level.of(found.values), EXACT)
    return True


def _narrow(at: Descent, level: Level, prices: Sequence[Fraction], values: Sequence[int]) -> bool:
    """If prices prove values best, keep the optimal face: what a price or a reduced cost holds tight stays tight.

    These are the conditions of complementary slackness; every cover that is as good meets them.
    """
    bound, reduced = dual_bound(level.coefficients, at.rows, at.upper, at.lower, prices)
    if bound != level.of(values):
        return False
    for column, cost in enumerate(reduced):
        if cost:
            at.lower[column] = at.upper[column] = values[column]
    at.rows = [
        replace(row, equal=True) if price < 0 else row for row, price in zip(at.rows, prices, strict=True)
    ]
    return True


def _whole(at: Descent, level: Level, limits: Limits, solver: Solver) -> None:
    """Take an answer in whole numbers if it holds; what the search could not better is kept."""
    found = solver(_task(at, level, limits, whole=True))
    if found.values and _holds(at, found):
        at.values = found.values
    elif found.values:
        at.notes.append(f"{level.name}: {BROKEN}")
    if found.stopped:
        at.notes.append(f"{level.name}: the search for whole numbers stopped early: {found.stopped}")
    if at.values:
        reached = level.of(at.values)
        _settle(at, level, None if found.bound is None else min(found.bound, reached), FLOATING)
        _go_on(at, level, limits, solver)


def _holds(at: Descent, found: Proposal) -> bool:
    return found.near and at.programme.holds(found.values) and all(row.holds(found.values) for row in at.rows)


def _go_on(at: Descent, level: Level, limits: Limits, solver: Solver) -> None:
    """With the choices made, what remains is mostly whole by itself: return to the linear programme if it is."""
    for column in at.programme.choices:
        at.lower[column] = at.upper[column] = at.values[column]
    prices = solver(_task(at, level, limits, whole=False)).prices
    if prices and _narrow(at, level, prices, at.values):
        at.method = LP
    else:
        at.rows = [*at.rows, Row(level.coefficients, level.of(at.values), equal=False)]
