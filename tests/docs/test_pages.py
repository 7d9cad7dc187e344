"""Pages written by hand: their links lead somewhere, and the commands they tell people to type exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, anchors, code_in, links, pages
from trueup.cli.reference.commands import commands
from trueup.project.register import known_names

DECISION_PARTS = ("Status", "Context", "Decision", "Consequences")
ONE_SCREEN = 50
TRUEUP = re.compile(r"(?:^|[\s(`])trueup ([a-z]+)(?: ([a-z]+)(?![\w./-]))?", re.MULTILINE)
MAKE = re.compile(r"(?:^|[\s`(])make ([a-z]+)\b", re.MULTILINE)
SETTING = re.compile(r"\bTRUEUP_[A-Z_]+\b|\bDATABASE_URL\b")


def test_every_link_leads_somewhere() -> None:
    lost = []
    for page in pages():
        for target in links(page):
            file, _, anchor = target.partition("#")
            there = (page.parent / file).resolve() if file else page
            if not there.exists():
                lost.append(f"{page.relative_to(ROOT)}: {target}")
            elif anchor and there.suffix == ".md" and anchor not in anchors(there):
                lost.append(f"{page.relative_to(ROOT)}: {target} (no such heading)")
    assert lost == []


def test_every_command_named_on_a_page_exists() -> None:
    known = {" ".join(words[1:]) for words, _ in commands()}
    groups = {name.split()[0] for name in known if " " in name}
    unknown = []
    for page in pages():
        for first, second in TRUEUP.findall(code_in(page)):
            name = f"{first} {second}" if first in groups and second else first
            if name not in known:
                unknown.append(f"{page.relative_to(ROOT)}: trueup {name}")
    assert unknown == []


def test_every_target_of_make_named_on_a_page_exists() -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    unknown = [
        f"{page.relative_to(ROOT)}: make {name}"
        for page in pages()
        for name in MAKE.findall(code_in(page))
        if name not in known
    ]
    assert unknown == []


def test_every_setting_named_on_a_page_exists() -> None:
    # The first-steps script, not Trueup, reads the last one.
    known = known_names() | {"TRUEUP_ADDRESS"}
    unknown = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in pages()
        for name in SETTING.findall(page.read_text(encoding="utf-8"))
        if name not in known
    ]
    assert unknown == []


def test_every_page_of_the_documentation_is_in_its_index() -> None:
    index, metrics = (
        ROOT / "docs" / "README.md",
        ROOT / "docs" / "counting" / "metrics.md",
    )  # a list of its own
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in (index, metrics)
        for target in links(page)
    }
    missing = [
        str(page.relative_to(ROOT))
        for page in sorted((ROOT / "docs").rglob("*.md"))
        if page != index and page.resolve() not in linked
    ]
    assert missing == []


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda page: page.stem
)
def test_a_decision_fits_a_screen_and_has_its_four_parts(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert [part for part in DECISION_PARTS if f"## {part}" not in text] == []
    assert len(text.splitlines()) <= ONE_SCREEN
    assert re.match(r"# \d{4}[.:] ", text) or re.match(r"# ", text)
