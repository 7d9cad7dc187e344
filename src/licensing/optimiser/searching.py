"""The search for better values than the order of consumption gives: part by part, believed only where it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from licensing.optimiser.highs import Solver
from licensing.optimiser.levels import EXACT, FLOATING, LP, MILP, Descent, Limits, descend
from licensing.optimiser.objectives import MONEY, UNPRICED
from licensing.optimiser.programme import Programme, parts
from licensing.quantities import Exact, plain

GREEDY = "greedy"
NOTHING_BETTER = "for part of the estate no better cover than the order of consumption was found in time"


@dataclass(frozen=True, slots=True)
class Search:
    """The best values found, those it started from, and what is proved: ``bounds`` by the name of an objective."""

    values: tuple[int, ...]
    start: tuple[int, ...]
    bounds: Mapping[str, Exact | None]
    method: str
    proved: bool
    proof: str
    notes: tuple[str, ...]


def search(programme: Programme, start: Sequence[int], solver: Solver, limits: Limits) -> Search:
    """Better the start where the solver can; parts of the estate that share nothing are solved apart."""
    values, notes = list(start), dict[str, None]()
    descents, proved = list[Descent](), True
    for columns, part in parts(programme):
        at = descend(part, solver, limits)
        descents.append(at)
        notes |= dict.fromkeys(at.notes)
        best = _better(part, at.values, tuple(start[column] for column in columns))
        for column, value in zip(columns, best, strict=True):
            values[column] = value
        if not _is_proved(part, at, best):
            proved = False
            notes |= dict.fromkeys([] if best == at.values else [NOTHING_BETTER])
    return Search(
        tuple(values),
        tuple(start),
        {name: _bound(programme, descents, name) for name in (UNPRICED, MONEY)},
        _method(descents),
        proved,
        _proof(descents) if proved else "",
        tuple(notes),
    )


def _better(part: Programme, found: tuple[int, ...], start: tuple[int, ...]) -> tuple[int, ...]:
    """What is smaller in the first objective where the two differ; the order of consumption if nothing was found."""
    if not found:
        return start
    return min(found, start, key=lambda values: [level.of(values) for level in part.levels])


def _is_proved(part: Programme, at: Descent, values: Sequence[int]) -> bool:
    weighty = [level for level in part.levels if level.name in {UNPRICED, MONEY}]
    return all(at.bounds.get(level.name) == level.of(values) for level in weighty)


def _bound(programme: Programme, descents: Sequence[Descent], name: str) -> Exact | None:
    worth = next(level.worth for level in programme.levels if level.name == name)
    bounds = [at.bounds.get(name) for at in descents]
    known = [bound for bound in bounds if bound is not None]
    return plain(Fraction(sum(known) * worth)) if len(known) == len(bounds) else None


def _method(descents: Sequence[Descent]) -> str:
    if descents and not any(at.values for at in descents):
        return GREEDY
    return MILP if any(at.methods.get(MONEY) == MILP for at in descents) else LP


def _proof(descents: Sequence[Descent]) -> str:
    exactly = all({at.proofs.get(UNPRICED), at.proofs.get(MONEY)} == {EXACT} for at in descents)
    return EXACT if exactly else FLOATING
