"""The page of every list: its columns, how each is filtered, and who sees it."""

from __future__ import annotations

from importlib import import_module

from trueup.base.listing import MOST_ROWS
from trueup.base.registers import LOOKUPS, Column, Register
from trueup.cli.reference.markdown import Sheet, code, sheet, table
from trueup.cli.reference.reading import modules

INTRODUCTION = f"""\
A list is the same on its page, in its exports and in the API: one register in the room's `columns.py` decides.

* Filter with `column=value`, or `column__lt`, `__lte`, `__gt`, `__gte`, `__in` (values separated by commas), `__contains` and `__isnull=true`, where the table allows it. A reference is filtered by id, or by name.
* `q=words` finds rows that contain every word somewhere. `sort=column` sorts, `sort=-column` the other way round.
* In the API, `limit=` sets the size of a page (1 to {MOST_ROWS}), `next` in the answer is the address of the following page, `fields=` names the columns wanted.
* An unknown parameter is refused. It is never ignored, so a full list is never the answer to a mistyped question."""


def lists_sheet() -> Sheet:
    """Every register of every room, in alphabetical order."""
    registers = sorted(_registers(), key=lambda register: register.name)
    blocks = [INTRODUCTION]
    for register in registers:
        blocks += [
            f"## {register.title}",
            _facts(register),
            table(HEADS, [_row(c) for c in register.columns]),
        ]
    gaps = [
        f"column {column.key} of {register.name} has no label"
        for register in registers
        for column in register.columns
        if not str(column.label)
    ]
    return sheet("reference/lists.md", "Lists, columns and filters", blocks, gaps)


HEADS = ("column", "label", "kind", "filters", "shown", "needs", "values")


def _registers() -> list[Register]:
    found = []
    for name in modules():
        if name.endswith(".columns") and name.count(".") == len(("trueup", "columns")):
            found += [value for value in vars(import_module(name)).values() if isinstance(value, Register)]
    return found


def _facts(register: Register) -> str:
    return f"Name {code(register.name)}; needs {code(register.view)}; sorted by {code(register.order)} unless asked otherwise."


def _row(column: Column) -> tuple[object, ...]:
    lookups = LOOKUPS[column.kind] if column.filterable else ()
    return (
        code(column.key),
        column.label,
        column.kind,
        " ".join(code(f"__{lookup}" if lookup else "=") for lookup in lookups),
        "yes" if column.shown else "on request",
        code(column.permission) if column.permission else "",
        ", ".join(code(value) for value, _ in column.choices),
    )
