"""Installations to shapes: subjects that look the same to a rule, with how many of them there are.

Each statement in ``shapes/`` lists the distinct subjects (devices, people, hosts) of every question with
the columns a metric looks at. Here they are wrapped twice: grouped, they are shapes with counts; filtered
by one shape, they are the members behind a number. Both DuckDB and Spark SQL run the text unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from estate.engines import Engine
from estate.facts import TABLES
from estate.problems import EstateProblem

Value = bool | int | str | None

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "devices": ("installs", "layer", "second_copy", "version"),
    "users": ("user_known", "installs", "holds_units", "is_active", "version"),
    "cores": (
        "layer",
        "processors",
        "cores_per_processor",
        "threads_per_core",
        "cores",
        "core_count_uncertain",
        "os_instances",
        "version",
    ),
    "vcores": ("layer", "cores", "core_count_uncertain", "host_counted", "version"),
    "hosts": (
        "layer",
        "processors",
        "cores_per_processor",
        "cores",
        "core_count_uncertain",
        "on_host",
        "vms",
        "os_instances",
        "version",
    ),
}
"""What a rule may look at, by family; a family of shapes is one file of SQL."""

FED_BY: Mapping[str, tuple[str, ...]] = {
    "devices": ("devices",),
    "users": ("users",),
    "cores": ("cores", "vcores"),
    "hosts": ("hosts", "vcores"),
    "none": (),
}
"""The families that together hold every subject of a question, by the question's `shape`."""

UNKNOWN = "unknown"
VIEWS = {"machines": {"devices"}, "deployed": {"installations", "questions"}}
NO_VERSIONS = "SELECT CAST(NULL AS BIGINT) AS version_id, CAST(NULL AS INT) AS place WHERE 1 = 0"
KINDS = {pa.bool_(): "BOOLEAN", pa.int64(): "BIGINT", pa.int32(): "INT", pa.string(): "VARCHAR(200)"}


class UnknownShape(EstateProblem):
    """A shape was asked for that no family of shapes can have."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Subjects of one question that are alike. A column that is None is unknown, never zero.

    `key` is stable text and with the family identifies the shape within its question;
    `installations` is the raw evidence behind it.
    """

    question_id: int
    family: str
    key: str
    columns: tuple[tuple[str, Value], ...]
    subject_count: int
    installations: int

    def __getitem__(self, column: str) -> Value:
        return dict(self.columns)[column]


@dataclass(frozen=True, slots=True)
class Member:
    """One subject behind a shape: a device or a person, and its installations of the product."""

    kind: str
    subject_id: int
    installations: int


@dataclass(frozen=True, slots=True)
class Installed:
    """A product and edition of a company, and the number of its installations."""

    company_id: int
    product_id: int
    edition_id: int | None
    installations: int


def over_facts(engine: Engine, paths: Mapping[str, Path]) -> None:
    """Open frozen facts for counting: the tables by their names, and the views all families share.

    Facts frozen by an earlier version of Trueup lack tables and columns that came later: there they are unknown.
    """
    complete = {name: path for name, path in paths.items() if not _missing(name, path)}
    engine.register(complete)
    for name in sorted(set(paths) - set(complete)):
        engine.register({f"{name}_kept": paths[name]})
        unknown = ", ".join(
            f"CAST(NULL AS {kind}) AS {column}" for column, kind in _missing(name, paths[name])
        )
        engine.define(name, f"SELECT *, {unknown} FROM {name}_kept")
    if "versions" not in paths:
        engine.define("versions", NO_VERSIONS)
    for view, tables in VIEWS.items():
        if tables <= set(paths):
            engine.define(view, statement_of(view))


def installed(*, engine: Engine) -> list[Installed]:
    """Every product and edition found in the estate, sorted; needs no questions."""
    rows = engine.query(statement_of("installed")).to_pylist()
    found = [Installed(**row) for row in rows]
    return sorted(found, key=lambda one: (one.company_id, one.product_id, one.edition_id or 0))


def count_shapes(*, engine: Engine) -> list[Shape]:
    """All shapes of all questions, sorted by question, family and key.

    For every question the subject counts add up to its number of distinct subjects.
    """
    asked = {row["shape"] for row in engine.query("SELECT DISTINCT shape FROM questions").to_pylist()}
    strangers = sorted(asked - set(FED_BY))
    if strangers:
        raise UnknownShape(f"questions ask for {', '.join(strangers)}; there are {', '.join(FED_BY)}")
    families = sorted({family for shape in asked for family in FED_BY[shape]})
    shapes = [shape for family in families for shape in _shapes_of(engine, family)]
    return sorted(shapes, key=lambda shape: (shape.question_id, shape.family, shape.key))


def members_of(
    *, engine: Engine, question_id: int, family: str, key: str, limit: int | None = None
) -> Iterator[Member]:
    """The subjects behind one shape, by kind and id; at most `limit` of them.

    Raises:
        UnknownShape: no such family, or a key that the family can't have.
    """
    columns = _parsed(family, key)
    wanted = " AND ".join(_equals(name, value) for name, value in columns)
    sql = (
        f"SELECT subject_kind, subject_id, installations FROM ({statement_of(family)}) subjects "
        f"WHERE question_id = {int(question_id)} AND {wanted} ORDER BY subject_kind, subject_id"
    )
    if limit is not None:
        sql += f" LIMIT {int(limit)}"
    for batch in engine.stream(sql):
        for row in batch.to_pylist():
            yield Member(row["subject_kind"], row["subject_id"], row["installations"])


def subjects_of(*, engine: Engine, question_id: int, family: str, limit: int) -> Iterator[tuple[Member, str]]:
    """The subjects of a question in one family, each with the key of its shape; at most `limit` of them."""
    if family not in FAMILIES:
        raise UnknownShape(f"there is no family of shapes {family!r}; there are {', '.join(FAMILIES)}")
    sql = (
        f"SELECT * FROM ({statement_of(family)}) subjects WHERE question_id = {int(question_id)} "
        f"ORDER BY subject_kind, subject_id LIMIT {int(limit)}"
    )
    for row in engine.query(sql).to_pylist():
        columns = tuple((name, row[name]) for name in FAMILIES[family])
        yield Member(row["subject_kind"], row["subject_id"], row["installations"]), key_of(columns)


def key_of(columns: tuple[tuple[str, Value], ...]) -> str:
    """A shape's columns as stable text.

    >>> key_of((("layer", "vm"), ("cores", None), ("core_count_uncertain", False)))
    'layer=vm cores=unknown core_count_uncertain=no'
    """
    return " ".join(f"{name}={_written(value)}" for name, value in columns)


def _shapes_of(engine: Engine, family: str) -> Iterator[Shape]:
    names = ", ".join(FAMILIES[family])
    sql = (
        f"SELECT question_id, {names}, COUNT(*) AS subject_count, "
        f"CAST(SUM(installations) AS BIGINT) AS evidence "
        f"FROM ({statement_of(family)}) subjects GROUP BY question_id, {names}"
    )
    for row in engine.query(sql).to_pylist():
        columns = tuple((name, row[name]) for name in FAMILIES[family])
        yield Shape(
            question_id=row["question_id"],
            family=family,
            key=key_of(columns),
            columns=columns,
            subject_count=row["subject_count"],
            installations=row["evidence"],
        )


def _missing(name: str, path: Path) -> list[tuple[str, str]]:
    """Columns that the table has today and the file has not, with their kind in SQL."""
    there = set(pq.read_schema(path).names)
    return [(field.name, KINDS[field.type]) for field in TABLES[name].schema if field.name not in there]


def statement_of(name: str) -> str:
    """The text of a family of shapes, or of a view they share."""
    return (files("estate") / "shapes" / f"{name}.sql").read_text(encoding="utf-8")


def _written(value: Value) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _parsed(family: str, key: str) -> tuple[tuple[str, Value], ...]:
    if family not in FAMILIES:
        raise UnknownShape(f"there is no family of shapes {family!r}; there are {', '.join(FAMILIES)}")
    pairs = [part.partition("=") for part in key.split(" ")]
    columns = tuple((name, _read(text)) for name, _, text in pairs)
    names = tuple(name for name, _ in columns)
    if names != FAMILIES[family][: len(names)] or key_of(columns) != key:
        raise UnknownShape(f"{key!r} is not a shape of {family}")
    return columns


def _read(text: str) -> Value:
    fixed: dict[str, Any] = {UNKNOWN: None, "yes": True, "no": False}
    if text in fixed:
        known: Value = fixed[text]
        return known
    return int(text) if text.isdecimal() and text.isascii() else text


def _equals(name: str, value: Value) -> str:
    if value is None:
        return f"{name} IS NULL"
    if isinstance(value, bool):
        return name if value else f"NOT {name}"
    if isinstance(value, int):
        return f"{name} = {value}"
    if not (value.isascii() and value.isidentifier()):
        raise UnknownShape(f"{value!r} can't be a value of {name}")
    return f"{name} = '{value}'"
