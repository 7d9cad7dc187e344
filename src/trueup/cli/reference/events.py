"""The page of every event the audit log knows, found where it is written down."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from trueup.cli.reference.markdown import Sheet, code, prose, sheet, table
from trueup.cli.reference.reading import Module, modules

INTRODUCTION = (
    "Each change writes one entry into its company's audit log, in the same transaction as the change. An entry names "
    "its event, the subject, who did it, through what (page, API, command, worker), when, and the old and new values. "
    "Entries are chained by hash and the database refuses to change or delete one."
)
EVENT = re.compile(r"[a-z_]+\.[a-z_]+")
SPEAKERS = {"record", "note_asset", "tell", "note", "write", "write_all", "moved_on"}
"""What the functions are called that write an entry for the rest of their module, with or without an underscore."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event, the function that writes it, and what that function says it does."""

    name: str
    written_by: str
    when: str


def events_sheet() -> Sheet:
    """Events in alphabetical order, each with every function that writes it."""
    found = sorted(set(events()), key=lambda event: (event.name, event.written_by))
    rows = [(code(event.name), event.when, code(event.written_by)) for event in found]
    gaps = [
        f"event {event.name}: {event.written_by} does not say what it does"
        for event in found
        if not event.when
    ]
    body = table(("event", "when", "written by"), rows)
    return sheet("reference/events.md", "Events of the audit log", [INTRODUCTION, body], gaps)


def events() -> Iterator[Event]:
    """Every event with a function that writes it, as the code has them."""
    for module in modules().values():
        for function in module.functions():
            for name in _names_in(function):
                writers = list(_public_callers(function, module)) or _ways_in(module)
                for writer in writers:
                    where = f"{module.name.removeprefix('trueup.')}.{writer.name}"
                    yield Event(name, where, prose(ast.get_docstring(writer)))


def _ways_in(module: Module) -> list[ast.FunctionDef]:
    """The public functions of a module, for what is only reached through a table of functions."""
    return [one for one in module.functions() if not one.name.startswith("_")]


def _public_callers(function: ast.FunctionDef, module: Module) -> Iterator[ast.FunctionDef]:
    """The function itself if it is public, else the public ones of its module that lead to it."""
    if not function.name.startswith("_"):
        yield function
        return
    for caller in module.functions():
        words = {node.id for node in ast.walk(caller) if isinstance(node, ast.Name)}
        if function.name in words and caller.name != function.name:
            yield from _public_callers(caller, module)


def _names_in(function: ast.FunctionDef) -> Iterator[str]:
    """Words such as ``licences.retired`` handed to a call that speaks of what happened."""
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and _speaks_of_events(call.func):
            for word in (word for given in call.args for word in ast.walk(given)):
                if isinstance(word, ast.Constant) and EVENT.fullmatch(str(word.value)):
                    yield str(word.value)


def _speaks_of_events(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return "happening" in name.lower() or name.removeprefix("_") in SPEAKERS
