"""Counts a run from its frozen facts alone: no database, no clock, so that it gives the same numbers for ever."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from estate import DuckEngine, Engine, Frozen, Shape, count_shapes, open_engine, over_facts
from licensing.quantities import Exact, written
from licensing.terms import Terms, load_terms
from trueup.compliance.agreed import agreed_by
from trueup.compliance.entitlement import Entitlement, entitlement_of, with_upgrades
from trueup.compliance.grants import Case, Known, known_from, told_rights
from trueup.compliance.requirement import Basis, Requirement, requirement_of
from trueup.compliance.settling import Settled, settle
from trueup.compliance.weighing import Circumstances, Weighed, undecidable, weigh
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
    settled: Settled | None
    warnings: tuple[str, ...]
    assumptions: tuple[Line, ...]
    rights: tuple[Line, ...] = ()
    versions: Mapping[int, str] = field(default_factory=dict)

    @property
    def working(self) -> tuple[Line, ...]:
        """Every step in order: rights, demand, result, and what was assumed."""
        rights = (*self.entitled.working, *self.rights)
        return (*rights, *self.required.working, *self.weighed.working, *self.assumptions)

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


def count(
    *,
    frozen: Frozen,
    on: date,
    engine: str = "duckdb",
    threads: int | None = None,
    memory: str | None = None,
) -> Counting:
    """Count every question of the frozen facts by the terms frozen with them, as they were on a day.

    ``engine`` reduces facts to shapes: DuckDB in this process, or a cluster at ``spark://…``, with the same numbers.
    """
    spill = frozen.folder.parent / f".{frozen.folder.name}.spill"
    with open_engine(engine, threads=threads, memory=memory, spill=spill) as opened:
        over_facts(opened, frozen.paths)
        terms = load_terms(frozen.folder)
        results = [result for result in _results(opened, frozen, on, terms) if not result.is_empty]
    return Counting(tuple(results), hash_of(results))


def _results(engine: Engine, frozen: Frozen, on: date, terms: Terms) -> Iterable[Result]:
    with DuckEngine(threads=1) as small:  # what is small is read here, whatever reduces the rest
        over_facts(small, frozen.paths)
        facts = Facts.of(small, frozen.paths)
        questions = small.query("SELECT * FROM questions ORDER BY question_id").to_pylist()
    shapes = _grouped(count_shapes(engine=engine), lambda shape: shape.question_id)
    devices = {row["company_id"]: row for row in engine.query(DEVICES).to_pylist()}
    siblings = _grouped(questions, lambda row: (row["company_id"], row["product_id"]))
    for company in _grouped(questions, lambda row: row["company_id"]).values():
        cases = [_case(row, facts, shapes.get(row["question_id"], ()), on, terms) for row in company]
        seen = {
            case.number: _circumstances(
                case.question,
                siblings[case.question["company_id"], case.question["product_id"]],
                devices.get(case.question["company_id"]),
            )
            for case in cases
        }
        reasons = {
            case.number: undecidable(case.question, case.required, seen[case.number]) for case in cases
        }
        settled = settle(
            cases=[case for case in cases if not reasons[case.number]], known=facts.known, engine=engine
        )
        for case in cases:
            family = siblings[case.question["company_id"], case.question["product_id"]]
            yield _result(
                case,
                reasons[case.number],
                settled.get(case.number),
                seen[case.number],
                others=family,
                known=facts.known,
            )


def _case(row: Row, facts: Facts, shapes: Sequence[Shape], on: date, terms: Terms) -> Case:
    entitled = entitlement_of(facts.lines.get(_key(row), ()))
    names = facts.known.names.get(row["product_id"], {})
    rights = [facts.known.rights[one] for one in entitled.by_licence if one in facts.known.rights]
    basis = Basis(on, terms, agreed_by(rights, entitled.by_licence), names)
    required = requirement_of(metric=row["metric"], edition=row["edition"], shapes=shapes, basis=basis)
    return Case(row, entitled, required)


@dataclass(frozen=True, slots=True)
class Facts:
    """What besides questions and shapes is looked up: purchase lines by their key, versions, editions, rights."""

    lines: Mapping[Key, Sequence[Row]]
    known: Known

    @classmethod
    def of(cls, engine: Engine, tables: Iterable[str]) -> Facts:
        """Read from frozen facts; those of an earlier version of Trueup lack some of the tables."""
        there = set(tables)

        def rows(name: str) -> list[Row]:
            return engine.query(f"SELECT * FROM {name}").to_pylist() if name in there else []

        known = known_from(
            versions=rows("versions"),
            editions=rows("editions"),
            rights=rows("rights"),
            components=rows("components"),
        )
        lines = with_upgrades(rows("lines"), rows("upgrades"), known.rights)
        return cls(_grouped(lines, _key), known)


DEVICES = """
SELECT company_id, COUNT(*) AS devices, COUNT(software_known_on) AS devices_known
FROM devices
GROUP BY company_id
"""


def _result(
    case: Case,
    reason: str,
    settled: Settled | None,
    seen: Circumstances,
    *,
    others: Sequence[Row],
    known: Known,
) -> Result:
    question, entitled, required = case.question, case.entitled, case.required
    return Result(
        question=question,
        entitled=entitled,
        required=required,
        weighed=weigh(
            question=question, entitled=entitled, required=required, settled=settled, reason=reason
        ),
        settled=settled,
        warnings=(*required.warnings, *_warnings(question, seen, others)),
        assumptions=() if required.low is None else tuple(_assumptions(question)),
        rights=tuple(told_rights(case, known)),
        versions=known.names.get(question["product_id"], {}),
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
    if not question["compares_versions"]:
        says = "A unit covers every version of its product and edition: no right on versions is written down"
        yield line("assumption", "ASM-01", says, None)
    else:
        says = "A subject with several versions needs one unit, of the newest version known there"
        yield line("assumption", "ASM-04", says, None)
    if question["second_use"]:
        says = "Nobody uses both copies at the same time: that is not measured"
        yield line("assumption", "ASM-05", says, None)
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
        weighed.unfit,
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
        [
            [one.kind, one.version, _text(one.units), one.licence_id, one.right]
            for one in (result.settled.entries if result.settled else ())
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
