"""Laws of shapes, on estates nobody would invent by hand: nothing lost, nothing twice, order irrelevant."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from estate import Shape
from tests.estate.small import OFFICE, ORACLE, Rows, device, holding, person, question, shapes_of

SHAPES = ("devices", "users", "cores", "hosts")
maybe = st.none() | st.integers(1, 4)


@st.composite
def estates(draw: st.DrawFn) -> dict[str, Rows]:
    machines = draw(st.integers(1, 7))
    found = draw(
        st.lists(st.tuples(st.integers(1, machines), st.sampled_from([OFFICE, ORACLE]), maybe), max_size=15)
    )
    return {
        "questions": [
            question(100 * n + product, product, shape, counts_holders=True)
            for n, shape in enumerate(SHAPES)
            for product in (OFFICE, ORACLE)
        ],
        "people": [person(n, is_active=draw(st.none() | st.booleans())) for n in range(1, 4)],
        "devices": [
            device(
                n,
                is_virtual=draw(st.none() | st.booleans()),
                host_id=draw(st.none() | st.integers(1, machines + 1).filter(lambda host, n=n: host != n)),
                processors=draw(maybe),
                cores_per_processor=draw(maybe),
                cores=draw(maybe),
                person_id=draw(maybe),
            )
            for n in range(1, machines + 1)
        ],
        "installations": [
            _installation(n, device_id, product, user) for n, (device_id, product, user) in enumerate(found)
        ],
        "assignments": [holding(n, OFFICE, draw(maybe)) for n in range(draw(st.integers(0, 3)))],
    }


def _installation(n: int, device_id: int, product_id: int, person_id: int | None) -> dict[str, Any]:
    return {
        "installation_id": n,
        "company_id": 1,
        "device_id": device_id,
        "product_id": product_id,
        "person_id": person_id,
    }


def shapes(estate: dict[str, Rows]) -> list[Shape]:
    with tempfile.TemporaryDirectory() as folder:
        return shapes_of(Path(folder), **estate)


@given(estate=estates())
@settings(max_examples=40, deadline=None)
def test_subject_counts_add_up_to_the_distinct_subjects(estate: dict[str, Rows]) -> None:
    counted: dict[int, int] = {}
    for shape in shapes(estate):
        counted[shape.question_id] = counted.get(shape.question_id, 0) + shape.subject_count
    expected = {asked["question_id"]: len(_subjects(asked, estate)) for asked in estate["questions"]}
    assert counted == {question_id: count for question_id, count in expected.items() if count}


@given(estate=estates())
@settings(max_examples=40, deadline=None)
def test_every_installation_stands_behind_one_shape(estate: dict[str, Rows]) -> None:
    counted: dict[int, int] = {}
    for shape in shapes(estate):
        counted[shape.question_id] = counted.get(shape.question_id, 0) + shape.installations
    for asked in estate["questions"]:
        evidence = sum(row["product_id"] == asked["product_id"] for row in estate["installations"])
        assert counted.get(asked["question_id"], 0) == evidence


@given(estate=estates(), order=st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_is_irrelevant(estate: dict[str, Rows], order: random.Random) -> None:
    shuffled = {name: order.sample(rows, len(rows)) for name, rows in estate.items()}
    assert shapes(estate) == shapes(shuffled)


def _subjects(asked: dict[str, Any], estate: dict[str, Rows]) -> set[tuple[str, int]]:
    """The same question answered the slow way, row by row."""
    devices = {row["device_id"]: row for row in estate["devices"]}
    rows = [row for row in estate["installations"] if row["product_id"] == asked["product_id"]]
    if asked["shape"] == "users":
        return _users(asked, rows, devices) | _holders(asked, estate)
    if asked["shape"] == "hosts":
        return {("device", _host(devices[row["device_id"]], devices)) for row in rows}
    return {("device", row["device_id"]) for row in rows}


def _users(asked: dict[str, Any], rows: Rows, devices: dict[int, Any]) -> set[tuple[str, int]]:
    users = [row["person_id"] or devices[row["device_id"]]["person_id"] for row in rows]
    return {
        ("person", user) if user else ("device", row["device_id"])
        for row, user in zip(rows, users, strict=True)
    }


def _holders(asked: dict[str, Any], estate: dict[str, Rows]) -> set[tuple[str, int]]:
    held = [row for row in estate["assignments"] if row["product_id"] == asked["product_id"]]
    return {("person", row["person_id"]) for row in held if row["person_id"]}


def _host(machine: dict[str, Any], devices: dict[int, Any]) -> int:
    host = devices.get(machine["host_id"], {})
    on_host = machine["is_virtual"] and machine["host_id"] and not host.get("is_virtual")
    return int(machine["host_id"] if on_host else machine["device_id"])
