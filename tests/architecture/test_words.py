"""Names and sentences: every module says what it is for, actions are verb and object, nothing is named vaguely."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from tests.architecture.house import (
    CELLAR,
    Module,
    expect_none,
    modules,
    modules_of_tests,
    of_rooms,
    public_functions,
    rooms,
)

VAGUE = frozenset(
    [
        "util",
        "utils",
        "helper",
        "helpers",
        "common",
        "misc",
        "manager",
        "managers",
        "service",
        "services",
        "handler",
        "handlers",
        "data",
        "info",
    ]
)
OF_THE_LAUNCHER = "trueup.project.embedded"
ONE_WORD_ACTIONS = {"trueup.audit.actions.record": "the room's one verb: its object is the happening"}
ROOM_LINES = range(5, 21)
REGISTERS = {"connectors": "not a room of tables: the register of its suitcases stands there"}


def actions() -> Iterator[tuple[Module, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every public function of every room's actions, each where it is written."""
    for module in of_rooms():
        if "actions" in module.parts[2:3]:
            for node in public_functions(module):
                yield module, node


def is_made_of_sentences(text: str | None) -> bool:
    return bool(text) and text.strip().endswith((".", ")", ":", "”", '"', "?", "`"))


def test_every_module_opens_with_what_it_is_for():
    silent = [
        module.file
        for module in (*modules(), *modules_of_tests())
        if module.text.strip() and not is_made_of_sentences(first_paragraph(module.tree))
    ]
    expect_none(silent)


def first_paragraph(tree: ast.Module) -> str | None:
    words = ast.get_docstring(tree)
    return None if words is None else words.split("\n\n")[0]


def test_a_room_introduces_itself_and_holds_no_code_there():
    wrong = []
    for module in of_rooms():
        if (
            module.path.name != "__init__.py"
            or module.parts[1:] != (module.room,)
            or module.room in REGISTERS
        ):
            continue
        if len(module.text.splitlines()) not in ROOM_LINES:
            wrong.append(f"{module.file} has {len(module.text.splitlines())} lines, 5 to 20 are asked for")
        if len(module.tree.body) != 1:
            wrong.append(f"{module.file} holds code")
    expect_none(wrong)
    assert rooms()


def test_nothing_is_named_vaguely():
    found = [module.file for module in (*modules(), *modules_of_tests()) if VAGUE & set(module.parts)]
    expect_none(found, "say what it is about")


def test_actions_are_unique_in_the_repository():
    count = Counter(node.name for _, node in actions())
    assert [name for name, times in count.items() if times > 1] == []


def test_actions_are_verb_and_object():
    found = [
        module.at(node) + " " + node.name
        for module, node in actions()
        if "_" not in node.name and f"{module.name}.{node.name}" not in ONE_WORD_ACTIONS
    ]
    expect_none(found)


def test_actions_and_queries_are_called_by_keyword_only():
    """The one thing a function is about may come by position, as in ``hash_secret(secret)``; never the actor."""
    found = [
        f"{module.at(node)} {node.name}"
        for module in of_rooms()
        if {"actions", "queries"} & set(module.parts[2:3])
        for node in public_functions(module)
        if len(by_position(node)) > 1 or "actor" in by_position(node)
    ]
    expect_none(found)


def by_position(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    positional = [*node.args.posonlyargs, *node.args.args, *([node.args.vararg] if node.args.vararg else [])]
    return [argument.arg for argument in positional]


def test_the_cellar_explains_its_public_functions():
    silent = [
        f"{module.at(node)} {node.name}"
        for module in modules()
        if module.parts[0] in CELLAR
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if not ast.get_docstring(node)
    ]
    expect_none(silent)
