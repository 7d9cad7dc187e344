"""The worked examples: kept once, beside the tests that hold them against results written down by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import yaml

from licensing.terms import TermsLoader
from trueup.cli.reference.reading import SOURCE

CASES = SOURCE.parent / "tests" / "licensing" / "cases"


@dataclass(frozen=True, slots=True)
class Example:
    """What goes in, on which day (None for the terms of today), and what must come out."""

    name: str
    inputs: Mapping[str, Any]
    expects: Mapping[str, Any]
    on: date | None


@cache
def examples() -> Mapping[str, tuple[Example, ...]]:
    """By metric or rule, in the order written."""
    found: dict[str, list[Example]] = {}
    for path in sorted(CASES.glob("*.yaml")):
        # A SafeLoader that keeps decimals and days as text.
        for book in yaml.load(path.read_text(encoding="utf-8"), Loader=TermsLoader):  # noqa: S506 - a SafeLoader
            found.setdefault(book["metric"], []).extend(map(_example, book["cases"]))
    return {metric: tuple(cases) for metric, cases in found.items()}


def _example(case: Mapping[str, Any]) -> Example:
    on = date.fromisoformat(case["as_of"]) if "as_of" in case else None
    return Example(case["name"], case["inputs"], case["expects"], on)
