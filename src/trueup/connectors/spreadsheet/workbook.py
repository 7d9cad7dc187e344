"""XLSX bytes to records, after everything that could burst memory has been measured.

A workbook is a ZIP of XML. What calamine opens here is a copy made of the members that were read through
with a limit, because a declared size, a far-away cell or one long text shown a million times may all lie
about what the file will become.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from trueup.connectors.spreadsheet.sheets import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Cell, UnreadableFileError

MAX_UNPACKED = 128 * 1024 * 1024
MAX_MEMBERS = 2_000
MAX_TEXT = 256 * 1024 * 1024  # all cells' text together, shared strings counted each time they are shown
CHUNK = 64 * 1024
PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
TOO_MUCH = gettext_lazy(
    "The workbook unpacks to more than a spreadsheet of licences can be. Save only the sheet you need."
)
DAMAGED = gettext_lazy(
    "The workbook is damaged. Open it in a spreadsheet program, save it again as .xlsx and try again."
)


@dataclass(slots=True)
class Extent:
    """How large a sheet will be once it is opened."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    text: int = 0

    def check(self) -> None:
        """Refuse what would not fit; called often, so that a bomb is not read to its end."""
        if self.rows > MAX_ROWS + 1:
            raise UnreadableFileError(
                _("More than %(most)s rows. Split the file and import the parts.")
                % {"most": number_format(MAX_ROWS, force_grouping=True)}
            )
        if self.columns > MAX_COLUMNS:
            raise UnreadableFileError(
                _("More than %(most)s columns. Remove those that are not needed.") % {"most": MAX_COLUMNS}
            )
        if max(self.cells, self.rows * self.columns) > MAX_CELLS or self.text > MAX_TEXT:
            raise UnreadableFileError(str(TOO_MUCH))


def records_of_workbook(content: bytes) -> list[tuple[str, list[list[Cell]]]]:
    """Every visible worksheet by name with its records from row 1, empty ones left out."""
    clean = measured_copy(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(clean)) as book:
            return [
                (meta.name, [[plain(cell) for cell in row] for row in rows])
                for meta in book.sheets_metadata
                if meta.typ is SheetTypeEnum.WorkSheet
                and meta.visible is SheetVisibleEnum.Visible
                and (rows := book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False))
            ]
    except CalamineError as error:
        raise UnreadableFileError(str(DAMAGED)) from error


def measured_copy(content: bytes) -> bytes:
    """The workbook rebuilt from its XML members, each read through and measured."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = unpacked(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UnreadableFileError(str(DAMAGED)) from error
    if not any(name.lower() == "xl/workbook.xml" for name in members):
        raise UnreadableFileError(
            _("This is not an Excel workbook (.xlsx). Save it as XLSX or CSV and try again.")
        )
    try:
        measure(members)
    except (ParseError, DefusedXmlException, ValueError, IndexError) as error:
        raise UnreadableFileError(str(DAMAGED)) from error
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return copy.getvalue()


def unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The XML members of the archive; sizes are counted while reading, never believed."""
    members: dict[str, bytes] = {}
    left = MAX_UNPACKED
    if len(archive.infolist()) > MAX_MEMBERS:
        raise UnreadableFileError(str(TOO_MUCH))
    for member in archive.infolist():
        if not member.filename.lower().endswith((".xml", ".rels")) or member.filename in members:
            continue
        parts = []
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise UnreadableFileError(str(TOO_MUCH))
                parts.append(chunk)
        members[member.filename] = b"".join(parts)
    return members


def measure(members: dict[str, bytes]) -> None:
    """Refuse a workbook of which one sheet would be too large."""
    shared = [
        size
        for name in members
        if name.lower() == "xl/sharedstrings.xml"
        for size in shared_sizes(members[name])
    ]
    for name, data in members.items():
        if "worksheets/" in name.lower() and name.lower().endswith(".xml"):
            extent_of(data, shared)


def elements(data: bytes) -> Iterator[tuple[str, Element]]:
    """Each finished element with its local name; everything already seen is forgotten."""
    open_elements: list[Element] = []
    for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            open_elements.append(element)
            continue
        open_elements.pop()
        name = element.tag.rpartition("}")[2]
        yield name, element
        if name in {"c", "row", "si"}:
            element.clear()
            if open_elements:
                open_elements[-1].remove(element)


def shared_sizes(data: bytes) -> Iterator[int]:
    """The length of each shared text, in order."""
    for name, element in elements(data):
        if name == "si":
            yield sum(len(part) for part in element.itertext())


def extent_of(data: bytes, shared: list[int]) -> Extent:
    """Rows, columns, cells and text of one sheet; only cells with a value count, as in calamine."""
    extent, row, column = Extent(), 0, 0
    for name, element in elements(data):
        if name == "row":
            row = int(element.get("r", row + 1))
            extent.rows = max(extent.rows, row if column else 0)
            column = 0
        elif name == "c" and len(element):
            place = PLACE.fullmatch(element.get("r", ""))
            column = number_of(place[1]) if place else column + 1
            extent.rows = max(extent.rows, int(place[2]) if place else row + 1)
            extent.columns = max(extent.columns, column)
            extent.cells += 1
            extent.text += shared_text(element, shared)
        extent.check()
    return extent


def shared_text(element: Element, shared: list[int]) -> int:
    """How much text a cell shows through the shared table; text of its own is bounded by the file."""
    if element.get("t") != "s":
        return 0
    return sum(shared[int(part.text or 0)] for part in element if part.tag.endswith("v"))


def number_of(letters: str) -> int:
    """A column's number from its letters, counted from 1.

    >>> number_of("A"), number_of("XFD")
    (1, 16384)
    """
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - ord("A") + 1
    return number


def plain(cell: object) -> Cell:
    """A cell without floats and clock times: fifteen digits are what a spreadsheet itself is sure of.

    >>> plain(0.1 + 0.2), plain(5.0), plain(""), plain(datetime(2027, 1, 31))
    (Decimal('0.3'), Decimal('5'), None, datetime.date(2027, 1, 31))
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, str | bool | date):
        return cell
    return Decimal(f"{cell:.15g}") if isinstance(cell, int | float) else str(cell)
