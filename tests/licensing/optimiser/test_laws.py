"""Laws of the cheapest cover that hold whatever the numbers; small estates are tried out in full."""

import random
from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from licensing.assessing import evaluate
from licensing.cover import Grant, Line, refusal
from licensing.optimiser import Composition, Layer, Options, Pack, Prices, Suite, optimise
from tests.licensing.optimiser.lawful import broken

few = settings(max_examples=40, deadline=None, derandomize=True)
tiny = settings(max_examples=30, deadline=None, derandomize=True)
SUITE = Suite("A+B", frozenset({"A", "B"}))
KINDS = ("none", "one", "any")


@st.composite
def estates(draw, most=9, choices=True):
    """Lines of A and B in versions, a host over two VMs, devices with both, grants of every kind, a pack."""
    few_units = st.integers(0, most)
    line = st.tuples(
        st.sampled_from("AB"), st.sampled_from([None, 1, 2]), few_units, st.sampled_from(["", "Paris"])
    )
    lines = [
        Line(
            f"l{n}", name, units, version=version, scope=scope, whole=choices and draw(st.integers(0, 5)) == 0
        )
        for n, (name, version, units, scope) in enumerate(draw(st.lists(line, max_size=3)))
    ]
    right = st.tuples(
        st.sampled_from(["A", "B", "A+B"]), st.sampled_from([None, 1, 2, 3]), st.one_of(few_units, few_units, st.none()),
        st.sampled_from(KINDS), st.sampled_from([None, frozenset({"Paris"})]), st.integers(0, 9),
    )  # fmt: skip
    grants = [
        Grant(f"g{n}", name, units, version=v, downgrade=kind, line=(3, 2, 1), scopes=scopes, unit_cost=cost)
        for n, (name, v, units, kind, scopes, cost) in enumerate(draw(st.lists(right, max_size=4)))
    ]
    compositions, layers, packs = [], [], []
    if draw(st.booleans()):
        subjects, takes = draw(st.integers(0, 3)), draw(st.integers(1, 2))
        both = [
            Line("both A", "A", subjects * 2 + draw(st.integers(0, 2)), version=1),
            Line("both B", "B", subjects),
        ]
        lines += both
        compositions = [Composition("both", subjects, {"both A": 2, "both B": 1}, takes=takes)]
    if choices and draw(st.booleans()):
        lines += [Line(key, "A", draw(st.integers(0, min(most, 4)))) for key in ("host", "vm1", "vm2")]
        layers = [Layer("layer", "host", ("vm1", "vm2"))]
    if choices and draw(st.booleans()):
        packs = [
            Pack(
                Grant("pack", draw(st.sampled_from("AB")), 0),
                draw(st.integers(1, 3)),
                draw(st.integers(0, 20)),
                3,
            )
        ]
    if grants and lines and draw(st.integers(0, 3)) == 0:
        grants[0] = replace(grants[0], allocated={lines[0].key: draw(st.integers(1, 3))})
    short = {line.key: draw(st.integers(0, 12)) for line in lines}
    use = {grant.key: draw(st.integers(0, 3)) for grant in grants}
    return {
        "lines": lines, "grants": grants, "compositions": compositions, "layers": layers, "packs": packs,
        "suites": [SUITE], "prices": Prices(short=short, use=use),
    }  # fmt: skip


def plain(estate):
    return {name: estate[name] for name in ("lines", "grants", "compositions", "layers", "packs")}


@few
@given(estate=estates(), seed=st.integers(0, 9))
def test_every_cover_is_lawful_proved_and_no_dearer_than_the_order_of_consumption(estate, seed):
    found = optimise(**estate)
    by_order = optimise(**estate, options=Options(order="order of consumption"))

    assert broken(found, **plain(estate)) == []
    assert broken(by_order, **plain(estate)) == []
    assert found.proved
    assert found.money.bound == found.money.objective == by_order.money.optimum
    assert found.money.objective <= found.money.greedy == by_order.money.objective
    assert (by_order.method, by_order.proved) == ("greedy", False)
    mixed = random.Random(seed)
    turned = {name: mixed.sample(estate[name], len(estate[name])) for name in plain(estate)}
    assert optimise(**{**estate, **turned}) == found


@few
@given(estate=estates())
def test_the_money_follows_from_what_is_told(estate):
    found = optimise(**estate)
    prices = estate["prices"]
    taken = [(link.grant, link.units) for link in found.links if link.reason != "allocated to it"]
    taken += [(use.grant, use.units) for use in found.suites]

    assert found.money.objective == (
        sum(units * prices.short[key] for key, units in found.short.items())
        + sum(bought.cost for bought in found.bought)
        + sum(units * prices.use.get(grant, 0) for grant, units in taken)
    )


@few
@given(estate=estates(), units=st.integers(0, 5), name=st.sampled_from(["A", "B", "A+B"]))
def test_one_more_grant_never_raises_the_cost(estate, units, name):
    more = [*estate["grants"], Grant("more", name, units, version=2, downgrade="any")]

    assert optimise(**{**estate, "grants": more}).money.objective <= optimise(**estate).money.objective


@tiny
@given(estate=estates(most=2, choices=False))
def test_a_small_estate_tried_out_in_full_has_no_cheaper_cover(estate):
    estate["grants"] = [replace(grant, allocated={}) for grant in estate["grants"][:2]]
    estate["lines"] = [line for line in estate["lines"] if estate["compositions"] or line.key != "both"][-3:]
    if estate["compositions"]:
        estate["compositions"] = [
            replace(estate["compositions"][0], subjects=min(1, estate["compositions"][0].subjects))
        ]

    assert optimise(**estate).money.objective == tried_out(estate)


def tried_out(estate):
    """The least money over all suites and all choices of a grant, or none, for every single unit."""
    best = None
    made = estate["compositions"]
    suites = [grant for grant in estate["grants"] if grant.product == SUITE.product]
    options = [None, *suites] if made and made[0].subjects else [None]
    for suite in options:
        rest = {line.key: line.units for line in estate["lines"]}
        left = {grant.key: grant.units for grant in estate["grants"]}
        money = 0
        if suite is not None:
            covered = [
                line
                for line in estate["lines"]
                if line.key in made[0].lines and not refusal(replace(line, product=SUITE.product), suite)
            ]
            if not covered or (suite.units is not None and suite.units < made[0].takes):
                continue
            left[suite.key] = None if suite.units is None else suite.units - made[0].takes
            money = made[0].takes * estate["prices"].use[suite.key]
            for line in covered:
                rest[line.key] -= made[0].lines[line.key]
        cheapest = singly(estate, rest, left)
        best = money + cheapest if best is None else min(best, money + cheapest)
    return best


def singly(estate, rest, left):
    units = [line for line in estate["lines"] for _ in range(rest[line.key])]
    choices = [
        [None, *(g for g in estate["grants"] if g.product == line.product and not refusal(line, g))]
        for line in units
    ]
    best = None
    for chosen in product(*choices):
        taken = [grant.key for grant in chosen if grant is not None]
        if all(left[key] is None or taken.count(key) <= left[key] for key in taken):
            prices = estate["prices"]
            money = sum(
                prices.short[line.key] if grant is None else prices.use[grant.key]
                for line, grant in zip(units, chosen, strict=True)
            )
            best = money if best is None else min(best, money)
    return best


counts = st.dictionaries(st.sampled_from([1, 2, 3]), st.integers(0, 9), min_size=1)


@few
@given(installs=counts, rights=counts, kind=st.sampled_from(["none", "any"]))
def test_with_nested_downgrades_the_rule_is_the_oracle(installs, rights, kind):
    expected = evaluate(
        "downgrade_rights",
        {
            "purchases": [{"version": version, "rights": units} for version, units in rights.items()],
            "downgrade": kind,
            "versions": [3, 2, 1],
            "installs": [{"version": version, "count": units} for version, units in installs.items()],
        },
    )
    found = optimise(
        lines=[Line(str(version), "DB", units, version=version) for version, units in installs.items()],
        grants=[
            Grant(f"g{version}", "DB", units, version=version, downgrade=kind, line=(3, 2, 1))
            for version, units in rights.items()
        ],
    )

    assert sum(found.short.values()) == expected["uncovered"] == found.money.unpriced_short
