"""Need over shapes: the product's way to count an estate (R-017, U-008)."""

from datetime import date

import pytest

from licensing import Need, NotAssessed, Shape, need
from licensing.dated import NoTermsInForce
from licensing.ranges import Interval


def test_r_017_the_working_shows_minimums_and_packs():
    hosts = Shape(3, {"virtual": False, "sockets": 2, "cores_per_socket": 2, "installs": 1}, "2 x 2 cores")
    vms = Shape(1, {"virtual": True, "vcores": 5}, "VM with 5")

    found = need(metric="mssql_per_core", shapes=[vms, hosts])

    assert (found.low, found.high, found.point, found.packs) == (29, 29, 29, 15)
    assert [(step.rule, step.expression, step.value) for step in found.working.steps] == [
        ("NEED-01", "3 x 8", 24),
        ("NEED-01", "1 x 5", 5),
        ("NEED-02", "24 + 5", 29),
        ("NEED-03", "ceil(29 / 2)", 15),
    ]
    first = found.per_shape[0].working.steps[0]
    assert first.rule == "MS-SQL-CORE-01"
    assert ("microsoft.sql.core.minimum_per_processor", "4") in first.inputs
    assert "dustindorsey.com" in first.source
    assert found.unit.of(found.low) == "cores"


def test_u_008_two_processors_of_twelve_cores_ask_for_twelve_packs():
    found = need(
        metric="mssql_per_core",
        shapes=[Shape(1, {"virtual": False, "sockets": 2, "cores_per_socket": 12}, "x")],
    )

    assert (found.point, found.packs) == (24, 12)


def test_packs_stay_out_of_the_working_of_one_subject():
    found = need(metric="mssql_per_core", shapes=[Shape(7, {"virtual": True, "vcores": 5}, "x")])

    assert found.packs == 18
    assert {step.about for step in found.per_shape[0].working.steps} == {"need"}


def test_nothing_installed_needs_nothing():
    found = need(
        metric="windows_server_core",
        shapes=[Shape(4, {"installs": 0, "virtual": None}, "bare")],
        agreed={"edition": "Standard"},
    )

    assert found.point == 0


def test_no_shape_needs_nothing():
    assert need(metric="per_device", shapes=[]).point == 0


def test_a_fact_nobody_reported_gives_a_range_and_its_cause():
    shapes = [
        Shape(2, {"virtual": False, "sockets": None, "cores_per_socket": 8}, "a"),
        Shape(1, {"virtual": True, "vcores": 8}, "b"),
    ]

    found = need(metric="mssql_per_core", shapes=shapes)

    assert (found.low, found.high, found.point) == (24, 136, None)
    assert found.causes == ("sockets is not known for 2 subjects: 1 to 8",)
    assert found.packs == Interval(12, 68)
    assert found.per_shape[0].working_high.steps[0].expression == "max(4 x 8, ceil(8 x 8 x 1))"


def test_whether_a_machine_is_virtual_may_itself_be_unknown():
    found = need(
        metric="mssql_per_core", shapes=[Shape(1, {"sockets": 1, "cores_per_socket": 16, "vcores": 4}, "a")]
    )

    assert (found.low, found.high) == (4, 16)
    assert found.causes == ("virtual is not known for 1 subject: no or yes",)


def test_nothing_known_at_all_names_every_cause_that_matters():
    found = need(metric="mssql_per_core", shapes=[Shape(1, {}, "a")])

    assert (found.low, found.high) == (4, 1536)
    assert [cause.split()[0] for cause in found.causes] == [
        "cores_per_socket",
        "sockets",
        "virtual",
        "vcores",
    ]


def test_a_device_with_an_unknown_number_of_copies_needs_one_where_copies_are_unlimited():
    found = need(metric="per_device", shapes=[Shape(5, {"installs": None}, "laptops")])

    assert (found.point, found.causes) == (5, ())


def test_what_the_licence_settles_goes_before_the_facts():
    shapes = [Shape(2, {"installs": 3, "max_installs_per_right": 3}, "alice and bob")]

    assert need(metric="per_named_user", shapes=shapes, agreed={"max_installs_per_right": 2}).point == 4


def test_limits_of_unknown_use_leave_the_need_open():
    found = need(metric="per_named_user", shapes=[Shape(2, {}, "x")], agreed={"max_installs_per_right": 2})

    assert (found.low, found.high) == (2, None)
    assert found.per_shape[0].high is None


def test_a_virtual_windows_server_is_licensed_through_its_host():
    def of(**facts):
        found = need(
            metric="windows_server_core",
            shapes=[Shape(1, {"virtual": True, **facts}, "vm")],
            agreed={"edition": "Standard"},
        )
        return found.low, found.high

    assert of(hosted=True) == (0, 0)
    assert of(hosted=False, host_sockets=2, host_cores_per_socket=8) == (16, 16)
    assert of(hosted=None, host_sockets=2, host_cores_per_socket=8) == (0, 16)


def test_a_physical_windows_server_of_an_unknown_edition():
    facts = {"virtual": False, "sockets": 2, "cores_total": 20, "os_instances": 3}

    found = need(metric="windows_server_core", shapes=[Shape(1, facts, "x")])

    assert (found.low, found.high) == (20, 40)
    assert found.causes == ("edition is not known for 1 subject: Standard or Datacenter",)


def test_further_metrics_of_people_and_hosts_are_found_from_shapes():
    people = [Shape(9, {}, "everybody")]

    assert need(metric="m365_apps_user", shapes=people).point == 9
    assert need(metric="adobe_named_user", shapes=people).point == 9
    assert need(metric="autodesk_named_user", shapes=people).point == 9
    assert (
        need(metric="vmware_per_core", shapes=[Shape(2, {"sockets": 1, "cores_per_socket": 8}, "esx")]).point
        == 32
    )
    vms = [Shape(2, {"sa_or_subscription": True, "vcores": 4}, "vm")]
    assert need(metric="windows_server_per_vm", shapes=vms).point == 16


def test_vms_without_assurance_are_not_assessed_by_vm():
    found = need(
        metric="windows_server_per_vm", shapes=[Shape(2, {"sa_or_subscription": False, "vcores": 4}, "vm")]
    )

    assert found == NotAssessed(
        "windows_server_per_vm",
        "shape vm: windows_server_per_vm: core_licenses does not follow: "
        "licensing by VM asks for Software Assurance or a subscription; count by another metric",
        ("core_licenses",),
    )


def test_a_metric_that_asks_for_more_than_shapes_is_not_assessed_and_says_what_is_missing():
    found = need(metric="java_se_employee", shapes=[Shape(9, {}, "everybody")])

    asks = "give employees"
    assert found == NotAssessed(
        "java_se_employee",
        f"Java SE, per employee is not counted from devices and people alone: {asks}",
        (asks,),
    )
    assert isinstance(need(metric="site_license", shapes=[]), NotAssessed)


def test_a_fact_that_makes_no_sense_is_not_assessed_rather_than_counted():
    found = need(
        metric="mssql_per_core",
        shapes=[Shape(1, {"virtual": False, "sockets": -1, "cores_per_socket": 2}, "odd")],
    )

    assert found == NotAssessed(
        "mssql_per_core",
        "shape odd: mssql_per_core: hosts[0].sockets is -1; give 0 or more",
        ("hosts[0].sockets",),
    )


def test_a_need_is_a_plain_value():
    one = need(metric="per_device", shapes=[Shape(1, {"installs": 1}, "x")])

    assert isinstance(one, Need)
    assert one == need(metric="per_device", shapes=[Shape(1, {"installs": 1}, "x")])


def test_every_step_over_a_range_of_shapes_can_be_read_by_itself():
    shapes = [
        Shape(2, {"virtual": True, "vcores": Interval(2, 6)}, "b"),
        Shape(3, {"virtual": True, "vcores": 5}, "a"),
        Shape(1, {"virtual": True, "vcores": Interval(4, 5)}, "c"),
    ]

    found = need(metric="mssql_per_core", shapes=shapes)

    assert (found.metric, found.low, found.high, found.point) == ("mssql_per_core", 27, 32, None)
    assert found.packs == Interval(14, 16)
    assert found.causes == ("vcores is not known for 3 subjects: 2 to 6, or 4 to 5",)
    assert [(step.rule, step.says, step.expression, step.value) for step in found.working.steps] == [
        ("NEED-01", "a: what one needs, times their number", "3 x 5", 15),
        ("NEED-01", "b: what one needs, times their number", "2 x (4 to 6)", Interval(8, 12)),
        ("NEED-01", "c: what one needs, times their number", "1 x (4 to 5)", Interval(4, 5)),
        ("NEED-02", "cores needed, all shapes together", "15 + (8 to 12) + (4 to 5)", Interval(27, 32)),
        ("NEED-03", "packs of 2 to buy", "ceil((27 to 32) / 2)", Interval(14, 16)),
    ]
    assert [step.rounding for step in found.working.steps] == ["", "", "", "", "once, on the total"]
    assert [step.about for step in found.working.steps] == ["need", "need", "need", "need", "purchase"]
    assert [step.inputs for step in found.working.steps[:3]] == [
        (("subjects", "3"),),
        (("subjects", "2"),),
        (("subjects", "1"),),
    ]
    assert {used.term for used in found.parameters} == {
        "microsoft.sql.core.minimum_per_vm",
        "microsoft.core.pack",
    }
    assert [(one.key, one.count, one.low, one.high, one.working_high is None) for one in found.per_shape] == [
        ("a", 3, 15, 15, True),
        ("b", 2, 8, 12, False),
        ("c", 1, 4, 5, False),
    ]
    high = found.per_shape[1].working_high
    assert high is not None
    assert [step.about for step in high.steps] == ["need", "need"]
    assert high.steps[0].value == 6


def test_nothing_over_no_shapes_is_written_as_zero():
    found = need(metric="mssql_per_core", shapes=[])

    assert [(step.rule, step.expression, step.value) for step in found.working.steps] == [
        ("NEED-02", "0", 0),
        ("NEED-03", "ceil(0 / 2)", 0),
    ]


def test_nothing_installed_is_a_step_of_its_own():
    found = need(metric="mssql_per_core", shapes=[Shape(4, {"installs": 0, "virtual": True}, "empty")])

    (step,) = found.per_shape[0].working.steps
    assert (step.rule, step.says, step.value) == ("NEED-00", "nothing installed, nothing needed", 0)


def test_a_need_is_counted_by_the_terms_of_its_day():
    """Cores are licensed from April 2012 on."""
    shapes = [Shape(1, {"virtual": False, "sockets": 1, "cores_per_socket": 2}, "host")]

    assert need(metric="mssql_per_core", shapes=shapes, on=date(2012, 4, 1)).point == 4
    with pytest.raises(NoTermsInForce, match="minimum_per_processor"):
        need(metric="mssql_per_core", shapes=shapes, on=date(2012, 3, 31))
