"""What is settled before anything is covered: bases, 90 days, maintenance, suites' own rules, and what does not fit."""

from datetime import date
from itertools import count

import pytest

from licensing.assessing import evaluate
from licensing.cover import Grant, Line, cover
from licensing.optimiser import (
    Base,
    Composition,
    Holding,
    Layer,
    NotOneEstate,
    Options,
    Pack,
    Pool,
    Prices,
    Suite,
    optimise,
)
from tests.licensing.optimiser.lawful import broken, used

RELEASED = {2: date(2020, 1, 1), 3: date(2022, 1, 1), 4: date(2024, 1, 1)}


def reasons(found, line):
    return {no.grant: no.reason for no in found.rejected if no.line == line}


def test_an_upgrade_never_licenses_alone_and_the_total_never_grows():
    found = optimise(
        lines=[Line("old", "DB", 9, version=1), Line("new", "DB", 9, version=2)],
        grants=[
            Grant("base", "DB", 10, version=1),
            Grant("upgrade", "DB", 4, version=2),
            Grant("lone", "DB", 5, version=2),
        ],
        bases=[Base("upgrade", "base"), Base("lone")],
    )

    assert dict(used(found)) == {"base": 6, "upgrade": 4}
    assert found.short == {"old": 3, "new": 5}
    assert found.notes[0] == "5 units of lone have no base licence and cover nothing"
    assert reasons(found, "new")["lone"] == "used up"


def test_an_upgrade_of_an_unlimited_base_keeps_its_own_units():
    unlimited, upgrade = Grant("base", "DB", None, version=1), Grant("upgrade", "DB", 4, version=2)
    found = optimise(
        lines=[Line("new", "DB", 9, version=2)], grants=[unlimited, upgrade], bases=[Base("upgrade", "base")]
    )

    assert (dict(used(found)), found.left) == ({"upgrade": 4}, {"base": None, "upgrade": 0})


@pytest.mark.parametrize("until", [date(2021, 12, 31), date(2022, 1, 1), date(2024, 6, 1), date(2019, 1, 1)])
def test_maintenance_reaches_the_version_its_rule_names_and_those_between(until):
    releases = {"1": "2018-01-01"} | {str(version): day.isoformat() for version, day in RELEASED.items()}
    asked = {"product": "DB", "base_version": "1", "maintenance_end": until.isoformat(), "releases": releases}
    newest = int(evaluate("upgrade_via_maintenance", asked)["entitled_version"])
    grant = Grant("g", "DB", 9, version=1, maintained_until=until, released=RELEASED)
    found = optimise(lines=[Line(str(v), "DB", 1, version=v) for v in (1, 2, 3, 4)], grants=[grant])

    assert {int(link.line) for link in found.links} == set(range(1, newest + 1))
    assert [link.right for link in found.links[1:]] == [
        f"maintenance upgrade to {v}" for v in range(2, newest + 1)
    ]


def test_from_the_version_reached_by_maintenance_a_downgrade_goes_back():
    grant = Grant(
        "g", "DB", 5, version=1, maintained_until=date(2022, 1, 1), released={3: RELEASED[3]}, downgrade="any"
    )

    found = cover(lines=[Line("a", "DB", 5, version=2)], grants=[grant])
    assert [link.right for link in found.links] == ["maintenance upgrade to 3, downgrade"]


def test_a_graduated_need_is_covered_all_or_not_at_all():
    grants = [Grant("g", "RVU", 10), Grant("elsewhere", "RVU", 9, scopes=frozenset({"Paris"}))]
    lines = [Line("a", "RVU", 7, whole=True), Line("b", "RVU", 6, whole=True)]
    found = optimise(lines=lines, grants=grants, prices=Prices(short={"a": 5, "b": 6}))
    greedy = cover(lines=lines, grants=grants)

    assert (found.short, found.money.objective, found.method) == ({"a": 7}, 35, "milp")
    assert greedy.short == {"b": 6}
    assert {no.reason for no in greedy.rejected if no.line == "b"} == {
        "for Paris only",
        "too few for all of it, and all or none must be covered",
    }
    assert broken(found, lines=lines, grants=grants) == []


def test_a_graduated_need_under_an_unlimited_grant():
    assert cover(lines=[Line("a", "RVU", 7, whole=True)], grants=[Grant("g", "RVU", None)]).short == {}


def test_within_90_days_units_stay_where_they_are():
    lines = [Line("dear", "DB", 5), Line("cheap", "DB", 5)]
    grants = [Grant("g", "DB", 5)]
    held = [
        Holding("g", "cheap", 3, date(2026, 5, 1)),
        Holding("g", "gone", 1, date(2026, 6, 1)),
        Holding("g", "cheap", 5, date(2025, 1, 1)),
        Holding("sold", "cheap", 5, date(2026, 6, 1)),
    ]
    prices = Prices(short={"dear": 10, "cheap": 1})
    june = optimise(
        lines=lines, grants=grants, holdings=held, prices=prices, options=Options(on=date(2026, 6, 2))
    )
    later = optimise(
        lines=lines, grants=grants, holdings=held, prices=prices, options=Options(on=date(2026, 9, 1))
    )
    undated = optimise(lines=lines, grants=grants, holdings=held, prices=prices)

    assert (june.short, june.idle) == ({"dear": 4, "cheap": 2}, {"g": 1})
    assert june.notes == (
        "3 units of g stay with cheap until 2026-07-30",
        "1 units of g stay with gone until 2026-08-30",
    )
    assert later.short == undated.short == {"cheap": 5}


def test_a_suite_is_inferred_where_its_terms_ask_for_it():
    made = [
        Composition("word", 2, {"word": 1}),
        Composition("both", 2, {"word": 1, "excel": 1}),
        Composition("itself", 1, {"word": 1}, installed=frozenset({"Office"})),
    ]
    lines = [Line("word", "Word", 5, edition="Pro"), Line("excel", "Excel", 2)]
    pro = {"Word": frozenset({"Pro"})}
    strict = Suite("Office", frozenset({"Word", "Excel"}), pro, {"percent": 75}, frozenset({"Excel"}))
    standard = Suite("Office", frozenset({"Word", "Excel"}))
    grants = [Grant("office", "Office", 9)]
    inferred = optimise(lines=lines, grants=grants, suites=[strict], compositions=made)
    single = optimise(lines=lines, grants=grants, suites=[standard], compositions=made)

    assert inferred.short == {"word": 2}
    assert {use.composition for use in inferred.suites} == {"both", "itself"}
    assert (single.short, single.suites[0].covers) == ({"word": 5}, {"excel": 2})
    assert reasons(single, "word") == {"office": "Office does not hold Word Pro"}


def test_what_a_suite_covers_is_not_covered_twice_where_it_is_allocated():
    lines = [Line("A", "A", 2), Line("B", "B", 2)]
    made = [Composition("both", 2, {"A": 1, "B": 1})]
    grants = [Grant("suite", "A+B", 2), Grant("a", "A", 1, allocated={"A": 1})]
    suites = [Suite("A+B", frozenset("AB"))]
    found = optimise(lines=lines, grants=grants, suites=suites, compositions=made)
    by_order = optimise(
        lines=lines,
        grants=grants,
        suites=suites,
        compositions=made,
        options=Options(order="order of consumption"),
    )

    assert [use.covers for use in found.suites] == [{"A": 1, "B": 2}]
    assert by_order.suites == found.suites
    assert broken(found, lines=lines, grants=grants, compositions=made) == []


def test_overflow_goes_to_the_true_up_at_its_price_and_is_never_short():
    grants = [Grant("owned", "DB", 4), Grant("true-up", "DB", None, unit_cost=30, true_up=True)]
    found = optimise(lines=[Line("a", "DB", 6)], grants=grants, prices=Prices(short={"a": 50}))

    assert (dict(used(found)), found.short, found.money.objective) == (
        {"owned": 4, "true-up": 2},
        {},
        60,
    )


def test_without_prices_as_few_units_as_possible_are_short_and_it_says_so():
    found = optimise(lines=[Line("a", "DB", 6)], grants=[Grant("g", "DB", 4)], prices=Prices(use={"g": 9}))

    assert (found.short, found.money.unpriced_short, found.money.objective) == ({"a": 2}, 2, 36)
    assert "has no price" in found.notes[0]


def test_a_right_that_costs_more_than_the_shortage_is_left_and_says_so():
    found = optimise(
        lines=[Line("a", "DB", 6)],
        grants=[Grant("g", "DB", 4)],
        packs=[Pack(Grant("pack", "DB", 0), 10, 100)],
        prices=Prices(short={"a": 3}, use={"g": 9}),
    )

    assert found.short == {"a": 6}
    assert reasons(found, "a") == {
        "g": "using it costs more than what is short",
        "pack": "buying it is not cheaper",
    }


def test_packs_bought_by_the_order_of_consumption_serve_the_next_line_too():
    lines = [Line("a", "DB", 3), Line("b", "DB", 3, scope="Paris"), Line("c", "DB", 9, scope="Rome")]
    packs = [Pack(Grant("pack", "DB", 0), 5, 10, most=2)]
    found = optimise(
        lines=lines,
        grants=[],
        packs=packs,
        prices=Prices(short={"a": 9}),
        options=Options(order="order of consumption"),
    )

    assert [(bought.count, bought.cost) for bought in found.bought] == [(2, 20)]
    assert (found.short, found.left) == ({"c": 9}, {"pack": 4})
    assert found.money.unpriced_short == 9
    assert broken(found, lines=lines, grants=[], packs=packs) == []


def test_a_pool_of_an_unlimited_grant_names_who_may_use_it():
    lines = [Line("hr", "DB", 3, scope="HR"), Line("it", "DB", 3, scope="IT")]
    found = optimise(lines=lines, grants=[Grant("g", "DB", None)], pools=[Pool("g", {"HR": 1})])

    assert (found.short, found.left) == ({"it": 3}, {"g": None})


def test_time_is_told_by_the_clock_it_is_given():
    ticks = count(5, 3)
    found = optimise(lines=[], grants=[], options=Options(clock=lambda: next(ticks)))

    assert (found.seconds, found.method, found.proved) == (3, "lp", True)


A = Line("a", "DB", 3)
WRONG = [
    {"compositions": [Composition("c", 4, {"a": 1})]},
    {"compositions": [Composition("c", 1, {"x": 1})]},
    {"layers": [Layer("l", "a", ("x",))]},
    {"layers": [Layer("l", "a", ()), Layer("m", "a", ())]},
    {"layers": [Layer("l", "a", ())], "compositions": [Composition("c", 1, {"a": 1})]},
    {"lines": [Line("a", "DB", 3, whole=True)], "compositions": [Composition("c", 1, {"a": 1})]},
    {"pools": [Pool("g", {"HR": 7})]},
    {"pools": [Pool("g", {"HR": None}, unrestricted=True)]},
    {"bases": [Base("x", "g")]},
    {"packs": [Pack(Grant("g", "DB", 0), 5, 1)]},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_facts_that_do_not_fit_together_are_refused(wrong):
    with pytest.raises(NotOneEstate):
        optimise(**{"lines": [A], "grants": [Grant("g", "DB", 5)], **wrong})
