"""Which products stand together on one subject: what a suite may cover with one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from estate.engines import Engine
from estate.shapes import statement_of

NOT_THERE = -1
WHOLE_SUBJECTS = {"devices": "NOT second_copy", "users": "user_known"}
"""Families whose subjects a suite can license, and which of their subjects need a unit for certain."""


@dataclass(frozen=True, slots=True)
class Together:
    """So many subjects with the same questions on them, each with the place of its version (None: not compared)."""

    subjects: int
    versions: tuple[tuple[int, int | None], ...]


def combinations(*, engine: Engine, family: str, questions: Sequence[int]) -> list[Together]:
    """Subjects of some questions of one family, grouped by which of the questions, in which versions, they carry.

    The same text runs on every engine: one column a question, which is at most a few dozen for a suite.
    """
    numbers = sorted({int(number) for number in questions})
    columns = ", ".join(
        f"COALESCE(MAX(CASE WHEN question_id = {n} THEN COALESCE(version, 0) END), {NOT_THERE}) AS q{n}"
        for n in numbers
    )
    names = ", ".join(f"q{n}" for n in numbers)
    inner = (
        f"SELECT subject_kind, subject_id, {columns} FROM ({statement_of(family)}) placed "
        f"WHERE question_id IN ({', '.join(map(str, numbers))}) AND {WHOLE_SUBJECTS[family]} "
        f"GROUP BY subject_kind, subject_id"
    )
    rows = engine.query(f"SELECT {names}, COUNT(*) AS subjects FROM ({inner}) together GROUP BY {names}")
    found = [
        Together(
            row["subjects"], tuple((n, row[f"q{n}"] or None) for n in numbers if row[f"q{n}"] != NOT_THERE)
        )
        for row in rows.to_pylist()
    ]
    return sorted(found, key=lambda one: [(n, version or 0) for n, version in one.versions])
