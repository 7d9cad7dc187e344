"""What must not stay behind: unexplained ignores, notes to oneself, addresses of the place it was written at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import NOT_OURS, ROOT, expect_none

WRITTEN = frozenset(
    [
        ".py",
        ".html",
        ".sql",
        ".css",
        ".js",
        ".md",
        ".yaml",
        ".yml",
        ".toml",
        ".in",
        ".txt",
        ".sh",
        ".json",
        ".cfg",
        ".xml",
    ]
) | {""}
FOLDERS = ("src", "tests", "library", "docs", "examples", "bench", "requirements", ".ci")
IGNORE = re.compile(r"#\s*(noqa|type:\s*ignore)(?P<rest>.*)$")
WITH_CODE_AND_REASON = re.compile(r"^(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|\[[\w, -]+\])\s*(#|-|–)\s*\S+")
# Written apart, so that this file does not name what it looks for.
NOTES = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "HA" + "CK")) + r")\b")
REGISTRIES = tuple(
    host.replace(" ", ".")
    for host in (
        "pypi org", "pythonhosted org", "registry npmjs org", "registry yarnpkg com", "crates io",
        "proxy golang org", "rubygems org", "repo maven apache org", "repo1 maven org", "conda anaconda org",
    )
)  # fmt: skip
PLACES = re.compile(r"(?<![\w.~$}-])/(" + "wo" + "rk|ro" + r"ot)/")


def texts() -> Iterator[tuple[Path, str]]:
    """Every text of ours, generated and fetched files left out, and where a second checkout keeps its history."""
    for path in (*ROOT.glob("*"), *(found for name in FOLDERS for found in (ROOT / name).rglob("*"))):
        if (
            path.is_file()
            and path.suffix in WRITTEN
            and path.name != ".git"
            and not NOT_OURS & set(path.relative_to(ROOT).parts)
        ):
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number} {line.strip()[:100]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_every_ignore_says_which_rule_and_why():
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()[:100]}"
        for path, text in texts()
        if path.suffix == ".py" and path != Path(__file__)
        for number, line in enumerate(text.splitlines(), 1)
        if (ignore := IGNORE.search(line)) and not WITH_CODE_AND_REASON.match(ignore["rest"])
    ]
    expect_none(found)


def test_nobody_left_a_note_for_later():
    expect_none(lines_with(NOTES))


def test_the_project_names_no_package_registry():
    expect_none(lines_with(re.compile("|".join(map(re.escape, REGISTRIES)))))


def test_the_project_names_no_folder_of_the_place_it_was_written_at():
    expect_none(lines_with(PLACES))
