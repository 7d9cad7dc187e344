"""The one place with floats: a programme goes to HiGHS, and what comes back is rounded and no longer trusted.

One thread and a fixed seed, so that the same programme gives the same proposal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, isfinite

import highspy

from licensing.optimiser.programme import Row

NEAR = 1e-6
FINEST = 100_000


@dataclass(frozen=True, slots=True)
class Task:
    """Make the objective smallest over columns between bounds and under rows; ``whole`` asks for whole numbers."""

    objective: Mapping[int, int]
    lower: Sequence[int]
    upper: Sequence[int]
    rows: Sequence[Row]
    whole: bool
    nodes: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a solver found: nearest whole ``values`` and whether they are ``near``; ``prices`` of the rows (linear only).

    ``bound`` is the least whole objective possible, as far as the solver knows. ``stopped`` says why it gave up.
    """

    values: tuple[int, ...]
    near: bool
    prices: tuple[Fraction, ...]
    bound: int | None
    stopped: str = ""


Solver = Callable[[Task], Proposal]


def solve(task: Task) -> Proposal:
    """Let HiGHS solve a task; no values where it found none."""
    highs = _started(task)
    highs.passModel(_model(task))
    highs.run()
    status, found = highs.getModelStatus(), highs.getInfo()
    stopped = "" if status == highspy.HighsModelStatus.kOptimal else highs.modelStatusToString(status).lower()
    if found.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Proposal((), near=False, prices=(), bound=None, stopped=stopped or "no solution")
    solution = highs.getSolution()
    values = list(solution.col_value)
    prices = () if task.whole else tuple(_price(dual) for dual in solution.row_dual)
    near = all(abs(value - round(value)) <= NEAR for value in values)
    bound = found.mip_dual_bound if task.whole else found.objective_function_value
    return Proposal(tuple(round(value) for value in values), near, prices, _least(bound), stopped)


def _new() -> highspy.Highs:
    return highspy.Highs()  # type: ignore[no-untyped-call]  # its author wrote no types there


NAME = f"HiGHS {_new().version()}"


def _started(task: Task) -> highspy.Highs:
    highs = _new()
    options: dict[str, bool | int | float | str] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        "mip_max_nodes": task.nodes,
        "time_limit": float(task.seconds),
    }
    for name, value in options.items():
        highs.setOptionValue(name, value)
    return highs


def _model(task: Task) -> highspy.HighsLp:
    model, columns = highspy.HighsLp(), len(task.upper)
    model.num_col_, model.num_row_ = columns, len(task.rows)
    model.col_cost_ = [float(task.objective.get(column, 0)) for column in range(columns)]
    model.col_lower_, model.col_upper_ = [*map(float, task.lower)], [*map(float, task.upper)]
    model.row_lower_ = [float(row.limit) if row.equal else -highspy.kHighsInf for row in task.rows]
    model.row_upper_ = [float(row.limit) for row in task.rows]
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    starts, at, by = [0], list[int](), list[float]()
    for row in task.rows:
        at += sorted(row.coefficients)
        by += [float(row.coefficients[column]) for column in sorted(row.coefficients)]
        starts.append(len(at))
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = starts, at, by
    if task.whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * columns
    return model


def _price(dual: float) -> Fraction:
    return Fraction(dual).limit_denominator(FINEST)


def _least(bound: float) -> int | None:
    """The objective is a whole number: just below one means that one."""
    return ceil(bound - NEAR - abs(bound) * 1e-12) if isfinite(bound) else None
