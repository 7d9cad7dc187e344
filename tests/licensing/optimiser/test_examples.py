"""The cheapest lawful cover of examples worked by hand, most of them published (U-004, U-023)."""

from datetime import date
from fractions import Fraction

import pytest

from licensing.assessing import evaluate
from licensing.cover import Grant, Line, cover
from licensing.optimiser import Composition, Layer, Options, Pack, Pool, Prices, Suite, optimise
from tests.licensing.optimiser.lawful import broken, used


def shown(found):
    return [(link.line, link.grant, link.units, link.right) for link in found.links]


def test_three_clusters_one_with_a_two_with_a_and_b():
    """The suite goes on one cluster with both, A on the one with A alone, A and B singly on the last."""
    lines = [Line("A", "A", 96), Line("B", "B", 64)]
    clusters = [
        Composition("one with A", 1, {"A": 32}, takes=32),
        Composition("two with both", 2, {"A": 32, "B": 32}, takes=32),
    ]
    grants = [Grant("suite", "A+B", 32), Grant("a", "A", 64), Grant("b", "B", 32)]
    found = optimise(
        lines=lines,
        grants=grants,
        suites=[Suite("A+B", frozenset({"A", "B"}))],
        compositions=clusters,
        prices=Prices(short={"A": 100, "B": 100}),
    )

    assert [(use.composition, use.subjects, use.units, use.covers) for use in found.suites] == [
        ("two with both", 1, 32, {"A": 32, "B": 32})
    ]
    assert shown(found) == [("A", "a", 64, "own version"), ("B", "b", 32, "own version")]
    assert (found.money.objective, found.short, found.method, found.proved) == (0, {}, "lp", True)
    assert found.proof.endswith("exact arithmetic")
    assert broken(found, lines=lines, grants=grants, compositions=clusters) == []


SIZES = {1: 4, 9: 4, 10: 8, 11: 8} | dict.fromkeys(range(2, 9), 4)
EDITIONS = {number: "Enterprise" if number in {1, 9, 10, 11} else "Standard" for number in SIZES}
VMS = [Line(f"VM-{n}", "SQL Server", SIZES[n], edition=EDITIONS[n]) for n in sorted(SIZES)]
HOSTS = Line("hosts", "SQL Server", 52, edition="Enterprise")
ENTERPRISE = Grant("ENT", "SQL Server", 1800, edition="Enterprise", editions=frozenset({"Standard"}))
STANDARD = Grant("STD", "SQL Server", 600, edition="Standard")
FARM = Layer("farm", "hosts", tuple(vm.key for vm in VMS))
SQL_PRICES = Prices(
    short=dict.fromkeys([*FARM.vms, "hosts"], 10_000), use={"ENT": 5000, "STD": Fraction("1300.00")}
)


def test_hosts_or_vms_each_vm_by_the_cheapest_right_is_the_published_optimum():
    both = optimise(lines=[*VMS, HOSTS], grants=[ENTERPRISE, STANDARD], layers=[FARM], prices=SQL_PRICES)
    one = optimise(lines=[*VMS, HOSTS], grants=[ENTERPRISE], layers=[FARM], prices=SQL_PRICES)

    assert (both.money.objective, one.money.objective) == (156_400, 260_000)
    assert dict(used(both)) == {"ENT": 24, "STD": 28}
    assert [(waived.line, waived.units, waived.reason) for waived in both.waived] == [
        ("hosts", 52, "its VMs are licensed one by one")
    ]
    assert broken(both, lines=[*VMS, HOSTS], grants=[ENTERPRISE, STANDARD], layers=[FARM]) == []


def test_a_host_full_of_vms_is_licensed_whole():
    """Two like hosts with five VMs each, cores for one of them and a half: one by the host, one VM by VM at a price."""
    lines = [
        Line(f"{host} {n}", "SQL Server", 12 if n == "host" else 4, edition="Enterprise")
        for host in ("h1", "h2")
        for n in ("host", *"abcde")
    ]
    layers = [Layer(host, f"{host} host", tuple(f"{host} {n}" for n in "abcde")) for host in ("h1", "h2")]
    grants = [Grant("ENT", "SQL Server", 16, edition="Enterprise")]
    prices = Prices(short=dict.fromkeys((line.key for line in lines), 7))
    found = optimise(lines=lines, grants=grants, layers=layers, prices=prices)

    assert (found.money.objective, found.proved) == (8 * 7, True)
    assert {waived.line for waived in found.waived} == {f"{h} {n}" for h in ("h1", "h2") for n in "abcde"}
    assert {waived.reason for waived in found.waived} == {"the host is licensed whole"}
    assert broken(found, lines=lines, grants=grants, layers=layers) == []


DOWNGRADE = [
    {"installs": {2013: 11, 2010: 3, 2007: 2}, "rights": {2013: 10, 2010: 5, 2007: 3}},
    {"installs": {2007: 18}, "rights": {2013: 10, 2010: 5, 2007: 3}},
    {"installs": {2013: 17}, "rights": {2013: 10, 2010: 5, 2007: 3}},
    {"installs": {2007: 120}, "rights": {2010: 100}},
]


@pytest.mark.parametrize("case", DOWNGRADE)
def test_with_any_downgrade_the_rule_of_downgrade_rights_is_the_oracle(case):
    expected = evaluate(
        "downgrade_rights",
        {
            "purchases": [{"version": v, "rights": n} for v, n in case["rights"].items()],
            "downgrade": "any",
            "installs": [{"version": v, "count": n} for v, n in case["installs"].items()],
        },
    )
    found = optimise(
        lines=[Line(str(v), "Office", n, version=v) for v, n in case["installs"].items()],
        grants=[Grant(str(v), "Office", n, version=v, downgrade="any") for v, n in case["rights"].items()],
        prices=Prices(short={str(v): 1 for v in case["installs"]}),
    )

    assert sum(found.short.values()) == expected["uncovered"] == found.money.objective


def test_where_a_right_reaches_one_version_back_the_order_of_consumption_can_leave_more_short():
    """Version 2 takes the older right by the order of consumption, and nothing is left that reaches version 1."""
    lines = [Line("v2", "DB", 1, version=2), Line("v1", "DB", 1, version=1)]
    grants = [Grant(f"g{v}", "DB", 1, version=v, downgrade="one", line=(3, 2, 1)) for v in (2, 3)]
    found = optimise(lines=lines, grants=grants, prices=Prices(short={"v1": 90, "v2": 90}))

    assert cover(lines=lines, grants=grants).short == {"v1": 1}
    assert (found.money.greedy, found.money.objective, found.money.saved, found.short) == (90, 0, 90, {})


POOLS = [
    (100, {"HR": 50, "Sales": None}, False, {"HR": 70, "Sales": 50}),
    (100, {"HR": 50, "Sales": None}, False, {"HR": 60, "Sales": 30}),
    (100, {"HR": 50}, True, {"HR": 10, "Finance": 60}),
    (100, {"HR": 50}, False, {"HR": 10, "Finance": 5}),
    (100, {}, False, {"HR": 10, "Finance": 95}),
]


@pytest.mark.parametrize(("rights", "rules", "unrestricted", "demand"), POOLS)
@pytest.mark.parametrize("allocated", [{}, {"HR": 20}, {"Finance": 4}])
def test_pools_cover_as_much_as_their_rule_says(rights, rules, unrestricted, demand, allocated):
    rows = [{"scope": scope, "pool": pool} for scope, pool in rules.items()]
    expected = evaluate(
        "license_pool",
        {
            "rights": rights,
            "rules": rows,
            "unrestricted": unrestricted,
            "demand": demand,
            "allocations": allocated,
        },
    )
    lines = [Line(scope, "DB", units, scope=scope) for scope, units in demand.items()]
    grants = [Grant("g", "DB", rights, allocated=allocated)]
    found = optimise(
        lines=lines,
        grants=grants,
        pools=[Pool("g", rules, unrestricted=unrestricted)],
        prices=Prices(short=dict.fromkeys(demand, 1)),
    )

    assert sum(found.short.values()) == expected["shortfall_total"]
    for scope, floor in expected["min_covered"].items():
        assert demand[scope] - found.short.get(scope, 0) >= floor
    assert broken(found, lines=lines, grants=grants) == []


def test_packs_are_mixed_to_the_cheapest_and_bought_only_where_cheaper_than_the_shortage():
    packs = [
        Pack(Grant("by 2", "Windows Server", 0), 2, 210),
        Pack(Grant("by 16", "Windows Server", 0), 16, 1500),
        Pack(Grant("by 100", "Windows Server", 0), 100, None),
    ]
    lines = [Line("hosts", "Windows Server", 21)]
    dear = optimise(lines=lines, grants=[], packs=packs, prices=Prices(short={"hosts": 500}))
    cheap = optimise(lines=lines, grants=[], packs=packs, prices=Prices(short={"hosts": 5}))

    assert [(bought.pack, bought.count, bought.cost) for bought in dear.bought] == [
        ("by 16", 1, 1500),
        ("by 2", 3, 630),
    ]
    assert (dear.money.objective, dear.proved, dear.left) == (2130, True, {"by 16": 0, "by 2": 1})
    assert (cheap.money.objective, cheap.bought, cheap.short) == (105, (), {"hosts": 21})
    assert dear.notes[0] == "pack by 100 has no price and is left out"
    assert broken(dear, lines=lines, grants=[], packs=packs) == []


def test_fractions_of_a_unit_are_exact():
    lines = [Line("points", "Suite", Fraction("124.5")), Line("other", "Suite", Fraction(10, 3))]
    found = optimise(
        lines=lines,
        grants=[Grant("g", "Suite", Fraction("125.1"))],
        prices=Prices(short={"points": Fraction("0.10"), "other": 7}),
    )

    assert found.short == {"points": Fraction("124.5") + Fraction(10, 3) - Fraction("125.1")}
    assert found.money.objective == Fraction("0.10") * found.short["points"]


def test_what_was_covered_last_time_stays_where_it_costs_nothing():
    lines = [Line("a", "DB", 3), Line("b", "DB", 3)]
    grants = [Grant("g1", "DB", 3), Grant("g2", "DB", 3)]
    first = optimise(lines=lines, grants=grants)
    turned = tuple(
        type(link)(link.line, {"g1": "g2", "g2": "g1"}[link.grant], link.units, link.right, link.reason)
        for link in first.links
    )
    again = optimise(lines=lines, grants=grants, options=Options(previous=turned, on=date(2026, 7, 1)))

    assert shown(first) == [("a", "g1", 3, "own version"), ("b", "g2", 3, "own version")]
    assert shown(again) == [("a", "g2", 3, "own version"), ("b", "g1", 3, "own version")]
