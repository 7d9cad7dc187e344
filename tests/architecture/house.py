"""The house as these tests see it: its source files parsed once, its rooms, doors and storeys."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
DOORS = frozenset({"web", "api", "agents", "cli", "worker"})
CELLAR = frozenset({"licensing", "recognition", "estate"})
NOT_ROOMS = DOORS | {"project"}
NOT_OURS = frozenset({".git", "migrations", "vendor", "__pycache__"})
MADE = frozenset({"first_form.sql"})
"""Files a command of ours writes: nobody reads them line by line."""


@dataclass(frozen=True, slots=True)
class Module:
    """One file of Python: where it is and what it says."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.name.split("."))

    @property
    def room(self) -> str:
        """The folder under ``trueup`` that the module is in; empty in the cellar and at the top."""
        return self.parts[1] if self.parts[0] == "trueup" and len(self.parts) > 1 else ""

    @property
    def is_below_the_doors(self) -> bool:
        return self.parts[0] in CELLAR or (self.room != "" and self.room in rooms())

    @property
    def file(self) -> str:
        return str(self.path.relative_to(ROOT))

    def at(self, node: ast.AST) -> str:
        return f"{self.file}:{getattr(node, 'lineno', 1)}"

    def walk(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the source, migrations left out."""
    return tuple(_read(path, SRC) for path in _files(SRC, ".py"))


@cache
def modules_of_tests() -> tuple[Module, ...]:
    return tuple(_read(path, ROOT) for path in _files(ROOT / "tests", ".py"))


def of_rooms() -> tuple[Module, ...]:
    return tuple(module for module in modules() if module.room in rooms())


def of_doors() -> tuple[Module, ...]:
    return tuple(module for module in modules() if module.room in DOORS)


@cache
def rooms() -> frozenset[str]:
    """Folders under ``trueup`` that are neither doors nor the project itself."""
    return frozenset(
        path.parent.name
        for path in (SRC / "trueup").glob("*/__init__.py")
        if path.parent.name not in NOT_ROOMS
    )


@cache
def storeys() -> dict[str, int]:
    """Folder to storey, the highest number on top, read from the import contract itself."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "storeys")
    return {
        name.strip(" ()"): height for height, line in enumerate(reversed(layers)) for name in line.split("|")
    }


def sources(*endings: str) -> Iterator[Path]:
    """Our own files of the source and the tests with these endings."""
    for folder in (SRC, ROOT / "tests"):
        for ending in endings:
            yield from _files(folder, ending)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in module.walk() if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def public_functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions of the module itself, neither private nor inside a class."""
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node


def root_of(node: ast.expr) -> ast.expr:
    """Where a chain such as ``Licence.objects.filter(…).update`` begins."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def expect_none(found: list[str], way_out: str = "") -> None:
    """Pass when nothing was found; otherwise name each find on a line of its own, with the way out."""
    assert not found, "\n".join([way_out, *found])


def _files(folder: Path, ending: str) -> Iterator[Path]:
    return (
        path
        for path in sorted(folder.rglob(f"*{ending}"))
        if not NOT_OURS & set(path.parts) and path.name not in MADE
    )


def _read(path: Path, root: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    parts = path.relative_to(root).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(path, name, text, ast.parse(text, str(path)))
