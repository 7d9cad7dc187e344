"""Stores thousands of rows by COPY: several times faster than the ORM's INSERT, under the same constraints."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from django.db import connection, models


def copy_rows(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model and give each its id. Raises IntegrityError like any other way of storing."""
    if not rows:
        return
    meta = type(rows[0])._meta  # noqa: SLF001 - Django's documented, if underscored, interface
    fields = [field for field in meta.concrete_fields if not field.generated]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(meta.db_table)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [meta.db_table, len(rows)],
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copying:
            for row in rows:
                copying.write_row([stored(getattr(row, field.attname)) for field in fields])
    for row in rows:
        row._state.adding = False  # noqa: SLF001 - as bulk_create leaves its rows


def stored(value: Any) -> Any:
    """A value as the database takes it: a choice by its value, not by its name."""
    return value.value if isinstance(value, Enum) else value
