"""Laws that hold whatever the numbers: no example needed."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensing import Shape, evaluate, need

few = settings(max_examples=40, deadline=None, derandomize=True)
sockets = st.integers(1, 8)
cores = st.integers(1, 64)
instances = st.integers(0, 40)
hosts = st.lists(
    st.fixed_dictionaries({"sockets": sockets, "cores_per_socket": cores, "os_instances": instances}),
    max_size=5,
)
CORE_METRICS = {
    "mssql_per_core": lambda rows: {"layer": "physical", "hosts": rows},
    "windows_server_core": lambda rows: {"edition": "Standard", "hosts": rows},
    "vmware_per_core": lambda rows: {"hosts": rows},
}
each_core_metric = pytest.mark.parametrize("metric", CORE_METRICS)


def core_licences(metric, rows):
    return evaluate(metric, CORE_METRICS[metric](rows))["core_licenses"]


@each_core_metric
@few
@given(rows=hosts.filter(bool), key=st.sampled_from(["sockets", "cores_per_socket", "os_instances"]))
def test_one_more_core_processor_or_instance_never_needs_fewer_units(metric, rows, key):
    bigger = [{**rows[0], key: rows[0][key] + 1}, *rows[1:]]

    assert core_licences(metric, bigger) >= core_licences(metric, rows)


@each_core_metric
@few
@given(rows=hosts, seed=st.integers(0, 9))
def test_the_order_of_hosts_does_not_matter(metric, rows, seed):
    shuffled = random.Random(seed).sample(rows, len(rows))

    assert core_licences(metric, shuffled) == core_licences(metric, rows)


@each_core_metric
@few
@given(one=hosts, other=hosts)
def test_two_estates_together_need_the_sum_of_both(metric, one, other):
    assert core_licences(metric, one + other) == core_licences(metric, one) + core_licences(metric, other)


@few
@given(rows=hosts)
def test_every_physical_core_is_licensed_and_every_minimum_kept(rows):
    physical = sum(row["sockets"] * row["cores_per_socket"] for row in rows)

    assert core_licences("mssql_per_core", rows) >= max(physical, sum(4 * row["sockets"] for row in rows))
    assert core_licences("windows_server_core", rows) >= max(physical, 16 * len(rows))


@few
@given(rows=hosts)
def test_packs_hold_the_need_and_waste_less_than_one_pack(rows):
    found = evaluate("mssql_per_core", {"layer": "physical", "hosts": rows})

    assert 0 <= found["core_licenses_purchased"] - found["core_licenses"] < 2


servers = st.lists(
    st.fixed_dictionaries(
        {"cores_total": cores, "core_factor": st.sampled_from(["0.25", "0.5", "0.75", "1"])}
    ),
    max_size=6,
)


@few
@given(one=servers, other=servers)
def test_oracle_pooling_never_needs_more_than_counting_apart(one, other):
    def processors(rows):
        return evaluate("oracle_processor", {"edition": "EE", "servers": rows})["processor_licenses"]

    assert processors(one + other) <= processors(one) + processors(other)
    assert processors(one + other) >= sum(
        row["cores_total"] * Fraction(row["core_factor"]) for row in one + other
    )


@few
@given(rows=servers, users=st.integers(0, 5000))
def test_named_users_never_fall_below_users_nor_the_minimum(rows, users):
    found = evaluate("oracle_named_user_plus", {"edition": "EE", "servers": rows, "users": users})

    assert found["nup_required"] >= users
    assert found["nup_required"] >= found["nup_minimum"] == 25 * found["processor_licenses"]


@few
@given(installs=st.lists(st.integers(0, 30), max_size=8), most=st.one_of(st.none(), st.integers(1, 5)))
def test_a_device_never_needs_more_licences_than_installs(installs, most):
    inputs = {"devices": [{"installs": count} for count in installs], "max_installs_per_right": most}

    assert sum(map(bool, installs)) <= evaluate("per_device", inputs)["licenses"] <= sum(installs)


@few
@given(quantity=st.integers(0, 400), more=st.integers(0, 50))
def test_tiers_are_marginal_monotone_and_rounded_once(quantity, more):
    tiers = [[100, "1"], [200, "0.5"], [None, "0.25"]]
    small = evaluate("tiered_value_units", {"kind": "k", "quantity": quantity, "tiers": tiers})
    large = evaluate("tiered_value_units", {"kind": "k", "quantity": quantity + more, "tiers": tiers})

    assert small["units"] <= large["units"]
    assert sum(small["per_tier"]) == small["unrounded"]
    assert 0 <= small["units"] - small["unrounded"] < 1


@few
@given(
    bought=st.lists(
        st.tuples(st.integers(1, 5), st.integers(0, 9), st.sampled_from(["none", "one", "any"])), max_size=5
    ),
    used=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)), max_size=5),
)
def test_covered_and_short_make_the_need_and_rights_are_never_used_twice(bought, used):
    inputs = {
        "purchases": [{"version": v, "rights": r, "downgrade": d} for v, r, d in bought],
        "installs": [{"version": v, "count": c} for v, c in used],
    }
    found = evaluate("downgrade_rights", inputs)
    total, rights = sum(count for _, count in used), sum(count for _, count, _ in bought)

    assert found["covered"] + found["uncovered"] == total
    assert sum(found["deficit"].values()) == found["uncovered"]
    assert found["covered"] + found["unused"] == rights
    assert found["net_surplus"] == rights - total


@few
@given(
    rights=st.integers(20, 40),
    pools=st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 6)), max_size=3),
    demand=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 30), max_size=4),
)
def test_pools_cover_no_more_than_asked_nor_than_there_is_and_keep_their_floors(rights, pools, demand):
    rules = [{"scope": scope, "pool": pool} for scope, pool in pools.items()]
    found = evaluate("license_pool", {"rights": rights, "rules": rules, "demand": demand})

    assert found["covered_total"] + found["shortfall_total"] == sum(demand.values())
    assert found["covered_total"] <= rights
    assert all(found["covered"].get(scope, 0) >= floor for scope, floor in found["min_covered"].items())
    assert all(found["covered"][scope] <= asked for scope, asked in demand.items())


facts = st.fixed_dictionaries(
    {
        "virtual": st.sampled_from([True, False, None]),
        "sockets": st.one_of(st.none(), sockets),
        "cores_per_socket": st.one_of(st.none(), cores),
        "vcores": st.one_of(st.none(), cores),
        "installs": st.one_of(st.none(), st.integers(0, 3)),
    }
)


@few
@given(known=st.lists(facts, max_size=4), count=st.integers(1, 9), seed=st.integers(0, 9))
def test_shapes_in_any_order_give_the_same_need_and_low_never_exceeds_high(known, count, seed):
    shapes = [Shape(count, known_facts, f"shape {place}") for place, known_facts in enumerate(known)]
    found = need(metric="mssql_per_core", shapes=shapes)

    assert found == need(metric="mssql_per_core", shapes=random.Random(seed).sample(shapes, len(shapes)))
    assert 0 <= found.low <= found.high
    assert found.low == sum(shape.low for shape in found.per_shape)
    assert found.high == sum(shape.high for shape in found.per_shape)
    assert found.point in {None, found.low}


@few
@given(unknown=facts, sockets=sockets, per_socket=cores, vcores=cores)
def test_learning_a_fact_only_narrows_the_range(unknown, sockets, per_socket, vcores):
    learned = {
        "virtual": False,
        "sockets": sockets,
        "cores_per_socket": per_socket,
        "vcores": vcores,
        "installs": 1,
    }
    wide = need(metric="mssql_per_core", shapes=[Shape(1, unknown, "x")])
    exact = {key: learned[key] if value is None else value for key, value in unknown.items()}
    narrow = need(metric="mssql_per_core", shapes=[Shape(1, exact, "x")])

    assert narrow.point is not None
    assert wide.low <= narrow.point <= wide.high


@few
@given(count=st.integers(0, 50), host=facts)
def test_many_alike_need_many_times_what_one_needs(count, host):
    one = need(metric="mssql_per_core", shapes=[Shape(1, host, "x")])
    many = need(metric="mssql_per_core", shapes=[Shape(count, host, "x")])

    assert (many.low, many.high) == (one.low * count, one.high * count)


@pytest.mark.parametrize(("cores_of_host", "expected"), [(15, 16), (16, 16), (17, 17)])
def test_the_server_minimum_at_its_edge(cores_of_host, expected):
    host = {"sockets": 1, "cores_per_socket": cores_of_host}

    assert (
        evaluate("windows_server_core", {"edition": "Datacenter", "hosts": [host]})["core_licenses"]
        == expected
    )


@pytest.mark.parametrize(
    ("employees", "rate"),
    [(999, 15), (1000, 12), (2999, 12), (3000, Fraction(21, 2)), (49999, Fraction(21, 4))],
)
def test_java_bands_at_their_edges(employees, rate):
    assert evaluate("java_se_employee", {"employees": employees})["rate_per_month"] == rate
