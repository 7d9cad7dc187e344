"""A pasted list or a file of holders to rows: a name first, units after it, or under headings in any order."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from trueup.assignments.bulk import MOST_ROWS
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import TooManyRows
from trueup.base.problems import InvalidValue
from trueup.connectors.spreadsheet.reading import ZIP_START
from trueup.connectors.spreadsheet.sheets import MAX_BYTES, Cell, UnreadableFileError
from trueup.connectors.spreadsheet.text import decoded, records_of
from trueup.connectors.spreadsheet.workbook import records_of_workbook

PEOPLE = frozenset(
    {"login", "username", "user name", "user", "person", "mail", "email", "e-mail", "employee number", "employee no"}
)  # fmt: skip
DEVICES = frozenset(
    {"hostname", "host name", "host", "device", "computer", "barcode", "asset tag", "serial", "inventory number"}
)  # fmt: skip
PLACES = {"location": "location", "site": "location", "office": "location", "department": "department"}
EITHER = frozenset({"holder", "name"})
UNITS = frozenset({"units", "seats", "quantity"})
MOST_DIGITS = 10


def text_of(file: UploadedFile[bytes]) -> str:
    """What an uploaded CSV says, or the first sheet of a workbook as CSV; a row keeps its number."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(
            _("%(name)s is larger than %(most)s MB: a list of holders is not.")
            % {"name": file.name, "most": MAX_BYTES // 1024**2}
        )
    if not content.startswith(ZIP_START):
        return decoded(content)[0]
    _name, records = next(iter(records_of_workbook(content)), ("", []))
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\n").writerows([_word(cell) for cell in record] for record in records)
    return lines.getvalue()


def _word(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def wishes_of(text: str, *, units: int) -> list[Wish]:
    """The rows of a list under the numbers a person sees; ``units`` where a row names none."""
    records = [[cell.strip() for cell in record] for record in records_of(text)[0]]
    rows = [(number, record) for number, record in enumerate(records, start=1) if any(record)]
    if not rows:
        raise InvalidValue.of(
            "list", _("The list is empty: write a login, mail, number or host name on each line.")
        )
    name_at, units_at, kind = _columns(rows[0][1] if len(rows) > 1 else ())
    if kind is not None:
        rows = rows[1:]
    if len(rows) > MOST_ROWS:
        raise TooManyRows.of(
            "list",
            _("%(n)s rows are too many at once: %(most)s are the most.")
            % {"n": len(rows), "most": MOST_ROWS},
        )
    return [
        Wish(
            name=_cell(record, name_at)[:200],
            units=_number(_cell(record, units_at), units),
            kind=kind or "",
            row=number,
        )
        for number, record in rows
    ]


def _columns(head: Sequence[str]) -> tuple[int, int, str | None]:
    """Where name and units stand, and what kind the heading names; no kind at all where there is no heading."""
    words = [cell.lower().replace("_", " ") for cell in head]
    names = [index for index, word in enumerate(words) if word in PEOPLE | DEVICES | EITHER]
    names = names or [index for index, word in enumerate(words) if word in PLACES]
    if not names:
        return 0, 1, None
    word = words[names[0]]
    kind = "person" if word in PEOPLE else "device" if word in DEVICES else PLACES.get(word, "")
    return names[0], next((index for index, word in enumerate(words) if word in UNITS), len(words)), kind


def _cell(record: Sequence[str], at: int) -> str:
    return record[at] if at < len(record) else ""


def _number(word: str, otherwise: int) -> int | None:
    if not word:
        return otherwise
    return int(word) if word.isascii() and word.isdigit() and len(word) <= MOST_DIGITS else None
