"""What the import contracts cannot see: foreign keys by name, reverse accessors, whose tables are written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from django.apps import apps

from tests.architecture.house import Module, expect_none, of_doors, of_rooms, root_of, storeys

WRITES = frozenset(
    {"create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create", "save",
     "acreate", "aupdate", "adelete", "asave"}
)  # fmt: skip
ORM = frozenset({"objects", "save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"})
ORM_CALLS = frozenset({"delete", "raw", "select_for_update"})
NOT_ROWS = {"trueup.web.assets": {"save"}}
"""Modules in which one of these words means something else: fonts are saved there."""


def room_of(model: Any) -> str:
    return str(model.__module__.split(".")[1])


def crossing_foreign_keys() -> Iterator[Any]:
    """Our foreign keys from one room to another."""
    for model in apps.get_models():
        if not model.__module__.startswith("trueup."):
            continue
        for field in model._meta.get_fields():
            target = field.related_model
            if not (field.is_relation and field.concrete and target):
                continue
            if target.__module__.startswith("trueup.") and room_of(target) != room_of(model):
                yield field


def imported_from(module: Module, part: str) -> dict[str, str]:
    """Names a module takes from another room's ``models`` or ``queries``, with the room."""
    found = {}
    for node in module.walk():
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("trueup."):
            continue
        where = str(node.module).split(".")
        if part in where[2:] and where[1] != module.room:
            found |= {alias.asname or alias.name: where[1] for alias in node.names}
    return found


def test_foreign_keys_point_down():
    height = storeys()
    upward = [
        str(field)
        for field in crossing_foreign_keys()
        if height[room_of(field.related_model)] >= height[room_of(field.model)]
    ]
    expect_none(upward)


def test_a_lower_room_grows_no_accessor_for_a_room_above():
    leaking = [str(field) for field in crossing_foreign_keys() if not field.remote_field.hidden]
    expect_none(leaking, 'write related_name="+" and ask the upper room\'s queries')


def test_a_room_writes_only_its_own_tables():
    """Another room's tables may be read; they are written by that room's own actions."""
    strangers = []
    for module in of_rooms():
        theirs = imported_from(module, "models") | imported_from(module, "queries")
        for node in module.walk():
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            start = root_of(node.func)
            if node.func.attr in WRITES and isinstance(start, ast.Name) and start.id in theirs:
                strangers.append(f"{module.at(node)} {start.id} of {theirs[start.id]}.{node.func.attr}")
    expect_none(strangers, "call that room's own action instead")


def test_a_room_makes_no_row_of_another_room():
    strangers = []
    for module in of_rooms():
        tables = {model.__name__ for model in apps.get_models()}
        theirs = {name: room for name, room in imported_from(module, "models").items() if name in tables}
        strangers += [
            f"{module.at(node)} {node.func.id} of {theirs[node.func.id]}"
            for node in module.walk()
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in theirs
        ]
    expect_none(strangers, "call that room's own action instead")


def test_a_door_does_not_touch_the_orm():
    found = []
    for module in of_doors():
        words = ORM - NOT_ROWS.get(module.name, set())
        for node in module.walk():
            if isinstance(node, ast.Attribute) and node.attr in words:
                found.append(f"{module.at(node)} .{node.attr}")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ORM_CALLS
            ):
                found.append(f"{module.at(node)} .{node.func.attr}(")
    expect_none(found, "call one action or one query")


def test_queries_never_write():
    found = [
        f"{module.at(node)} .{node.func.attr}("
        for module in of_rooms()
        if "queries" in module.parts
        for node in module.walk()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in WRITES - {"update"} or (node.func.attr == "update" and not node.args)
    ]
    expect_none(found)
