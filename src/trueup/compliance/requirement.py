"""Required: each rule applied once a shape, exactly, and what could not be found out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from estate import Shape
from licensing import NotAssessed, need
from licensing import Shape as Counted
from licensing.need import Need, ShapeNeed
from licensing.problems import LicensingProblem
from licensing.quantities import Exact
from licensing.terms import Parameter, Terms
from trueup.compliance.agreed import Agreed, Exempt, Part, parts_of
from trueup.compliance.subjects import facts_of, label_of, unknown_in
from trueup.compliance.working import Line, from_step


@dataclass(frozen=True, slots=True)
class ShapeFound:
    """A shape with what one subject and all of them need; None where nothing was found, or no upper end."""

    shape: Shape
    label: str
    each_low: Exact | None = None
    each_high: Exact | None = None
    low: Exact | None = None
    high: Exact | None = None
    causes: tuple[str, ...] = ()
    working: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """Units required, from low to high (None: unbounded); without ``low`` no need was found and ``reason`` says why."""

    low: Exact | None
    high: Exact | None
    reason: str
    causes: tuple[str, ...]
    warnings: tuple[str, ...]
    working: tuple[Line, ...]
    parameters: tuple[Parameter, ...]
    shapes: tuple[ShapeFound, ...]
    parts: tuple[Part, ...] = ()
    exempt: tuple[Exempt, ...] = ()

    @property
    def point(self) -> Exact | None:
        """The one figure, where there is one."""
        return self.low if self.low == self.high else None


@dataclass(frozen=True, slots=True)
class Basis:
    """By what a need is counted: terms of the publisher on a day, those agreed, and the names of versions by place."""

    on: date
    terms: Terms
    agreed: Agreed = field(default_factory=Agreed)
    versions: Mapping[int, str] = field(default_factory=dict)


def requirement_of(*, metric: str, edition: str | None, shapes: Sequence[Shape], basis: Basis) -> Requirement:
    """What a metric asks for over the shapes of one question."""
    labels = {label_of(shape, basis.versions): shape for shape in shapes}
    if not metric:
        return _none(
            "The catalogue does not say by which metric this product is licensed. Set it there.", labels
        )
    counted = [Counted(shape.subject_count, facts_of(shape), label) for label, shape in labels.items()]
    agreed: dict[str, Any] = {"edition": edition} if edition else {}
    if basis.agreed.installs_per_unit:
        agreed["max_installs_per_right"] = basis.agreed.installs_per_unit
    try:
        found = need(metric=metric, shapes=counted, on=basis.on, agreed=agreed, terms=basis.terms)
    except LicensingProblem as problem:
        return _none(str(problem), labels)
    if isinstance(found, NotAssessed):
        return _none(found.reason, labels)
    return _requirement(found, labels, basis.agreed)


def _none(reason: str, labels: Mapping[str, Shape]) -> Requirement:
    shapes = tuple(ShapeFound(shape, label) for label, shape in labels.items())
    return Requirement(None, None, reason, (), (), (), (), shapes)


def _requirement(found: Need, labels: Mapping[str, Shape], agreed: Agreed) -> Requirement:
    shapes = tuple(_shape(one, labels[one.key]) for one in found.per_shape)
    parts, exempt, steps = parts_of([(one.shape, one.low or 0, one.high) for one in shapes], agreed)
    ends = [part.high for part in parts if part.high is not None]
    return Requirement(
        low=sum(part.low for part in parts),
        high=sum(ends) if len(ends) == len(parts) else None,
        reason="",
        causes=tuple(_causes(found, shapes)),
        warnings=(*found.warnings, *agreed.warnings),
        working=(*_lines(found, labels), *steps),
        parameters=found.parameters,
        shapes=shapes,
        parts=parts,
        exempt=exempt,
    )


def _shape(one: ShapeNeed, shape: Shape) -> ShapeFound:
    steps = [from_step(step) for step in one.working.steps]
    if one.working_high is not None:
        steps += [from_step(step, side="demand_high") for step in one.working_high.steps]
    causes = (
        (unknown_in(shape),) if one.low != one.high and unknown_in(shape) else tuple(map(str, one.causes))
    )
    return ShapeFound(shape, one.key, one.low_each, one.high_each, one.low, one.high, causes, tuple(steps))


def _lines(found: Need, labels: Mapping[str, Any]) -> Iterable[Line]:
    """The rules' own steps; a step about one shape points to it."""
    for step in found.working.steps:
        label = step.says.rpartition(":")[0]
        shape = labels.get(label)
        records = {"kind": "shape", "family": shape.family, "key": shape.key} if shape is not None else {}
        yield from_step(step, records=records)


def _causes(found: Need, shapes: Sequence[ShapeFound]) -> Iterable[str]:
    """Why the need is a range, in words, by the number of subjects each reason touches."""
    if found.low == found.high:
        return []
    subjects: dict[str, int] = {}
    for one in shapes:
        for cause in one.causes if one.low != one.high else ():
            subjects[cause] = subjects.get(cause, 0) + one.shape.subject_count
    ordered = sorted(subjects, key=lambda cause: (-subjects[cause], cause))
    return [
        f"{cause} ({subjects[cause]} of {sum(one.shape.subject_count for one in shapes)})"
        for cause in ordered
    ]
