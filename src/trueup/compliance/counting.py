"""Counts a run from its frozen facts alone: no database, no clock, so that it gives the same numbers for ever."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from estate import DuckEngine, Engine, Frozen, Shape, count_shapes, over_facts
from licensing.quantities import Exact, written
from licensing.terms import Terms, load_terms
from trueup.compliance.entitlement import Entitlement, entitlement_of
from trueup.compliance.requirement import Requirement, requirement_of
from trueup.compliance.weighing import Circumstances, Weighed, weigh
from trueup.compliance.working import Line, line

Row = Mapping[str, Any]
Key = tuple[int, int, int | None, str]


@dataclass(frozen=True, slots=True)
class Result:
    """One position as counted."""

    question: Row
    entitled: Entitlement
    required: Requirement
    weighed: Weighed
    warnings: tuple[str, ...]
    assumptions: tuple[Line, ...]

    @property
    def working(self) -> tuple[Line, ...]:
        """Every step in order: rights, demand, result, and what was assumed."""
        return (*self.entitled.working, *self.required.working, *self.weighed.working, *self.assumptions)

    @property
    def is_empty(self) -> bool:
        """Nothing entitled, nothing found, no licence: not worth a row."""
        return not (
            self.entitled.units
            or self.entitled.unlimited
            or self.required.shapes
            or self.question["licences"]
        )


@dataclass(frozen=True, slots=True)
class Counting:
    """All results of a run, in the order of its questions, and the hash of their numbers."""

    results: tuple[Result, ...]
    result_hash: str


def count(*, frozen: Frozen, on: date, threads: int | None = None, memory: str | None = None) -> Counting:
    """Count every question of the frozen facts by the terms frozen with them, as they were on a day."""
    spill = frozen.folder.parent / f".{frozen.folder.name}.spill"
    with DuckEngine(threads=threads, memory=memory, spill=spill) as engine:
        over_facts(engine, frozen.paths)
        results = tuple(
            result for result in _results(engine, on, load_terms(frozen.folder)) if not result.is_empty
        )
    return Counting(results, hash_of(results))


def _results(engine: Engine, on: date, terms: Terms) -> Iterable[Result]:
    questions = engine.query("SELECT * FROM questions ORDER BY question_id").to_pylist()
    lines = _grouped(engine.query("SELECT * FROM lines").to_pylist(), _key)
    shapes = _grouped(count_shapes(engine=engine), lambda shape: shape.question_id)
    devices = {row["company_id"]: row for row in engine.query(DEVICES).to_pylist()}
    siblings = _grouped(questions, lambda row: (row["company_id"], row["product_id"]))
    for question in questions:
        family = siblings[question["company_id"], question["product_id"]]
        yield _result(
            question,
            entitled=entitlement_of(lines.get(_key(question), ())),
            shapes=shapes.get(question["question_id"], ()),
            seen=_circumstances(question, family, devices.get(question["company_id"])),
            others=family,
            on=on,
            terms=terms,
        )


DEVICES = """
SELECT company_id, COUNT(*) AS devices, COUNT(software_known_on) AS devices_known
FROM devices
GROUP BY company_id
"""


def _result(
    question: Row,
    *,
    entitled: Entitlement,
    shapes: Sequence[Shape],
    seen: Circumstances,
    others: Sequence[Row],
    on: date,
    terms: Terms,
) -> Result:
    required = requirement_of(
        metric=question["metric"], edition=question["edition"], shapes=shapes, on=on, terms=terms
    )
    return Result(
        question=question,
        entitled=entitled,
        required=required,
        weighed=weigh(question=question, entitled=entitled, required=required, seen=seen),
        warnings=(*required.warnings, *_warnings(question, seen, others)),
        assumptions=() if required.low is None else tuple(_assumptions(question)),
    )


def _circumstances(question: Row, family: Sequence[Row], devices: Row | None) -> Circumstances:
    licensed = [row["edition"] for row in family if row["edition_id"] is not None and row["licences"]]
    return Circumstances(
        devices=devices["devices"] if devices else 0,
        devices_known=devices["devices_known"] if devices else 0,
        other_editions=tuple(sorted(set(licensed))) if question["edition_id"] is None else (),
        needs_inventory=not question["counts_holders"],
    )


def _warnings(question: Row, seen: Circumstances, others: Sequence[Row]) -> Iterable[str]:
    silent = seen.devices - seen.devices_known
    if silent and seen.needs_inventory:
        yield f"{silent} of {seen.devices} devices have not sent their installed software."
    same = sorted(
        {row["metric"] for row in others if row["edition_id"] == question["edition_id"]}
        - {question["metric"]}
    )
    if same:
        yield f"The same installations are also counted by {', '.join(filter(None, same)) or 'no metric'}: one of them may cover the other."


def _assumptions(question: Row) -> Iterable[Line]:
    yield line(
        "assumption",
        "ASM-01",
        "A unit covers every version of its product and edition: versions are not compared",
        None,
    )
    yield line(
        "assumption",
        "ASM-02",
        "A unit covers its own edition only: rights to use other editions are not applied",
        None,
    )
    if question["shape"] == "users":
        says = "Installations belong to the user of their device" + (
            "; without installations, holders of units are the users" if question["counts_holders"] else ""
        )
        yield line("assumption", "ASM-03", says, None)


def hash_of(results: Iterable[Result]) -> str:
    """The hash of all numbers of a run, without the words around them."""
    text = "".join(json.dumps(_numbers(result), separators=(",", ":")) + "\n" for result in results)
    return hashlib.sha256(text.encode()).hexdigest()


def _numbers(result: Result) -> list[Any]:
    question, entitled, weighed = result.question, result.entitled, result.weighed
    exact = (
        result.required.low,
        result.required.high,
        weighed.covered,
        weighed.short,
        weighed.spare,
        entitled.unit_price,
    )
    return [
        *(question[name] for name in ("company_id", "product_id", "edition_id", "metric", "licences")),
        entitled.units,
        entitled.unlimited,
        entitled.currency,
        weighed.state,
        *map(_text, exact),
        _text(weighed.exposure),
        [
            [
                one.shape.family,
                one.shape.key,
                one.shape.subject_count,
                one.shape.installations,
                _text(one.low),
                _text(one.high),
            ]
            for one in sorted(result.required.shapes, key=lambda one: (one.shape.family, one.shape.key))
        ],
    ]


def _text(value: Exact | None) -> str | None:
    return None if value is None else written(value)


def _key(row: Row) -> Key:
    return row["company_id"], row["product_id"], row["edition_id"], row["metric"]


def _grouped(rows: Iterable[Any], key: Any) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def folder_of(home: Path, run_id: int) -> Path:
    """Where the frozen facts of a run lie."""
    return home / "runs" / str(run_id)
