"""Reads facts out of PostgreSQL as Arrow batches: one consistent moment for all tables.

By ADBC on a connection of its own (millions of rows a second). Inside an open transaction its own uncommitted
rows must be seen too, so there the caller's connection is read instead, more slowly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any, Protocol

import pyarrow as pa
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg.conninfo import make_conninfo

ROWS = 50_000


class Source(Protocol):
    """Where the answer to a SELECT comes from, in batches."""

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """Which facts a run is about: those of a company or of all, on a day, as they stood at a moment."""

    company_id: int | None
    day: date
    moment: datetime

    def statement(self, name: str) -> str:
        """The text of ``facts/<name>.sql`` for this scope; values are days, moments and numbers of ours only."""
        text = (files("trueup.compliance") / "facts" / f"{name}.sql").read_text(encoding="utf-8")
        text = text.replace("{day}", f"DATE '{self.day.isoformat()}'")
        text = text.replace("{moment}", f"TIMESTAMPTZ '{self.moment.astimezone(UTC).isoformat()}'")
        text = text.replace("{this_company}", self._only("id"))
        for prefix in ("", "a.", "c.", "d.", "i.", "l.", "p."):
            text = text.replace(f"{{{prefix}company}}", self._only(f"{prefix}company_id"))
        return text

    def _only(self, column: str) -> str:
        return "TRUE" if self.company_id is None else f"{column} = {int(self.company_id)}"


@contextmanager
def open_source() -> Iterator[Source]:
    """A source whose answers all speak of the same moment."""
    if connection.in_atomic_block:
        yield OpenTransaction()
        return
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(_address()) as own, own.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield OwnConnection(cursor)


@dataclass(frozen=True, slots=True)
class OwnConnection:
    """A connection of the run's own, in one read-only transaction."""

    cursor: Any

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        self.cursor.execute(sql)
        yield from self.cursor.fetch_record_batch()


@dataclass(frozen=True, slots=True)
class OpenTransaction:
    """The caller's own transaction, with what it has not committed yet."""

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql)
            names: list[str] = []
            while rows := cursor.fetchmany(ROWS):
                names = names or [column.name for column in cursor.description]
                yield _batch(names, rows)


def rows_of(source: Source, sql: str) -> list[dict[str, Any]]:
    """A small answer, as dictionaries."""
    return [row for batch in source.batches(sql) for row in batch.to_pylist()]


def _batch(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = [pa.array(values) for values in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=list(names))


def _address() -> str:
    """Django's own database, as libpq reads it."""
    known = connections[DEFAULT_DB_ALIAS].settings_dict
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    facts = {name: str(known[key]) for name, key in named.items() if known.get(key)}
    options = {name: value for name, value in known.get("OPTIONS", {}).items() if isinstance(value, str)}
    return make_conninfo(**facts, **options)
