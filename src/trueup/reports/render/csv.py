"""A table as CSV: UTF-8, comma, CRLF, ISO dates, plain decimals, streamed, no cell a formula."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from trueup.reports.render.table import Cell, Table, defused

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ROWS_PER_CHUNK = 500


def write_csv(table: Table, *, byte_order_mark: bool = False) -> Iterator[bytes]:
    """The table in chunks of some hundred rows; the head carries the columns' stable keys.

    Excel reads UTF-8 correctly only behind a byte order mark, hence the option.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    if byte_order_mark:
        yield BYTE_ORDER_MARK
    writer.writerow([head(column.key) for column in table.columns])
    for number, row in enumerate(table.rows, start=1):
        writer.writerow([text_of(cell) for cell in row])
        if number % ROWS_PER_CHUNK == 0:
            yield drained(buffer)
    yield drained(buffer)


def head(key: str) -> str:
    """A column's key; Excel takes a file whose first letters are `ID` for SYLK, so it is never that."""
    return "id" if key == "ID" else defused(key)


def text_of(cell: Cell) -> str:
    """One cell as text: numbers plain, dates ISO, moments in UTC, and words defused.

    >>> text_of(Decimal("1E+3")), text_of(True), text_of("@x"), text_of(date(2027, 1, 31)), text_of(None)
    ('1000', 'yes', "'@x", '2027-01-31', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, int) else defused(cell)


def drained(buffer: io.StringIO) -> bytes:
    """What the buffer holds, leaving it empty for the next rows."""
    chunk = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return chunk
