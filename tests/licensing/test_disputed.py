"""Published claims that are wrong or contradict each other: the rules must not repeat them."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from licensing import assess, evaluate
from licensing.terms import load_terms

CLAIMS = Path(__file__).parents[2].parent / "shared" / "data" / "disputed_claims.json"


def windows(edition, sockets, cores, instances):
    host = {"sockets": sockets, "cores_per_socket": cores, "os_instances": instances}
    return evaluate("windows_server_core", {"edition": edition, "hosts": [host]})


def java(employees):
    return evaluate("java_se_employee", {"employees": employees})


def test_every_processor_of_windows_server_counts_for_eight():
    assert windows("Standard", 4, 4, 4)["core_licenses"] == 64
    assert windows("Datacenter", 4, 4, 4)["core_licenses"] == 32


def test_standard_runs_two_instances_for_each_full_licensing():
    assert windows("Standard", 2, 8, 2)["full_server_sets"] == 1


def test_windows_licences_are_not_rounded_to_packs_of_sixteen():
    found = windows("Datacenter", 2, 10, 1)

    assert (found["core_licenses"], found["two_core_packs"]) == (20, 10)


def test_one_processor_is_enough_for_sql_server():
    assert (
        evaluate("mssql_per_core", {"layer": "physical", "hosts": [{"sockets": 1, "cores_per_socket": 4}]})[
            "core_licenses"
        ]
        == 4
    )


def test_four_licensed_cores_do_not_give_unlimited_virtual_machines():
    inputs = {
        "edition": "Enterprise",
        "sa": True,
        "host": {"physical_cores": 16},
        "core_licenses_assigned": 4,
        "vms": 50,
    }
    found = assess("mssql_vm_rights", inputs)

    assert found.outputs["additional_core_licenses"] == 46
    assert found.warnings == ("only 4 of 16 cores are licensed: a host must be licensed in full",)


def test_the_named_user_minimum_follows_the_core_factor():
    servers = [{"cores_total": 8, "core_factor": "0.5"}]

    assert (
        evaluate("oracle_named_user_plus", {"edition": "EE", "servers": servers, "users": 0})["nup_minimum"]
        == 100
    )


def test_the_named_user_minimum_in_the_cloud_follows_processors_not_virtual_cpus():
    inputs = {"edition": "EE", "vcpus": 8, "hyperthreading": True, "users": 0}

    assert evaluate("oracle_named_user_plus", inputs)["nup_minimum"] == 100


@pytest.mark.parametrize(("processor", "licences"), [("POWER10", 8), ("some other", 8), ("x86", 4)])
def test_core_factors_are_those_of_the_current_table(processor, licences):
    servers = [{"cores_total": 8, "processor": processor}]

    assert (
        evaluate("oracle_processor", {"edition": "EE", "servers": servers})["processor_licenses"] == licences
    )


def test_java_is_priced_by_the_band_of_the_whole_head_count():
    assert java(1000)["annual_cost"] == 144000
    assert java(10000)["annual_cost"] == 990000
    assert java(850)["annual_cost"] == 153000


def test_the_disputed_java_band_takes_the_list_price_and_shows_the_other():
    found = assess("java_se_employee", {"employees": 20000})

    assert found.outputs["rate_per_month"] == Fraction(27, 4)
    assert any("6.25" in says and "1500000" in says for says in found.warnings)


def test_vmware_cores_come_in_no_packs():
    assert (
        evaluate("vmware_order_minimum", {"required_cores": 73, "order_date": "2025-06-01"})["order_quantity"]
        == 73
    )


def test_a_developer_takes_two_full_use_equivalents():
    assert evaluate("sap_fue", {"developer": 3})["fue"] == 6


def test_flex_charges_the_rate_once_a_day():
    days = [{"product": "Revit", "users": 1, "days": 2}]

    assert evaluate("autodesk_flex", {"rates": {"Revit": 10}, "user_days": days})["tokens"] == 20


def test_microsoft_365_apps_are_limited_for_each_category():
    user = {"desktops": 6, "tablets": 0, "mobiles": 0}

    assert evaluate("m365_apps_user", {"users": [user]})["over_limit_devices"] == 1


def test_one_virtual_red_hat_consumes_half_and_is_bought_whole():
    found = evaluate("redhat_socket_pair", {"environment": "virtual", "vms_on_host": 1})

    assert (found["subscriptions"], found["subscriptions_fractional"]) == (1, Fraction(1, 2))


def test_reaching_the_percentage_infers_the_suite():
    inputs = {
        "suite": "S",
        "components": ["a", "b"],
        "option": {"percent": 50},
        "mandatory": [],
        "installed": ["a"],
    }

    assert evaluate("suite_inference", inputs)["inferred"] is True


def test_no_exchange_ratio_between_editions_stands_in_the_terms():
    """It belongs to a product and a contract, so it is nobody's default."""
    assert not [term for term in load_terms().editions if "ratio" in term or "hybrid" in term]


@pytest.mark.skipif(not CLAIMS.exists(), reason="the public list of claims is not beside the project")
def test_the_public_list_holds_no_claim_beyond_those_above():
    assert len(json.loads(CLAIMS.read_text(encoding="utf-8"))) == 20
