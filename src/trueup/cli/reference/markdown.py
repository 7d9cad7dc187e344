"""The little Markdown the reference needs: a page, a heading, a table."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MADE = "<!-- Made by `trueup docs build` from the code. Change the code, not this page. -->"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page made from the code. ``path`` is inside docs/; ``gaps`` names what nobody has described."""

    path: str
    text: str
    gaps: tuple[str, ...] = ()


def sheet(path: str, title: str, blocks: Iterable[str], gaps: Iterable[str] = ()) -> Sheet:
    """A page out of its blocks, one empty line between them."""
    text = "\n\n".join([f"# {title}", MADE, *(block for block in blocks if block)]) + "\n"
    return Sheet(path, text, tuple(gaps))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; an empty one is a sentence."""
    lines = [" | ".join(_cell(value) for value in row) for row in rows]
    if not lines:
        return "There are none."
    rule = " | ".join("---" for _ in heads)
    return "\n".join(f"| {line} |" for line in (" | ".join(heads), rule, *lines))


def code(text: object) -> str:
    """A word of the code."""
    return f"`{text}`" if text not in {"", None} else ""


def prose(docstring: str | None) -> str:
    """A docstring as a paragraph of Markdown: one line, its quotes of code as Markdown writes them."""
    first = inspect.cleandoc(docstring or "").split("\n\n")[0]
    return re.sub(r":\w+:`([^`]+)`", r"`\1`", " ".join(first.split()).replace("``", "`"))


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")
