"""A sheet as it was found in a file: header, rows with the numbers a person sees, and how it was read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy

from trueup.base.problems import Invalid

Cell = str | Decimal | bool | date | None

MAX_BYTES = 25 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELLS = 2_000_000


class UnreadableFileError(Invalid):
    """The file cannot be read as a spreadsheet; the text says why and what to do instead."""

    title = gettext_lazy("The file cannot be read")


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header, under the number a spreadsheet program shows."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file. `header_row` counts from 1; encoding and delimiter are None for XLSX."""

    name: str
    header: tuple[str, ...]
    header_row: int
    rows: tuple[Row, ...]
    encoding: str | None = None
    delimiter: str | None = None

    def column(self, index: int) -> tuple[Cell, ...]:
        """The cells of one column that hold something, from the top."""
        return tuple(row.cells[index] for row in self.rows if row.cells[index] is not None)


def letter(index: int) -> str:
    """The name a spreadsheet program gives a column.

    >>> letter(0), letter(25), letter(26), letter(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
