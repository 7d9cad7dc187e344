"""The list of every metric and rule with the terms it reads, and every dated term with its source."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from licensing.register import METRICS, Metric
from licensing.terms import Parameter, load_terms
from trueup.cli.reference.markdown import Sheet, code, prose, sheet, table

INTRODUCTION = (
    "A metric turns facts into required units; a rule of rights or position says what a licence covers. Numbers in "
    "them are *terms*: dated, with their source, kept in `library/terms` and listed at the end of this page."
)
STATUSES = (
    "*Verified* is taken from the publisher's own document; *second-hand* from somebody's account of it; *disputed* "
    "means that sources contradict each other, and every position that uses it says so."
)


def metrics_sheet() -> Sheet:
    """Metrics, then rules, then terms by publisher."""
    entries = list(METRICS.values())
    blocks = [INTRODUCTION, STATUSES, "## Metrics"]
    blocks += [_section(entry) for entry in entries if entry.is_metric]
    blocks += [
        "## Rules of rights and positions",
        *(_section(entry) for entry in entries if not entry.is_metric),
    ]
    blocks += ["## Terms", *_terms()]
    gaps = [f"metric {entry.name} does not say how it counts" for entry in entries if not _how(entry)]
    return sheet("counting/metrics.md", "Metrics, rules and terms", blocks, gaps)


def _section(entry: Metric) -> str:
    page = f"[How it counts, with worked examples](metrics/{entry.name}.md)."
    read = sorted(set(_terms_read(module_of(entry))))
    terms = f"Terms it reads: {', '.join(code(term) for term in read)}." if read else ""
    lines = [f"### {entry.label}", _how(entry), f"{about(entry)} {page}", terms]
    return "\n\n".join(line for line in lines if line)


def about(entry: Metric) -> str:
    """Its name, its unit, and who may hold what it counts."""
    facts = [f"Name in files and API: {code(entry.name)}. Counted in {entry.unit.plural}."]
    if entry.holders:
        facts.append(f"Units are held by {_either(sorted(entry.holders))}.")
    if entry.least:
        facts.append(f"The fewest one holder is given: {code(entry.least)}.")
    if entry.pack:
        facts.append(f"Sold in packs of {code(entry.pack)}.")
    return " ".join(facts)


def _how(entry: Metric) -> str:
    return prose(module_of(entry).__doc__)


def module_of(entry: Metric) -> ModuleType:
    """Where a metric or rule is written."""
    found = inspect.getmodule(entry.count)
    assert found is not None  # noqa: S101 - a function of ours lives in a module
    return found


def terms_of(entry: Metric, more: Iterable[str] = ()) -> Iterator[Parameter]:
    """Every edition of the terms a metric names, and of some more, by name."""
    editions = load_terms().editions
    for term in sorted({*_terms_read(module_of(entry)), *more}):
        yield from editions[term]


def _terms_read(module: ModuleType) -> Iterator[str]:
    known = load_terms()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and known.has(node.value):
            yield node.value


def _terms() -> Iterator[str]:
    by_publisher: dict[str, list[Parameter]] = {}
    for _, editions in sorted(load_terms().editions.items()):
        for edition in editions:
            by_publisher.setdefault(edition.publisher, []).append(edition)
    for publisher, parameters in sorted(by_publisher.items()):
        rows = [
            (
                code(edition.term),
                value_of(edition.value),
                edition.unit,
                edition.valid_from or "",
                edition.valid_to or "",
                edition.status,
                edition.source,
                edition.remark,
            )
            for edition in parameters
        ]
        yield f"### {publisher}"
        yield table(("term", "value", "unit", "from", "to", "status", "source", "remark"), rows)


def value_of(value: Any) -> str:
    """A term's value, however deep, on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {value_of(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(value_of(part) for part in value)
    return "none" if value is None else str(value)


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
