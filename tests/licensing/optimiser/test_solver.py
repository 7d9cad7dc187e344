"""The solver is never believed: what it proposes is checked exactly, and the order of consumption stands by."""

from dataclasses import replace
from fractions import Fraction

import pytest

from licensing.cover import Grant, Line
from licensing.optimiser import Pack, Prices, highs, optimise
from licensing.optimiser.highs import Proposal, Task
from licensing.optimiser.levels import BROKEN
from licensing.optimiser.programme import Row, dual_bound
from licensing.optimiser.searching import NOTHING_BETTER

FACTS = {
    "lines": [Line("v2", "DB", 1, version=2), Line("v1", "DB", 1, version=1)],
    "grants": [Grant(f"g{v}", "DB", 1, version=v, downgrade="one", line=(3, 2, 1)) for v in (2, 3)],
    "prices": Prices(short={"v1": 90, "v2": 90}),
}
PACKS = {
    "lines": [Line("a", "DB", 7)],
    "grants": [Grant("g", "DB", 1)],
    "packs": [Pack(Grant("by 2", "DB", 0), 2, 21), Pack(Grant("by 5", "DB", 0), 5, 50)],
    "prices": Prices(short={"a": 30}),
}


def nothing(task):
    return Proposal((), near=False, prices=(), bound=None, stopped="time limit reached")


def nonsense(task):
    return Proposal((7,) * len(task.upper), near=True, prices=(Fraction(1),) * len(task.rows), bound=0)


def halves(task):
    return replace(highs.solve(task), near=False)


def without_proof(task):
    return replace(highs.solve(task), prices=(Fraction(0),) * len(task.rows))


def stopped(task):
    found = highs.solve(task)
    return replace(found, bound=None, stopped="time limit reached") if task.whole else found


@pytest.mark.parametrize(
    ("solver", "note"), [(nothing, "stopped early: time limit"), (nonsense, BROKEN), (halves, BROKEN)]
)
def test_where_the_solver_gives_nothing_lawful_the_order_of_consumption_stands_and_says_so(solver, note):
    found = optimise(**FACTS, solver=solver)

    assert (found.method, found.proved, found.proof) == ("greedy", False, "")
    assert (found.money.objective, found.money.bound, found.money.gap) == (90, None, None)
    assert any(note in said for said in found.notes)
    assert NOTHING_BETTER in found.notes


def test_prices_that_prove_nothing_lead_to_the_search_for_whole_numbers():
    found = optimise(**{**FACTS, "grants": FACTS["grants"][:1]}, solver=without_proof)

    assert (found.method, found.proved, found.money.objective) == ("milp", True, 90)
    assert found.proof == "the solver's own bound, in floating point"


def test_what_the_search_could_not_finish_is_kept_but_not_called_proved():
    found = optimise(**PACKS, solver=stopped)

    assert (found.money.objective, found.money.bound, found.proved) == (63, None, False)
    assert "money: the search for whole numbers stopped early: time limit reached" in found.notes


def test_packs_are_proved_by_the_search():
    found = optimise(**PACKS)

    assert (found.method, found.money.objective, found.money.gap, found.proved) == ("milp", 63, 0, True)
    assert (found.money.greedy, found.money.saved) == (63, 0)
    assert found.solver.startswith("HiGHS ")


def test_highs_says_why_it_found_nothing():
    impossible = Row({0: 1}, 5, equal=True)

    assert (
        highs.solve(Task({0: 1}, [0], [1], [impossible], whole=True, nodes=9, seconds=9)).stopped
        == "infeasible"
    )


def test_any_prices_give_a_bound_and_the_right_ones_the_optimum():
    """Least of 3 x + 2 y where x + y = 4 and x up to 3, y up to 2."""
    row, objective = Row({0: 1, 1: 1}, 4, equal=True), {0: 3, 1: 2}
    bounds = [dual_bound(objective, [row], (3, 2), (0, 0), [Fraction(price)])[0] for price in (0, 2, 3, 9)]

    assert bounds == [0, 8, 10, 4]


def test_a_price_of_the_wrong_sign_counts_as_nothing():
    row = Row({0: 1}, 4, equal=False)

    assert dual_bound({0: -1}, [row], (9,), (0,), [Fraction(5)]) == (-9, [-1])
    assert dual_bound({0: -1}, [row], (9,), (0,), [Fraction(-1)]) == (-4, [0])
