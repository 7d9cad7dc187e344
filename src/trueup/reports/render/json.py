"""A table as JSON: what was asked for, then the rows as objects by column key; money as text with its currency."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from trueup.reports.render.table import Cell, Table
from trueup.reports.render.totals import Totals

ROWS_PER_CHUNK = 500


def write_json(table: Table) -> Iterator[bytes]:
    """The table in chunks: {"title", "filters", "rows"} and, where it has sums, "totals" by currency or metric.

    Nothing is rounded, no amount is a float.
    """
    filters = [{"field": label, "value": value} for label, value in table.filters]
    yield f'{{"title": {_text(table.title)}, "filters": {_text(filters)}, "rows": ['.encode()
    keys = [column.key for column in table.columns]
    kept: list[str] = []
    totals = Totals(table.columns)
    between = ""
    for row in table.rows:
        totals.add(row)
        kept.append(between + _text(dict(zip(keys, map(plain, row), strict=True))))
        between = ",\n"
        if len(kept) == ROWS_PER_CHUNK:
            yield "".join(kept).encode()
            kept.clear()
    sums = [
        {"of": line.measure, **{keys[place]: plain(amount) for place, amount in line.sums.items()}}
        for line in totals.lines()
    ]
    ending = f'], "totals": {_text(sums)}}}\n' if table.has_totals else "]}\n"
    yield ("".join(kept) + ending).encode()


def plain(cell: Cell) -> str | int | bool | None:
    """One cell as JSON has it: amounts as text, days and moments ISO, moments in UTC.

    >>> plain(Decimal("1E+3")), plain(True), plain(date(2027, 1, 31)), plain(None)
    ('1000', True, '2027-01-31', None)
    """
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return cell.isoformat() if isinstance(cell, date) else cell


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
