"""What is not known stays a range, with its causes; nothing is made up inside it."""

from decimal import Decimal

import pytest

from licensing import assess, evaluate
from licensing.ranges import BadRange, Interval, OneOf, TooManyUnknowns, between, spread
from licensing.reading import MissingInput


def test_a_missing_input_takes_its_widest_admissible_values():
    """Standard without the number of instances is unknown above one full licensing."""
    found = assess(
        "windows_server_core", {"edition": "Standard", "hosts": [{"sockets": 2, "cores_per_socket": 8}]}
    )

    assert found.outputs["core_licenses"] == Interval(16, None)
    assert [str(cause) for cause in found.causes] == ["hosts[0].os_instances is not known: 1 or more"]
    assert found.working_high is None


def test_threads_unknown_leave_a_range_with_the_working_of_both_ends():
    found = assess("oracle_processor_cloud", {"edition": "EE", "vcpus": 5})

    assert found.outputs["processor_licenses"] == Interval(3, 5)
    assert found.working.steps[-1].value == 3
    assert found.working_high.steps[-1].value == 5


def test_an_input_may_be_given_as_a_range_and_a_cap_bounds_it():
    found = evaluate("ibm_vpc", {"physical_cores": 16, "vms": [{"vcores": {"low": 2, "high": None}}]})

    assert found["vpc"] == Interval(2, 16)


def test_causes_come_by_their_effect():
    host = {"sockets": Interval(1, 2), "cores_per_socket": Interval(8, 32)}
    found = assess("mssql_per_core", {"layer": "physical", "hosts": [host]})

    assert found.outputs["core_licenses"] == Interval(8, 64)
    assert [cause.path[-1] for cause in found.causes] == ["cores_per_socket", "sockets"]


def test_an_unknown_that_changes_nothing_is_no_cause():
    found = assess("mssql_per_core", {"layer": "vm", "vms": [{"vcores": Interval(1, 4)}]})

    assert found.outputs["core_licenses"] == 4
    assert found.causes == ()


def test_a_rule_that_is_not_monotone_is_tried_at_every_turn_inside():
    """2,999 employees cost more than 3,200."""
    found = evaluate("java_se_employee", {"employees": Interval(2500, 3200)})

    assert found["annual_cost"] == Interval(360000, 431856)


def test_beyond_the_last_band_the_cost_is_open():
    found = evaluate("java_se_employee", {"employees": Interval(49000, 60000)})

    assert found["annual_cost"] == Interval(3087000, None)
    assert found["licensed_quantity"] == Interval(49000, 60000)


def test_a_mix_of_packs_shows_every_size_it_may_take():
    found = evaluate("license_pack_mix", {"core_licenses": Interval(30, 33), "pack_sizes": [16, 2]})

    assert found["packs"] == {"16": Interval(1, 2), "2": Interval(0, 8)}


def test_answers_that_are_no_numbers_become_choices():
    found = evaluate("cal_version_rights", {"cal_version": Interval(2016, 2022), "server_version": 2019})

    assert found["covered"] == OneOf((False, True))


def test_lists_spread_place_by_place_and_lists_of_other_lengths_become_choices():
    found = evaluate("vmware_per_core", {"hosts": [{"sockets": 1, "cores_per_socket": Interval(8, 20)}]})
    uneven = evaluate("tiered_value_units", {"quantity": Interval(5, 15), "tiers": [[10, 1], [None, "0.5"]]})

    assert found["per_host"] == [Interval(16, 20)]
    assert uneven["per_tier"] == OneOf(((10, uneven["per_tier"].values[0][1]), (5,)))


def test_objects_spread_key_by_key():
    assert spread([{"a": 1}, {"a": 2, "b": 1}], [{"a": 1}, {"a": 2, "b": 1}]) == {
        "a": Interval(1, 2),
        "b": Interval(1, None),
    }
    assert spread([{"a": 1}, 2], [{"a": 1}, 2]) == OneOf((2, "{'a': 1}"))


def test_an_end_that_falls_without_limit_is_open_below():
    found = evaluate("elp_position", {"rights_owned": 10, "rights_used": Interval(4, None), "unit_cost": 1})

    assert found["available"] == Interval(None, 6)


def test_an_open_low_end_begins_at_nothing():
    assert evaluate("pack_rights", {"rights_per_pack": 2, "packs": Interval(None, 3)})[
        "purchased_rights"
    ] == Interval(0, 6)


def test_a_missing_input_without_admissible_values_is_refused():
    with pytest.raises(MissingInput, match="users is not known"):
        evaluate("cal", {"cal_type": "user"})


def test_a_gap_that_stays_after_it_was_filled_is_refused():
    with pytest.raises(MissingInput, match=r"hosts\[0\].sockets"):
        evaluate(
            "mssql_per_core",
            {"layer": "physical", "hosts": [{"sockets": OneOf((None,)), "cores_per_socket": 2}]},
        )


def test_too_many_unknowns_at_once_are_refused_with_the_way_out():
    hosts = [{"sockets": 2, "cores_per_socket": Interval(4, 8)}] * 13

    with pytest.raises(TooManyUnknowns, match="shapes with counts"):
        evaluate("mssql_per_core", {"layer": "physical", "hosts": hosts})


def test_a_range_upside_down_is_refused():
    with pytest.raises(BadRange, match="from 3 to 2"):
        evaluate("pack_rights", {"rights_per_pack": 2, "packs": {"low": 3, "high": 2}})


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(1, 2), "1 to 2"),
        (Interval(1, None), "1 or more"),
        (Interval(None, 2), "2 or less"),
        (Interval(None, None), "unknown"),
        (between(Decimal("0.5"), "0.75"), "0.5 to 0.75"),
        (OneOf((True, "x", None)), "yes or x or unknown"),
    ],
)
def test_a_range_reads_as_a_person_would_write_it(interval, text):
    assert str(interval) == text
