"""``python -m licensing.cases PATH.json [--metric NAME ...]``: count published worked cases and say which agree."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from licensing.assessing import evaluate
from licensing.problems import LicensingProblem
from licensing.quantities import Exact, agrees, read_json


@dataclass(frozen=True, slots=True)
class Result:
    """One case counted; ``wrong`` says where and how it differs, and is empty when it agrees."""

    id: str
    metric: str
    basis: str
    citation: str
    wrong: str


def check(case: Mapping[str, Any]) -> Result:
    """Count one case and compare only what it expects."""
    try:
        found: Any = evaluate(case["metric"], case["inputs"])
        wrong = differences(case["expected"], found)
    except LicensingProblem as problem:
        wrong = f"{type(problem).__name__}: {problem}"
    return Result(case["id"], case["metric"], case["basis"], case["citation"], wrong)


def differences(expected: Any, found: Any, where: str = "") -> str:
    """Where a result differs from the one expected; empty text when it agrees.

    Objects are compared by the keys expected, lists by length and order, decimals at the digits printed.

    >>> from fractions import Fraction
    >>> differences({"unrounded": Decimal("3.333")}, {"unrounded": Fraction(10, 3), "fue": 4})
    ''
    >>> differences({"fue": 3}, {"fue": 4})
    '.fue: 3 expected, 4 found'
    """
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        parts = [differences(value, found.get(key), f"{where}.{key}") for key, value in expected.items()]
        return "; ".join(filter(None, parts))
    if isinstance(expected, list) and isinstance(found, list | tuple) and len(expected) == len(found):
        parts = [
            differences(*pair, f"{where}[{at}]") for at, pair in enumerate(zip(expected, found, strict=True))
        ]
        return "; ".join(filter(None, parts))
    return "" if _same(expected, found) else f"{where}: {expected} expected, {found} found"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print passed and total by metric; 1 if any case fails, else 0."""
    parser = argparse.ArgumentParser(prog="python -m licensing.cases", description=__doc__)
    parser.add_argument("path", type=Path, help="a JSON list of cases")
    parser.add_argument("--metric", nargs="*", default=[], help="count only these")
    asked = parser.parse_args(arguments)
    cases = read_json(asked.path.read_text(encoding="utf-8"))
    results = [check(case) for case in cases if not asked.metric or case["metric"] in asked.metric]
    sys.stdout.write(report(results) + "\n")
    return 1 if any(result.wrong for result in results) or not results else 0


def report(results: Sequence[Result]) -> str:
    """One line a metric, one line a miss, and the totals."""
    lines = [
        _tally(metric, [r for r in results if r.metric == metric])
        for metric in sorted({r.metric for r in results})
    ]
    lines += [f"  {result.id}: {result.wrong}" for result in results if result.wrong]
    lines.append(_tally("stated", [r for r in results if r.basis == "stated"]))
    lines.append(_tally("fully cited", [r for r in results if r.citation == "full"]))
    lines.append(_tally("all", results))
    return "\n".join(lines)


def _tally(name: str, results: Sequence[Result]) -> str:
    return f"{name:32} {sum(not result.wrong for result in results):4}/{len(results)}"


def _same(expected: Any, found: Any) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, Decimal):
        return isinstance(found, Exact) and agrees(found, expected)
    return bool(expected == found)


if __name__ == "__main__":
    sys.exit(main())
