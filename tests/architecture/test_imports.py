"""Who imports whom: the contracts of pyproject.toml hold, and no two folders import each other in a ring."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import CELLAR, ROOT, Module, modules


def test_the_import_contracts_hold():
    lint_imports = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def folder_of(name: str) -> str:
    """The top package a module counts to: ``trueup.licences``, ``licensing``."""
    return ".".join(name.split(".")[: 1 if name.split(".", maxsplit=1)[0] in CELLAR else 2])


def running_imports(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Imports of a module, inside functions too, except those for type checkers only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        yield from running_imports(child)


def imported_folders(module: Module) -> Iterator[str]:
    for node in running_imports(module.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif node.module == "trueup":
            names = [f"trueup.{alias.name}" for alias in node.names]
        else:
            names = [node.module or ""]
        for name in names:
            if name.split(".")[0] in CELLAR | {"trueup"}:
                yield folder_of(name)


def reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for follower in graph.get(waiting.pop(), set()) - seen:
            seen.add(follower)
            waiting.append(follower)
    return seen


def test_the_largest_ring_of_folders_is_one():
    folders = {folder_of(module.name) for module in modules()}
    graph: dict[str, set[str]] = {folder: set() for folder in folders}
    for module in modules():
        here = folder_of(module.name)
        graph[here] |= {there for there in imported_folders(module) if there != here and there in folders}
    reach = {folder: reachable(graph, folder) for folder in folders}
    ring = sorted(folder for folder in folders if folder in reach[folder])
    assert ring == [], {folder: sorted(graph[folder] & set(ring)) for folder in ring}
