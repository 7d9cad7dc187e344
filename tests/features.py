"""Which test proves which row of acceptance: `make features` prints the table, and what is not covered yet with the
issue that will.

A test carries the ids it proves in its name (`test_r_055_…`) or in its docstring (`R-055, K-029.`); a row of the peers'
defects (D-…) may be carried by the test named in its words. `pytest -k R-055` runs the tests of a row.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
IN_NAMES = re.compile(r"(?<![a-z])([rcudk])_(\d{3})(?!\d)")
IN_WORDS = re.compile(r"\b([RCUDK])-(\d{3})\b")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of acceptance, and the issue that covers it."""

    id: str
    issue: int
    words: str


@cache
def rows() -> tuple[Row, ...]:
    """Every row, in order."""
    lines = (TESTS / "features.tsv").read_text("utf-8").splitlines()
    cells = (line.split("\t") for line in lines if not line.startswith("#"))
    return tuple(Row(row_id, int(issue), words) for row_id, issue, words in cells)


def ids_of(name: str, docstring: str | None) -> set[str]:
    """The rows that a test of that name and docstring says it proves.

    >>> sorted(ids_of("test_r_053_d_005_zero_is_refused", "Also K-029."))
    ['D-005', 'K-029', 'R-053']
    """
    found = [*IN_NAMES.findall(name), *IN_WORDS.findall(docstring or "")]
    named = {row.id for row in rows() if row.words == name}
    return named | {f"{letter.upper()}-{number}" for letter, number in found}


def proofs() -> Mapping[str, list[str]]:
    """The tests of each row, as ``path::name``."""
    table: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for name, docstring in _tests_in(path):
            for row_id in ids_of(name, docstring):
                table.setdefault(row_id, []).append(f"{path.relative_to(TESTS.parent)}::{name}")
    return table


def _tests_in(path: Path) -> Iterator[tuple[str, str | None]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name, ast.get_docstring(node)


def lines() -> Iterator[str]:
    """The table, line by line, and what each issue has to go."""
    table = proofs()
    for row in rows():
        yield f"{row.id}  {row.words}"
        yield from (f"       {test}" for test in table.get(row.id, [f"not yet: issue {row.issue}"]))
    covered = sum(row.id in table for row in rows())
    yield f"\n{covered} of {len(rows())} rows are proved by a test."
    for issue in sorted({row.issue for row in rows()}):
        open_rows = [row.id for row in rows() if row.issue == issue and row.id not in table]
        yield f"Issue {issue} has {len(open_rows)} to go: {' '.join(open_rows) or 'none'}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
