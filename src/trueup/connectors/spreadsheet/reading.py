"""Bytes and a file name to sheets, or a sentence that says why not and what to do."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from trueup.connectors.spreadsheet.header import find_header, is_known
from trueup.connectors.spreadsheet.sheets import (
    MAX_BYTES,
    MAX_COLUMNS,
    Cell,
    Row,
    Sheet,
    UnreadableFileError,
)
from trueup.connectors.spreadsheet.text import decoded, records_of
from trueup.connectors.spreadsheet.workbook import records_of_workbook
from trueup.reports.render.table import undefused

ZIP_START = b"PK\x03\x04"
OLD_EXCEL_START = b"\xd0\xcf\x11\xe0"


def read_file(*, name: str, content: bytes) -> tuple[Sheet, ...]:
    """Every sheet of the file that has a header and a row, best first; the content decides, not the name.

    Raises UnreadableFileError with a sentence for the person who chose the file.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(
            _("%(name)s is larger than %(most)s MB. Split it and import the parts.")
            % {"name": name, "most": MAX_BYTES // 1024**2}
        )
    if content.startswith(OLD_EXCEL_START):
        raise UnreadableFileError(
            _("%(name)s is an old Excel file or has a password. Save it as .xlsx without one.")
            % {"name": name}
        )
    sheets = read_workbook(content) if content.startswith(ZIP_START) else read_text(name, content)
    if not sheets:
        raise UnreadableFileError(
            _("%(name)s holds no table: a header and at least one row below it are needed.") % {"name": name}
        )
    return tuple(sheets)


def read_text(name: str, content: bytes) -> list[Sheet]:
    """The one sheet of a CSV file."""
    text, encoding = decoded(content)
    records, delimiter = records_of(text)
    sheet = sheet_of(name, records, encoding=encoding, delimiter=delimiter)
    return [sheet] if sheet else []


def read_workbook(content: bytes) -> list[Sheet]:
    """The sheets of a workbook, the one whose header says most first, then the longest."""
    found = (sheet_of(name, records) for name, records in records_of_workbook(content))
    return sorted(
        (sheet for sheet in found if sheet),
        key=lambda sheet: (sum(map(is_known, sheet.header)), len(sheet.rows)),
        reverse=True,
    )


def sheet_of(
    name: str, records: Sequence[Sequence[Cell]], *, encoding: str | None = None, delimiter: str | None = None
) -> Sheet | None:
    """A sheet from records that begin in row 1, or None when nothing in them is a table."""
    records = [[tidy(cell) for cell in record] for record in records]
    at = find_header(records)
    if at is None:
        return None
    head = records[at]
    width = max((index + 1 for index, cell in enumerate(head) if cell is not None), default=0)
    width = max([width, *(filled_width(record) for record in records[at + 1 :])])
    if width > MAX_COLUMNS:
        raise UnreadableFileError(
            _("More than %(most)s columns. Remove those that are not needed.") % {"most": MAX_COLUMNS}
        )
    rows = tuple(
        Row(number, padded(record, width))
        for number, record in enumerate(records[at + 1 :], start=at + 2)
        if any(cell is not None for cell in record)
    )
    header = tuple("" if cell is None else str(cell) for cell in padded(head, width))
    return Sheet(name, header, at + 1, rows, encoding, delimiter) if rows else None


def tidy(cell: Cell) -> Cell:
    """A cell without spaces around it and without our own mark against formulas; only spaces is nothing."""
    if not isinstance(cell, str):
        return cell
    return undefused(cell.strip()).replace("\r\n", "\n") or None


def filled_width(record: Sequence[Cell]) -> int:
    """How many columns a record needs."""
    return max((index + 1 for index, cell in enumerate(record) if cell is not None), default=0)


def padded(record: Sequence[Cell], width: int) -> tuple[Cell, ...]:
    """The record at the sheet's width."""
    return (*record[:width], *(None,) * (width - len(record)))
