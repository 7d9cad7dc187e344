"""Estates small enough to read, written as rows, frozen and opened for counting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from estate import TABLES, DuckEngine, Engine, Freezer, Frozen, Shape, count_shapes, over_facts, to_table

Rows = list[dict[str, Any]]

ACME, GLOBEX = 1, 2
OFFICE, ORACLE, WINDOWS, CRM = 10, 20, 30, 40
STANDARD, ENTERPRISE = 101, 102
ALICE, BOB, CAROL = 1, 2, 3
NOON = datetime(2025, 6, 30, 12, tzinfo=UTC)


def question(question_id: int, product_id: int, shape: str, **more: Any) -> dict[str, Any]:
    return {
        "question_id": question_id,
        "company_id": ACME,
        "product_id": product_id,
        "metric": "any",
        "shape": shape,
        "counts_holders": False,
        **more,
    }


def device(device_id: int, **more: Any) -> dict[str, Any]:
    return {
        "device_id": device_id,
        "company_id": ACME,
        "is_virtual": False,
        "core_count_uncertain": False,
        **more,
    }


def vm(device_id: int, cores: int | None, **more: Any) -> dict[str, Any]:
    return device(device_id, is_virtual=True, cores=cores, **more)


def person(person_id: int, **more: Any) -> dict[str, Any]:
    return {"person_id": person_id, "company_id": ACME, "is_active": True, **more}


def installations(product_id: int, *devices: int, first: int = 1, **more: Any) -> Rows:
    return [
        {
            "installation_id": first + n,
            "company_id": ACME,
            "device_id": device_id,
            "product_id": product_id,
            **more,
        }
        for n, device_id in enumerate(devices)
    ]


def holding(assignment_id: int, product_id: int, person_id: int | None, **more: Any) -> dict[str, Any]:
    return {
        "assignment_id": assignment_id,
        "company_id": ACME,
        "licence_id": 1,
        "product_id": product_id,
        "metric": "per_named_user",
        "person_id": person_id,
        "units": 1,
        **more,
    }


def freeze(folder: Path, estate: Mapping[str, Rows]) -> Frozen:
    freezer = Freezer(folder)
    for name in TABLES:
        freezer.add(name, to_table(name, estate.get(name, [])))
    return freezer.seal(taken_at=NOON, code_version="test", terms_version="test")


@contextmanager
def counting(folder: Path, estate: Mapping[str, Rows]) -> Iterator[Engine]:
    frozen = freeze(folder, estate)
    with DuckEngine(threads=2) as engine:
        over_facts(engine, frozen.paths)
        yield engine


def shapes_of(folder: Path, **estate: Rows) -> list[Shape]:
    with counting(folder, estate) as engine:
        return count_shapes(engine=engine)


def told(shapes: list[Shape]) -> list[str]:
    """Shapes as one readable line each: ``3 × devices installs=1``; leaves out what is as usual."""
    lines = (f"{shape.subject_count} × {shape.family} {shape.key}" for shape in shapes)
    return [
        line.replace(" threads_per_core=unknown", "").replace(" core_count_uncertain=no", "")
        for line in (
            line.removesuffix(" version=unknown").removesuffix(" layer=unknown second_copy=no")
            for line in lines
        )
    ]
