"""Cover: every unit under a named grant by a named right, and every other candidate with its reason (U-004, U-023)."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensing.cover import Cover, DoubleKey, Grant, Line, cover

OFFICE = (2021, 2019, 2016)


def shown(found: Cover):
    return [(link.line, link.grant, link.units, link.right) for link in found.links]


def test_u_023_a_newer_grant_covers_an_older_install_and_the_right_is_named():
    found = cover(
        lines=[Line("laptops", "Office", 4, version=2019)],
        grants=[
            Grant("new", "Office", 9, version=2021, downgrade="one", line=OFFICE),
            Grant("own", "Office", 3, version=2019),
        ],
    )

    assert shown(found) == [
        ("laptops", "own", 3, "own version"),
        ("laptops", "new", 1, "downgrade from 2021"),
    ]
    assert (found.short, found.left) == ({}, {"new": 8, "own": 0})


def test_u_004_every_other_candidate_is_named_with_its_reason():
    found = cover(
        lines=[Line("a", "DB", 3, version=2019, edition="Enterprise", scope="Paris")],
        grants=[
            Grant("lyon", "DB", 5, version=2019, edition="Enterprise", scopes=frozenset({"Lyon"})),
            Grant("old", "DB", 5, version=2016, edition="Enterprise"),
            Grant("small", "DB", 5, version=2019, edition="Standard"),
            Grant("spent", "DB", 0, version=2019, edition="Enterprise"),
            Grant("good", "DB", 2, version=2019, edition="Enterprise"),
            Grant("other", "Mail", 5),
        ],
    )

    assert found.short == {"a": 1}
    assert {(rejected.grant, rejected.reason) for rejected in found.rejected} == {
        ("lyon", "for Lyon only"),
        ("old", "version 2016 does not reach 2019 (downgrade: none)"),
        ("small", "its edition does not cover the one needed"),
        ("spent", "used up"),
    }


def test_a_grant_that_was_not_needed_is_named_too():
    found = cover(lines=[Line("a", "DB", 1)], grants=[Grant("g1", "DB", 1), Grant("g2", "DB", 1)])

    assert [(rejected.grant, rejected.reason) for rejected in found.rejected] == [
        ("g2", "nothing left to cover")
    ]


def test_the_order_of_consumption():
    """Unlimited, then exact, then the own pool, then the cheaper, then what ends first; the true-up takes the rest."""
    grants = [
        Grant("true-up", "DB", None, version=2, true_up=True),
        Grant("flexible", "DB", 1, version=3, downgrade="any", unit_cost=1),
        Grant("later", "DB", 1, version=2, unit_cost=5, ends_on=date(2027, 1, 1)),
        Grant("sooner", "DB", 1, version=2, unit_cost=5, ends_on=date(2026, 1, 1)),
        Grant("cheap", "DB", 1, version=2, unit_cost=4),
        Grant("unpriced", "DB", 1, version=2),
        Grant("own pool", "DB", 1, version=2, unit_cost=9, scopes=frozenset({"Paris"})),
    ]
    found = cover(lines=[Line("a", "DB", 9, version=2, scope="Paris")], grants=grants)

    assert [link.grant for link in found.links] == [
        "own pool",
        "cheap",
        "sooner",
        "later",
        "unpriced",
        "flexible",
        "true-up",
    ]
    assert found.links[-1].reason == "overflow, to be settled at the true-up"
    assert found.left["true-up"] is None


def test_an_unlimited_grant_is_consumed_before_a_fixed_one():
    found = cover(lines=[Line("a", "DB", 9)], grants=[Grant("fixed", "DB", 9), Grant("site", "DB", None)])

    assert shown(found) == [("a", "site", 9, "own version")]
    assert found.links[0].reason == "unlimited"


def test_a_higher_edition_covers_a_lower_one_where_its_terms_say_so():
    grant = Grant(
        "e", "DB", 5, version=3, edition="Enterprise", editions=frozenset({"Standard"}), downgrade="any"
    )
    found = cover(
        lines=[
            Line("a", "DB", 1, version=3, edition="Standard"),
            Line("b", "DB", 1, version=2, edition="Standard"),
        ],
        grants=[grant],
    )

    assert [link.right for link in found.links] == [
        "edition Enterprise",
        "edition Enterprise, downgrade from 3",
    ]


def test_an_allocation_goes_first_and_what_of_it_lies_idle_is_shown():
    grant = Grant("g", "DB", 10, version=1, allocated={"b": 4, "gone": 3})
    found = cover(lines=[Line("a", "DB", 5), Line("b", "DB", 2, version=2)], grants=[grant])

    assert shown(found) == [("b", "g", 2, "allocation"), ("a", "g", 3, "own version")]
    assert (found.short, found.idle, found.left) == ({"a": 2}, {"g": 5}, {"g": 0})


def test_an_allocation_out_of_an_unlimited_grant():
    found = cover(lines=[Line("a", "DB", 5)], grants=[Grant("g", "DB", None, allocated={"a": 2})])

    assert [(link.units, link.reason) for link in found.links] == [(2, "allocated to it"), (3, "unlimited")]


@pytest.mark.parametrize(
    "double",
    [{"lines": [Line("a", "DB", 1)] * 2, "grants": []}, {"lines": [], "grants": [Grant("g", "DB", 1)] * 2}],
)
def test_a_key_that_stands_twice_is_refused(double):
    with pytest.raises(DoubleKey):
        cover(**double)


versions = st.one_of(st.none(), st.integers(1, 4))
lines = st.lists(st.tuples(versions, st.integers(0, 9), st.sampled_from(["", "Paris"])), max_size=4)
grants = st.lists(
    st.tuples(
        versions,
        st.one_of(st.none(), st.integers(0, 9)),
        st.sampled_from(["none", "one", "any"]),
        st.integers(0, 4),
    ),
    max_size=4,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(lines=lines, grants=grants, seed=st.integers(0, 9))
def test_covered_and_short_make_the_need_and_no_grant_gives_more_than_it_has(lines, grants, seed):
    asked = [Line(f"l{n}", "DB", units, version=v, scope=scope) for n, (v, units, scope) in enumerate(lines)]
    owned = [
        Grant(f"g{n}", "DB", units, version=v, downgrade=kind, line=(4, 3, 2, 1), allocated={"l0": fixed})
        for n, (v, units, kind, fixed) in enumerate(grants)
    ]
    found = cover(lines=asked, grants=owned)

    for line in asked:
        assert (
            sum(link.units for link in found.links if link.line == line.key) + found.short.get(line.key, 0)
            == line.units
        )
    for grant in owned:
        used = sum(link.units for link in found.links if link.grant == grant.key)
        if grant.units is not None:
            assert used + found.idle.get(grant.key, 0) + found.left[grant.key] == grant.units
    mixed = random.Random(seed)
    assert found == cover(lines=mixed.sample(asked, len(asked)), grants=mixed.sample(owned, len(owned)))
