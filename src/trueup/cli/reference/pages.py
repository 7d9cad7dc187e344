"""All reference pages together: made, written, compared with what is on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trueup.cli.reference.api import api_sheet
from trueup.cli.reference.commands import commands_sheet
from trueup.cli.reference.counting import counting_sheets
from trueup.cli.reference.events import events_sheet
from trueup.cli.reference.lists import lists_sheet
from trueup.cli.reference.markdown import Sheet
from trueup.cli.reference.metrics import metrics_sheet
from trueup.cli.reference.permissions import permissions_sheet
from trueup.cli.reference.problems import problems_sheet
from trueup.cli.reference.reading import SOURCE
from trueup.cli.reference.settings import settings_sheet

DOCS = SOURCE.parent / "docs"
SHEETS = (
    settings_sheet,
    commands_sheet,
    permissions_sheet,
    lists_sheet,
    api_sheet,
    problems_sheet,
    events_sheet,
    metrics_sheet,
)


def make_sheets() -> list[Sheet]:
    """Every generated page, as the code is now. Needs Django set up, and no database."""
    return [*(make() for make in SHEETS), *counting_sheets()]


def write_sheets(sheets: list[Sheet], folder: Path = DOCS) -> list[str]:
    """Write the pages that changed; their names."""
    changed = [sheet for sheet in sheets if _on_disk(sheet, folder) != sheet.text]
    for sheet in changed:
        path = folder / sheet.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sheet.text, encoding="utf-8")
    return [sheet.path for sheet in changed]


def troubles(sheets: list[Sheet], folder: Path = DOCS) -> Iterator[str]:
    """What keeps the documentation from being true and whole, one sentence each."""
    for sheet in sheets:
        if _on_disk(sheet, folder) != sheet.text:
            yield f"docs/{sheet.path} is not what the code says: run `trueup docs build`"
        yield from sheet.gaps


def _on_disk(sheet: Sheet, folder: Path) -> str:
    path = folder / sheet.path
    return path.read_text(encoding="utf-8") if path.exists() else ""
