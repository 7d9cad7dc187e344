"""Only doors read the clock: below them the day and the moment are parameters, so that any day can be asked about."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.house import SRC, Module, expect_none, modules, rooms, sources

CLOCKS = {
    "timezone": {"now", "localdate", "localtime"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime"},
}
CONVERTS_WHEN_GIVEN_A_MOMENT = {"localdate", "localtime", "gmtime"}
CLOCK_NAMES = {
    "django.utils.timezone": {"now", "localdate", "localtime"},
    "time": {"time", "time_ns"},
    "django.db.models.functions": {"Now", "TransactionNow"},
}
FIELD_CLOCKS = {"auto_now", "auto_now_add"}
SQL_CLOCKS = ("now()", "current_date", "current_timestamp", "localtimestamp", "clock_timestamp")


def readings(module: Module) -> Iterator[str]:
    """Where a module reads the clock."""
    given = {id(node.func): node.args for node in module.walk() if isinstance(node, ast.Call) and node.args}
    for node in module.walk():
        if isinstance(node, ast.Attribute) and _is_clock(node):
            if node.attr in CONVERTS_WHEN_GIVEN_A_MOMENT and id(node) in given:
                continue
            yield f"{module.at(node)} {ast.unparse(node)}"
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names} & CLOCK_NAMES.get(node.module or "", set())
            yield from (f"{module.at(node)} imports {name}" for name in sorted(names))
        if isinstance(node, ast.keyword) and node.arg in FIELD_CLOCKS:
            yield f"{module.at(node.value)} {node.arg}"


def _is_clock(node: ast.Attribute) -> bool:
    holder = node.value
    name = (
        holder.id
        if isinstance(holder, ast.Name)
        else holder.attr
        if isinstance(holder, ast.Attribute)
        else ""
    )
    return node.attr in CLOCKS.get(name, set())


def test_nothing_below_a_door_reads_the_clock():
    found = [reading for module in modules() if module.is_below_the_doors for reading in readings(module)]
    expect_none(found, "take at= or on= as a parameter; the door reads the clock")


def test_no_statement_of_sql_reads_the_clock():
    found = [
        f"{path.name}: {clock}"
        for path in sources(".sql")
        for clock in SQL_CLOCKS
        if clock in path.read_text(encoding="utf-8").lower()
    ]
    expect_none(found)


def test_the_guard_sees_a_clock():
    """The negative control: what the tests above look for is found when it is there."""
    text = "from django.utils import timezone\ndef late(): return timezone.now()\ndef day(at): return timezone.localdate(at)\n"
    module = Module(SRC / "trueup" / "base" / "x.py", "trueup.base.x", text, ast.parse(text))

    assert [reading.split(" ")[1] for reading in readings(module)] == ["timezone.now"]
    assert "licences" in rooms()
