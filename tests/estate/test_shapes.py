"""What rules will see of small estates: readable in, readable out; unknown is never zero."""

from __future__ import annotations

from pathlib import Path

import pytest

from estate import Installed, Member, count_shapes, installed, members_of
from estate.shapes import UnknownShape
from tests.estate.small import (
    ALICE,
    BOB,
    CAROL,
    CRM,
    ENTERPRISE,
    GLOBEX,
    OFFICE,
    ORACLE,
    STANDARD,
    WINDOWS,
    counting,
    device,
    holding,
    installations,
    person,
    question,
    shapes_of,
    told,
    vm,
)


def test_devices_are_counted_once_however_many_installations_they_carry(tmp_path: Path) -> None:
    shapes = shapes_of(
        tmp_path,
        questions=[question(1, OFFICE, "devices")],
        devices=[device(1), device(2), device(3)],
        installations=installations(OFFICE, 1, 2, 2, 3),
    )
    assert told(shapes) == ["2 × devices installs=1", "1 × devices installs=2"]
    assert [shape.installations for shape in shapes] == [2, 2]
    assert shapes[0]["installs"] == 1


def test_another_company_and_another_product_do_not_count(tmp_path: Path) -> None:
    shapes = shapes_of(
        tmp_path,
        questions=[question(1, OFFICE, "devices")],
        devices=[device(1), device(2, company_id=GLOBEX)],
        installations=installations(OFFICE, 1)
        + installations(OFFICE, 2, first=2, company_id=GLOBEX)
        + installations(ORACLE, 1, first=3),
    )
    assert told(shapes) == ["1 × devices installs=1"]


def test_an_unrecognised_installation_answers_no_question(tmp_path: Path) -> None:
    rows = installations(OFFICE, 1)
    rows[0]["product_id"] = None
    assert shapes_of(tmp_path, questions=[question(1, OFFICE, "devices")], installations=rows) == []


def test_a_named_edition_takes_its_own_and_the_rest_goes_to_the_question_without_edition(
    tmp_path: Path,
) -> None:
    shapes = shapes_of(
        tmp_path,
        questions=[question(1, OFFICE, "devices", edition_id=STANDARD), question(2, OFFICE, "devices")],
        devices=[device(n) for n in range(1, 7)],
        installations=installations(OFFICE, 1, 2, 3, edition_id=STANDARD)
        + installations(OFFICE, 4, 5, first=10, edition_id=ENTERPRISE)
        + installations(OFFICE, 6, first=20),
    )
    assert [(shape.question_id, shape.subject_count) for shape in shapes] == [(1, 3), (2, 3)]


def test_users_are_those_of_the_installation_else_of_the_device(tmp_path: Path) -> None:
    shapes = shapes_of(
        tmp_path,
        questions=[question(1, OFFICE, "users")],
        people=[person(ALICE), person(BOB, is_active=False)],
        devices=[device(1, person_id=ALICE), device(2, person_id=ALICE), device(3), device(4)],
        installations=installations(OFFICE, 1, 2, 4) + installations(OFFICE, 3, first=9, person_id=BOB),
    )
    assert told(shapes) == [
        "1 × users user_known=no installs=1 holds_units=no is_active=unknown",
        "1 × users user_known=yes installs=1 holds_units=no is_active=no",
        "1 × users user_known=yes installs=2 holds_units=no is_active=yes",
    ]


def test_holders_are_users_of_a_service_without_installations(tmp_path: Path) -> None:
    shapes = shapes_of(
        tmp_path,
        questions=[question(1, CRM, "users", counts_holders=True), question(2, OFFICE, "users")],
        people=[person(ALICE), person(BOB), person(CAROL)],
        devices=[device(1, person_id=ALICE)],
        installations=installations(CRM, 1),
        assignments=[
            holding(1, CRM, ALICE),
            holding(2, CRM, BOB),
            holding(3, CRM, BOB),
            holding(4, CRM, None, device_id=1),
            holding(5, OFFICE, CAROL),
        ],
    )
    assert told(shapes) == [
        "1 × users user_known=yes installs=0 holds_units=yes is_active=yes",
        "1 × users user_known=yes installs=1 holds_units=yes is_active=yes",
    ]


def test_unknown_cores_stay_apart_from_known_ones(tmp_path: Path) -> None:
    known = {"processors": 2, "cores_per_processor": 8}
    shapes = shapes_of(
        tmp_path,
        questions=[question(1, ORACLE, "cores")],
        devices=[
            device(1, **known, cores=16),
            device(2, **known),
            device(3, processors=2),
            device(4, **known, cores=16, core_count_uncertain=True),
            device(5, is_virtual=None, cores=16),
        ],
        installations=installations(ORACLE, 1, 2, 3, 4, 5),
    )
    assert told(shapes) == [
        "2 × cores layer=physical processors=2 cores_per_processor=8 cores=16 os_instances=1",
        "1 × cores layer=physical processors=2 cores_per_processor=8 cores=16 core_count_uncertain=yes os_instances=1",
        "1 × cores layer=physical processors=2 cores_per_processor=unknown cores=unknown os_instances=1",
        "1 × cores layer=unknown processors=unknown cores_per_processor=unknown cores=16 os_instances=1",
    ]


def test_absurd_processor_counts_do_not_break_the_counting(tmp_path: Path) -> None:
    (shape,) = shapes_of(
        tmp_path,
        questions=[question(1, ORACLE, "cores")],
        devices=[device(1, processors=2**31 - 1, cores_per_processor=2**31 - 1)],
        installations=installations(ORACLE, 1),
    )
    assert shape["cores"] == (2**31 - 1) ** 2


def test_virtual_machines_are_a_layer_of_their_own_linked_to_their_host(tmp_path: Path) -> None:
    shapes = shapes_of(
        tmp_path,
        questions=[question(1, ORACLE, "cores")],
        devices=[
            device(1, processors=2, cores_per_processor=8),
            device(2, processors=2, cores_per_processor=8),
            vm(11, 4, host_id=1),
            vm(12, 4, host_id=1),
            vm(13, 4, host_id=2),
            vm(14, None),
        ],
        installations=installations(ORACLE, 1, 11, 12, 13, 14),
    )
    assert told(shapes) == [
        "1 × cores layer=physical processors=2 cores_per_processor=8 cores=16 os_instances=3",
        "1 × vcores layer=vm cores=4 host_counted=no",
        "2 × vcores layer=vm cores=4 host_counted=yes",
        "1 × vcores layer=vm cores=unknown host_counted=unknown",
    ]


def test_hosts_count_their_own_system_and_those_of_their_virtual_machines(tmp_path: Path) -> None:
    shapes = shapes_of(
        tmp_path,
        questions=[question(1, WINDOWS, "hosts")],
        devices=[
            device(1, processors=2, cores_per_processor=8, cores=16),
            device(2, processors=1, cores_per_processor=32, cores=32),
            device(3, processors=2, cores_per_processor=8, cores=16),
            vm(11, 4, host_id=1),
            vm(12, 4, host_id=1),
            vm(13, 4, host_id=2),
            vm(14, 8),
        ],
        installations=installations(WINDOWS, 1, 3, 11, 12, 13, 14),
    )
    assert told(shapes) == [
        "1 × hosts layer=physical processors=1 cores_per_processor=32 cores=32 on_host=no vms=1 os_instances=1",
        "1 × hosts layer=physical processors=2 cores_per_processor=8 cores=16 on_host=yes vms=0 os_instances=1",
        "1 × hosts layer=physical processors=2 cores_per_processor=8 cores=16 on_host=yes vms=2 os_instances=3",
        "1 × vcores layer=vm cores=8 host_counted=unknown",
    ]


def test_a_host_that_is_not_in_the_inventory_is_unknown_not_absent(tmp_path: Path) -> None:
    (shape,) = shapes_of(
        tmp_path,
        questions=[question(1, WINDOWS, "hosts")],
        devices=[vm(11, 4, host_id=99)],
        installations=installations(WINDOWS, 11),
    )
    assert (shape.family, shape["cores"], shape["core_count_uncertain"]) == ("hosts", None, True)
    assert shape["os_instances"] == 1


def test_behind_every_shape_stand_its_members(tmp_path: Path) -> None:
    estate = {
        "questions": [
            question(1, OFFICE, "devices"),
            question(2, OFFICE, "users"),
            question(3, WINDOWS, "hosts"),
        ],
        "people": [person(ALICE)],
        "devices": [device(1, person_id=ALICE), device(2), device(3), vm(11, None, host_id=3), vm(12, 2)],
        "installations": installations(OFFICE, 1, 2, 2) + installations(WINDOWS, 11, 12, first=10),
    }
    with counting(tmp_path, estate) as engine:
        shapes = count_shapes(engine=engine)
        behind = {
            (shape.question_id, shape.key): list(
                members_of(engine=engine, question_id=shape.question_id, family=shape.family, key=shape.key)
            )
            for shape in shapes
        }
    assert [len(behind[shape.question_id, shape.key]) for shape in shapes] == [
        shape.subject_count for shape in shapes
    ]
    assert behind[1, "installs=2 layer=unknown second_copy=no version=unknown"] == [Member("device", 2, 2)]
    assert behind[2, "user_known=yes installs=1 holds_units=no is_active=yes version=unknown"] == [
        Member("person", ALICE, 1)
    ]


def test_members_come_in_order_and_can_be_cut(tmp_path: Path) -> None:
    estate = {
        "questions": [question(1, OFFICE, "devices")],
        "devices": [device(n) for n in range(1, 6)],
        "installations": installations(OFFICE, 5, 4, 3, 2, 1),
    }
    with counting(tmp_path, estate) as engine:
        first = members_of(engine=engine, question_id=1, family="devices", key="installs=1", limit=2)
        assert [member.subject_id for member in first] == [1, 2]


@pytest.mark.parametrize(
    ("family", "key"),
    [
        ("devices", "installs=1 OR TRUE"),
        ("devices", "cores=1"),
        ("devices", "installs=01"),
        ("vcores", "layer=v'm cores=1 core_count_uncertain=no host_counted=no"),
        ("people", "installs=1"),
    ],
)
def test_a_key_that_no_shape_can_have_is_refused(tmp_path: Path, family: str, key: str) -> None:
    with counting(tmp_path, {}) as engine, pytest.raises(UnknownShape):
        list(members_of(engine=engine, question_id=1, family=family, key=key))


def test_a_question_about_nothing_we_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownShape, match="moons"):
        shapes_of(tmp_path, questions=[question(1, OFFICE, "moons")])


def test_a_metric_the_estate_does_not_feed_has_no_shapes(tmp_path: Path) -> None:
    assert shapes_of(tmp_path, questions=[question(1, OFFICE, "none")]) == []


def test_what_is_installed_at_all(tmp_path: Path) -> None:
    estate = {
        "installations": installations(OFFICE, 1, 2)
        + installations(OFFICE, 2, first=9, edition_id=STANDARD)
        + installations(ORACLE, 2, first=20, company_id=GLOBEX),
    }
    with counting(tmp_path, estate) as engine:
        assert installed(engine=engine) == [
            Installed(1, OFFICE, None, 2),
            Installed(1, OFFICE, STANDARD, 1),
            Installed(GLOBEX, ORACLE, None, 1),
        ]
