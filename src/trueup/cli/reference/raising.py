"""Which problems a function can raise, found by following its calls through the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from trueup.cli.reference.reading import Module, imported_names, modules

Place = tuple[str, str]
"""A module and the name of a function in it."""


def problems_raised(names: set[str]) -> dict[Place, frozenset[str]]:
    """The problems of these names that each function raises, itself or through what it calls by name."""
    own: dict[Place, set[str]] = {}
    calls: dict[Place, set[Place]] = {}
    for module in modules().values():
        taken = imported_names(module)
        here = {function.name for function in module.functions()}
        for function in module.functions():
            place = (module.name, function.name)
            own[place] = set(_made(function)) & names
            calls[place] = {_place(name, module, taken, here) for name in _called(function)}
    return {place: frozenset(_gather(place, own, calls)) for place in own}


def _gather(start: Place, own: dict[Place, set[str]], calls: dict[Place, set[Place]]) -> set[str]:
    found: set[str] = set()
    seen = {start}
    waiting = [start]
    while waiting:
        place = waiting.pop()
        found |= own.get(place, set())
        fresh = calls.get(place, set()) - seen
        seen |= fresh
        waiting += fresh
    return found


def _made(function: ast.FunctionDef) -> Iterator[str]:
    """Names that are called, or whose ``of`` is: among them the problems a function makes."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            start = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            if isinstance(start, ast.Name):
                yield start.id


def _called(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def _place(name: str, module: Module, taken: dict[str, Place], here: set[str]) -> Place:
    if name in here or name not in taken:
        return (module.name, name)
    return _written(taken[name])


def _written(place: Place) -> Place:
    """Where a name handed on by a folder's ``__init__`` is really written."""
    module = modules().get(place[0])
    if module is None or not module.is_folder or any(f.name == place[1] for f in module.functions()):
        return place
    onward = imported_names(module).get(place[1])
    return place if onward is None else _written(onward)
