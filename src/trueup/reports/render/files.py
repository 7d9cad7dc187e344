"""A table as a file in the form somebody asked for: one place that knows the forms there are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from trueup.base.problems import InvalidValue
from trueup.reports.render.csv import write_csv
from trueup.reports.render.json import write_json
from trueup.reports.render.pdf import write_pdf
from trueup.reports.render.table import Table
from trueup.reports.render.xlsx import write_xlsx

TYPES: Final = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
IN_MEMORY_BYTES = 4 * 1024 * 1024
CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class TableFile:
    """What is sent: the bytes in chunks, read once, and what they are."""

    content_type: str
    chunks: Iterator[bytes]


def checked_form(form: str) -> str:
    """The form, if there is such a one."""
    if form not in TYPES:
        raise InvalidValue.of(
            "format",
            _("“%(wanted)s” is no format of an export. Known: %(known)s.")
            % {"wanted": form, "known": ", ".join(TYPES)},
        )
    return form


def file_of(table: Table, form: str, *, byte_order_mark: bool = False) -> TableFile:
    """The table in a form; CSV, JSON and XLSX take no more memory for many rows than for few."""
    writers = {
        "pdf": lambda: iter([write_pdf(table)]),
        "xlsx": lambda: _xlsx(table),
        "csv": lambda: write_csv(table, byte_order_mark=byte_order_mark),
        "json": lambda: write_json(table),
    }
    return TableFile(TYPES[checked_form(form)], writers[form]())


def _xlsx(table: Table) -> Iterator[bytes]:
    """The workbook, written first, for a ZIP begins with what it holds in the end."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - closed by the reader
    write_xlsx(table, file)  # type: ignore[arg-type]  # spooled files are binary streams
    file.seek(0)
    return _read(file)


def _read(file: tempfile.SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
