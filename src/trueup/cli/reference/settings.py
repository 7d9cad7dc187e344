"""The page of every setting read from the environment."""

from __future__ import annotations

from trueup.cli.reference.markdown import Sheet, code, sheet, table
from trueup.project.register import SETTINGS

INTRODUCTION = (
    "Trueup reads these names from its environment and no others: an unknown `TRUEUP_…` name stops it, with the "
    "nearest known one in the message. Each may also be given as `<NAME>_FILE`, the path of a file that holds the "
    "value, which is the way for secrets in containers. `trueup doctor` checks them all."
)


def settings_sheet() -> Sheet:
    """Name, default and meaning, in the order of the register."""
    rows = [
        (
            code(entry.name),
            entry.meaning,
            _default(entry.default, entry.shown_default),
            "yes" if entry.secret else "",
        )
        for entry in SETTINGS.values()
    ]
    gaps = [f"setting {entry.name} has no meaning" for entry in SETTINGS.values() if not entry.meaning]
    body = table(("name", "meaning", "without it", "secret"), rows)
    return sheet("reference/settings.md", "Settings", [INTRODUCTION, body], gaps)


def _default(default: str, shown: str) -> str:
    return shown or code(default)
