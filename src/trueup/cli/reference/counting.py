"""One page a metric or rule: how it counts, what goes in and comes out, its terms, and examples really counted."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from licensing import Assessment, assess
from licensing.quantities import written
from licensing.reading import MissingInput
from licensing.register import METRICS, Metric
from licensing.terms import Parameter
from licensing.working import Step, Working
from trueup.cli.reference.examples import Example, examples
from trueup.cli.reference.keys import FREE_INPUTS, FREE_OUTPUTS, INPUTS, OUTPUTS
from trueup.cli.reference.markdown import Sheet, code, prose, sheet, table
from trueup.cli.reference.metrics import about, module_of, terms_of, value_of

FOLDER = "counting/metrics"
READING = (
    "What a step says, and how to recompute it: [reading a working](../README.md). Every metric and rule: "
    "[the list](../metrics.md)."
)
PLACEHOLDERS = {True: "true", False: "false", None: "null"}


def counting_sheets() -> list[Sheet]:
    """The pages, in the order of the register."""
    return [counting_sheet(entry) for entry in METRICS.values()]


def counting_sheet(entry: Metric) -> Sheet:
    """The page of one metric or rule."""
    counted = [
        (example, assess(entry.name, example.inputs, on=example.on))
        for example in examples().get(entry.name, ())
    ]
    inputs = _seen(example.inputs for example, _ in counted)
    outputs = _seen((found.outputs for _, found in counted), free=FREE_OUTPUTS)
    blocks = [
        *_told(entry),
        "## What goes in",
        _asked_for(entry),
        _described(entry, inputs, INPUTS, "input"),
        "## What comes out",
        _described(entry, outputs, OUTPUTS, "output"),
        "## Terms",
        _terms(entry, counted),
        "## Steps",
        _steps(counted),
        "## Worked examples",
        "Each was counted by the code when this page was made; its results are held against those written by hand.",
        *(block for one in counted for block in _example(*one)),
    ]
    gaps = [f"metric {entry.name} has no worked example"] if not counted else []
    gaps += [
        f"input {key} of {entry.name} is not described" for key in inputs if not _meaning(entry, key, INPUTS)
    ]
    gaps += [
        f"output {key} of {entry.name} is not described"
        for key in outputs
        if not _meaning(entry, key, OUTPUTS)
    ]
    return sheet(f"{FOLDER}/{entry.name}.md", entry.label, blocks, gaps)


def _told(entry: Metric) -> Iterator[str]:
    module = module_of(entry)
    for paragraph in inspect.cleandoc(module.__doc__ or "").split("\n\n"):
        yield prose(paragraph)
    yield about(entry)
    source = getattr(module, "SOURCE", "")
    yield f"Source: {source}." if source else ""
    yield READING


def _asked_for(entry: Metric) -> str:
    """Given nothing at all, a rule says what it needs; one that needs nothing says nothing."""
    try:
        assess(entry.name, {})
    except MissingInput as missing:
        return (
            f"Needed: {code(missing.key)}." if missing.path else f"Given nothing, it says: {missing.way_out}."
        )
    return ""


def _seen(many: Any, free: frozenset[str] = FREE_INPUTS) -> dict[str, Any]:
    """Every key standing in some inputs or outputs, by its path, with the first value it was given."""
    found: dict[str, Any] = {}
    for values in many:
        for path, value in _paths(values, "", free):
            found.setdefault(path, value)
    return found


def _paths(value: Any, at: str, free: frozenset[str]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and set(value) != {"low", "high"} and at.rpartition(".")[2] not in free:
        for key, held in value.items():
            path = f"{at}.{key}" if at else str(key)
            yield path, held
            yield from _paths(held, path, free)
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        for held in value:
            yield from _paths(held, f"{at}[]", free)


def _described(entry: Metric, keys: Mapping[str, Any], meanings: Mapping[str, str], head: str) -> str:
    rows = [(code(path), _meaning(entry, path, meanings), _short(value)) for path, value in keys.items()]
    return table((head, "what it is", "for instance"), rows)


def _meaning(entry: Metric, path: str, meanings: Mapping[str, str]) -> str:
    """This metric's own meaning of a key, or the one all share; a version's own key means the rights at it."""
    key = path.rpartition(".")[2].removesuffix("[]")
    if entry.name == "upgrade_entitlement" and meanings is OUTPUTS and key not in meanings:
        return "rights left at the version of that name (units)"
    return meanings.get(f"{key} ({entry.name})") or meanings.get(key, "")


def _short(value: Any) -> str:
    text = _as_written(value)
    return (
        ""
        if isinstance(value, list | tuple | Mapping) and len(text) > len("[[10, 1.0], [20, 0.75]]")
        else code(text)
    )


def _as_written(value: Any) -> str:
    """A value as inputs are written in files and requests."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_as_written(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_as_written, value)) + "]"
    if value is None or isinstance(value, bool):
        return PLACEHOLDERS[value]
    return " / ".join(written(value).splitlines())


def _terms(entry: Metric, counted: list[tuple[Example, Assessment]]) -> str:
    """Every edition of every term the module names or an example used."""
    used = {parameter.term for _, found in counted for parameter in found.working.parameters}
    rows = [_term(parameter) for parameter in terms_of(entry, used)]
    if not rows:
        return "None: no number of the publisher's goes in."
    return table(("term", "value", "unit", "from", "to", "status", "source", "remark"), rows)


def _term(parameter: Parameter) -> tuple[object, ...]:
    return (
        code(parameter.term),
        value_of(parameter.value),
        parameter.unit,
        parameter.valid_from or "",
        parameter.valid_to or "",
        parameter.status,
        parameter.source,
        parameter.remark,
    )


def _steps(counted: list[tuple[Example, Assessment]]) -> str:
    """Each rule once, as the first example that applied it says it."""
    first: dict[str, Step] = {}
    for _, found in counted:
        for working in _workings(found):
            for step in working.steps:
                first.setdefault(step.rule, step)
    rows = [(code(rule), step.says, step.rounding, step.about) for rule, step in sorted(first.items())]
    return table(("rule", "says, for instance", "rounds", "about"), rows)


def _workings(found: Assessment) -> list[Working]:
    return [found.working] if found.working_high is None else [found.working, found.working_high]


def _example(example: Example, found: Assessment) -> Iterator[str]:
    yield f"### {example.name[:1].upper()}{example.name[1:]}"
    if example.on is not None:
        yield f"Counted for {example.on}."
    lines = [f"{key}: {_as_written(value)}" for key, value in example.inputs.items()]
    yield "\n".join(["```", *lines, "```"])
    workings = _workings(found)
    for place, working in enumerate(workings):
        if len(workings) > 1:
            yield ("At the low end:", "At the high end:")[place]
        yield _working(working)
    yield "; ".join(f"{code(key)}: {_as_written(value)}" for key, value in found.outputs.items()) + "."
    if found.causes:
        yield f"A range, because {'; '.join(map(str, found.causes))}."
    for warning in found.warnings:
        yield f"To know: {warning}."


def _working(working: Working) -> str:
    rows = [
        (
            code(step.rule),
            step.says,
            code(step.expression),
            _as_written(step.value),
            step.rounding,
        )
        for step in working.steps
    ]
    return table(("rule", "says", "computed", "value", "rounds"), rows)
