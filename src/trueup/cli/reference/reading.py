"""The project's own source, read as text: what is only written in the code is found there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[3]
NOT_SERVED = frozenset({"migrations", "vendor", "__pycache__"})


@dataclass(frozen=True, slots=True)
class Module:
    """One module: its name, and its parsed text."""

    name: str
    tree: ast.Module
    is_folder: bool

    @property
    def room(self) -> str:
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else ""

    def functions(self) -> Iterator[ast.FunctionDef]:
        return (node for node in self.tree.body if isinstance(node, ast.FunctionDef))


@cache
def modules() -> dict[str, Module]:
    """Every module below ``trueup``, by name."""
    found = {}
    for path in sorted((SOURCE / "trueup").rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if NOT_SERVED & set(parts):
            continue
        is_folder = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_folder else parts)
        found[name] = Module(name, ast.parse(path.read_text(encoding="utf-8")), is_folder)
    return found


def imported_names(module: Module) -> dict[str, tuple[str, str]]:
    """Names a module takes from others: the name here, and the module and name there."""
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
