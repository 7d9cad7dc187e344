"""The lines of a position's working: which side they stand on, what they say, and the records behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from licensing.quantities import written
from licensing.terms import Parameter
from licensing.working import Step


@dataclass(frozen=True, slots=True)
class Line:
    """One step: ``side`` is rights, demand, result or assumption; ``value`` is exact and written as text.

    ``records`` point to what stands behind: purchase lines by id, or a shape of subjects by family and key.
    """

    side: str
    rule: str
    says: str
    value: str
    expression: str = ""
    rounding: str = ""
    about: str = "need"
    inputs: tuple[tuple[str, str], ...] = ()
    terms: tuple[str, ...] = ()
    source: str = ""
    records: Mapping[str, Any] = field(default_factory=dict)


def line(side: str, rule: str, says: str, value: Any, **more: Any) -> Line:
    """A line of our own; rules of the terms come in by :func:`from_step`."""
    return Line(side=side, rule=rule, says=says, value=written(value), **more)


def from_step(step: Step, *, side: str = "demand", records: Mapping[str, Any] | None = None) -> Line:
    """A step of the rules, as a line."""
    return Line(
        side=side,
        rule=step.rule,
        says=step.says,
        value=written(step.value),
        expression=step.expression,
        rounding=step.rounding,
        about=step.about,
        inputs=step.inputs,
        terms=step.terms,
        source=step.source,
        records=records or {},
    )


def as_json(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines as stored, numbered from 1."""
    return [{"number": number, **asdict(one)} for number, one in enumerate(lines, start=1)]


def parameters_as_json(parameters: Iterable[Parameter]) -> list[dict[str, Any]]:
    """The terms counted by, each with its source and days."""
    return [
        {
            "id": one.id,
            "term": one.term,
            "value": written(one.value) if not isinstance(one.value, dict | list) else one.value,
            "unit": one.unit,
            "publisher": one.publisher,
            "source": one.source,
            "status": one.status,
            "valid_from": one.valid_from and one.valid_from.isoformat(),
            "valid_to": one.valid_to and one.valid_to.isoformat(),
        }
        for one in parameters
    ]
