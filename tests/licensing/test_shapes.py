"""Which facts of one subject a metric takes, under which of its own inputs; a fact not reported stays unknown."""

import pytest

from licensing.reading import Given, MissingInput
from licensing.register import METRICS

PERSON = {"installs": 3, "max_installs_per_right": 2}
HOST = {"virtual": False, "sockets": 2, "cores_per_socket": 8, "cores_total": 16, "os_instances": 3}
VM = {"virtual": True, "vcores": 6, "sa_or_subscription": True, "edition": "Standard"}


def inputs(metric, facts):
    of_shape = METRICS[metric].of_shape
    assert of_shape is not None
    return of_shape(Given(metric, facts))


@pytest.mark.parametrize(
    ("metric", "facts", "asked"),
    [
        ("per_device", PERSON, {"devices": [{"installs": 3}], "max_installs_per_right": 2}),
        ("per_device", {}, {"devices": [{"installs": None}], "max_installs_per_right": None}),
        ("per_named_user", PERSON, {"users": [{"installs": 3}], "max_installs_per_right": 2}),
        ("per_named_user", {}, {"users": [{"installs": None}], "max_installs_per_right": None}),
        ("m365_apps_user", {"tablets": 2}, {"users": [{"desktops": 0, "tablets": 2, "mobiles": 0}]}),
        ("adobe_named_user", {"activated_computers": 3}, {"users": [{"activated_computers": 3}]}),
        ("adobe_named_user", {}, {"users": [{"activated_computers": 0}]}),
        ("autodesk_named_user", {"devices": 2}, {"users": [{"devices": 2, "max_simultaneous": 0}]}),
        ("autodesk_named_user", {"max_simultaneous": 2}, {"users": [{"devices": 0, "max_simultaneous": 2}]}),
        ("vmware_per_core", HOST, {"hosts": [{"sockets": 2, "cores_per_socket": 8}]}),
        ("vmware_per_core", {}, {"hosts": [{"sockets": None, "cores_per_socket": None}]}),
        ("windows_server_per_vm", VM, {"sa_or_subscription": True, "vms": [{"vcores": 6}]}),
        ("mssql_per_core", VM, {"layer": "vm", "vms": [{"vcores": 6}]}),
        (
            "mssql_per_core",
            HOST,
            {"layer": "physical", "hosts": [{"sockets": 2, "cores_per_socket": 8, "cores_total": 16}]},
        ),
        ("mssql_per_core", {"virtual": False, "sockets": None}, {"layer": "physical", "hosts": [{}]}),
        (
            "windows_server_core",
            {**HOST, "edition": "Standard"},
            {
                "edition": "Standard",
                "hosts": [{"sockets": 2, "cores_per_socket": 8, "cores_total": 16, "os_instances": 3}],
            },
        ),
        ("windows_server_core", {**VM, "hosted": True}, {"edition": "Datacenter", "hosts": []}),
        (
            "windows_server_core",
            {**VM, "hosted": False, "host_sockets": 2, "host_cores_per_socket": 12},
            {"edition": "Datacenter", "hosts": [{"sockets": 2, "cores_per_socket": 12}]},
        ),
    ],
)
def test_a_fact_stands_under_the_input_that_asks_for_it(metric, facts, asked):
    assert inputs(metric, facts) == asked


@pytest.mark.parametrize(
    ("metric", "facts", "key"),
    [
        ("mssql_per_core", {}, "virtual"),
        ("windows_server_core", {}, "virtual"),
        ("windows_server_core", {"virtual": True}, "hosted"),
        ("windows_server_core", {"virtual": True, "hosted": False}, "host_sockets"),
        (
            "windows_server_core",
            {"virtual": True, "hosted": False, "host_sockets": 1},
            "host_cores_per_socket",
        ),
        ("windows_server_core", {"virtual": False}, "edition"),
        ("windows_server_per_vm", {}, "sa_or_subscription"),
    ],
)
def test_what_decides_the_layout_is_asked_for_by_name(metric, facts, key):
    with pytest.raises(MissingInput) as asked:
        inputs(metric, facts)

    assert (asked.value.key, asked.value.rule) == (key, metric)
