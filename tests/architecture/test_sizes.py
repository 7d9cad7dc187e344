"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.house import ROOT, SRC, functions, modules, modules_of_tests, sources

MOST_LINES = {"src": 400, "tests": 600}
MOST_FUNCTION_LINES = 50
WRITTEN = (".py", ".html", ".sql", ".css", ".js")


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_grows_too_long():
    found = {
        str(path.relative_to(ROOT)): lines
        for path in sources(*WRITTEN)
        if (lines := lines_of(path)) > MOST_LINES["src" if path.is_relative_to(SRC) else "tests"]
    }
    assert found == {}, "past 250 lines a file becomes a folder of the same name"


def test_no_function_grows_too_long():
    found = {
        f"{module.at(node)} {node.name}": lines
        for module in (*modules(), *modules_of_tests())
        for node in functions(module)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MOST_FUNCTION_LINES
    }
    assert found == {}
