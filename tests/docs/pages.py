"""Our Markdown as these tests see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs", "src", "examples", "bench", "library")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^ {4,}(?![*-] )(.+)$", re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def pages() -> list[Path]:
    """Every page of Markdown that is ours."""
    return sorted([*ROOT.glob("*.md"), *(path for name in FOLDERS for path in (ROOT / name).rglob("*.md"))])


def links(page: Path) -> Iterator[str]:
    """Where a page points to, inside this repository."""
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(page: Path) -> set[str]:
    """The names a page's headings can be reached by."""
    headings = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def code_in(page: Path) -> str:
    """Everything a page sets as code: fenced, indented or inline."""
    text = page.read_text(encoding="utf-8")
    rest = FENCE.sub("", text)
    return "\n".join([*FENCE.findall(text), *INDENTED.findall(rest), *re.findall(r"`([^`\n]+)`", rest)])
