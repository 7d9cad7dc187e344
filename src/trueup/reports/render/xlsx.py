"""A table as XLSX: typed dates and numbers, frozen head, totals by currency and metric, no formulas.

Rows are written through once and never kept, so that a long export needs no more memory than a short
one. Title and filters stand on the printed page and on a second sheet: the data begins in row 1.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

from trueup.reports.render.table import Cell, Kind, Table, defused
from trueup.reports.render.totals import Totals

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
    Kind.PERCENT: "#,##0.0",
    Kind.MONEY: "#,##0.00",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}
LONGEST_TEXT = 32_767  # Excel's own limit for one cell
LONGEST_HEADER = 255  # and for a printed page header


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
    sums, number = Totals(table.columns, money_only=not table.has_totals), 0
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


def write_sums(sheet: Any, first: int, sums: Totals, formats: dict[Kind, Any]) -> None:
    """One line a currency and a metric, so that two of them are never added."""
    label_at = sums.label_place()
    for number, line in enumerate(sums.lines(), start=first):
        if label_at is not None:
            write_cell(sheet, (number, label_at), f"Total {line.measure}".strip())
        for place, amount in line.sums.items():
            write_cell(sheet, (number, place), amount, formats.get(sums.columns[place].kind))


def write_about(sheet: Any, table: Table, bold: Any) -> None:
    """What was exported and through which filters, for whoever finds the file later."""
    sheet.set_column(0, 1, 36)
    sheet.write_string(0, 0, defused(table.title), bold)
    if table.made_on:
        sheet.write_string(0, 1, table.made_on.isoformat())
    for number, (label, value) in enumerate(table.filters, start=2):
        sheet.write_string(number, 0, defused(label))
        sheet.write_string(number, 1, defused(value))


def printed_header(table: Table) -> str:
    """Title and filters for the printed page; an ampersand is a control sign there and is doubled."""
    filters = ", ".join(f"{label}: {value}" for label, value in table.filters)
    text = f"{table.title}  {filters}".strip().replace("&", "&&")
    return f"&L{text}"[:LONGEST_HEADER].removesuffix("&")
