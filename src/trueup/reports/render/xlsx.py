"""A table as XLSX: typed dates and numbers, frozen head, totals of money per currency, no formulas.

Rows are written through once and never kept, so that a long export needs no more memory than a short
one. Title and filters stand on the printed page and on a second sheet: the data begins in row 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

from trueup.reports.render.table import Cell, Column, Kind, Table, defused

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDTHS = {Kind.TEXT: 26, Kind.DATE: 12, Kind.MOMENT: 18, Kind.FLAG: 8}
NUMBER_FORMATS = {
    Kind.INTEGER: "#,##0",
    Kind.DECIMAL: "#,##0.##",
    Kind.MONEY: "#,##0.00",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}
LONGEST_TEXT = 32_767  # Excel's own limit for one cell
LONGEST_HEADER = 255  # and for a printed page header


@dataclass(slots=True)
class Sums:
    """Money per column and currency while rows pass by; a missing currency is a group of its own."""

    columns: Sequence[Column]
    amounts: dict[int, dict[str, Decimal]] = field(default_factory=dict)

    def add(self, row: Sequence[Cell]) -> None:
        """Take one row into account."""
        for index, currency_index in self.money_columns():
            amount = row[index]
            if not isinstance(amount, int | Decimal):
                continue
            currency = "" if currency_index is None else str(row[currency_index] or "")
            totals = self.amounts.setdefault(index, {})
            totals[currency] = totals.get(currency, Decimal(0)) + amount

    def money_columns(self) -> list[tuple[int, int | None]]:
        """Each money column's place, with the place of its currency."""
        places = {column.key: index for index, column in enumerate(self.columns)}
        return [
            (index, places.get(column.currency_key or ""))
            for index, column in enumerate(self.columns)
            if column.kind is Kind.MONEY
        ]

    def currencies(self) -> list[str]:
        """Every currency met, in order of its code."""
        return sorted({currency for totals in self.amounts.values() for currency in totals})


def write_xlsx(table: Table, stream: BinaryIO) -> None:
    """Write the table into a stream; the stream is left open."""
    book = xlsxwriter.Workbook(stream, OPTIONS)
    try:
        formats = {kind: book.add_format({"num_format": code}) for kind, code in NUMBER_FORMATS.items()}
        bold = book.add_format({"bold": True, "bottom": 1})
        write_rows(book.add_worksheet("Data"), table, formats, bold)
        write_about(book.add_worksheet("About"), table, bold)
    finally:
        book.close()


def write_rows(sheet: Any, table: Table, formats: dict[Kind, Any], bold: Any) -> None:
    """The head, the rows, then one line of sums for each currency."""
    sheet.freeze_panes(1, 0)
    sheet.set_header(printed_header(table))
    sheet.repeat_rows(0)
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, WIDTHS.get(column.kind, 14))
        sheet.write_string(0, index, defused(column.title), bold)
    sums, number = Sums(table.columns), 0
    for number, row in enumerate(table.rows, start=1):
        sums.add(row)
        for index, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            write_cell(sheet, (number, index), cell, formats.get(column.kind))
    write_sums(sheet, number + 2, sums, formats)


def write_cell(sheet: Any, place: tuple[int, int], cell: Cell, shown: Any = None) -> None:
    """One typed cell in its column's format; empty stays empty, words are always words."""
    match cell:
        case None:
            return
        case bool():
            sheet.write_boolean(*place, cell)
        case int() | Decimal():
            sheet.write_number(*place, cell, shown)
        case datetime():
            sheet.write_datetime(*place, cell.astimezone(UTC).replace(tzinfo=None), shown)
        case date():
            sheet.write_datetime(*place, cell, shown)
        case _:
            sheet.write_string(*place, defused(cell)[:LONGEST_TEXT])


def write_sums(sheet: Any, first: int, sums: Sums, formats: dict[Kind, Any]) -> None:
    """One line a currency, so that two currencies are never added."""
    label_at = next((i for i in range(len(sums.columns)) if i not in sums.amounts), None)
    for number, currency in enumerate(sums.currencies(), start=first):
        if label_at is not None:
            write_cell(sheet, (number, label_at), f"Total {currency}".strip())
        for index, totals in sums.amounts.items():
            write_cell(sheet, (number, index), totals.get(currency), formats[Kind.MONEY])


def write_about(sheet: Any, table: Table, bold: Any) -> None:
    """What was exported and through which filters, for whoever finds the file later."""
    sheet.set_column(0, 1, 36)
    sheet.write_string(0, 0, defused(table.title), bold)
    for number, (label, value) in enumerate(table.filters, start=2):
        sheet.write_string(number, 0, defused(label))
        sheet.write_string(number, 1, defused(value))


def printed_header(table: Table) -> str:
    """Title and filters for the printed page; an ampersand is a control sign there and is doubled."""
    filters = ", ".join(f"{label}: {value}" for label, value in table.filters)
    text = f"{table.title}  {filters}".strip().replace("&", "&&")
    return f"&L{text}"[:LONGEST_HEADER].removesuffix("&")
