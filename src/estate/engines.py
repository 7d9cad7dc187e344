"""What runs the estate's SQL: DuckDB in memory by default; a cluster (spark.py) stands behind the same Protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import duckdb
import pyarrow as pa


class Engine(Protocol):
    """Runs the same plain SQL over the same Parquet files, whatever stands behind it."""

    def register(self, files: Mapping[str, Path]) -> None:
        """Make each Parquet file readable under its name."""

    def define(self, name: str, sql: str) -> None:
        """Create or replace a view."""

    def query(self, sql: str) -> pa.Table:
        """The whole answer; for answers known to be small."""

    def stream(self, sql: str, *, rows: int = 65_536) -> Iterator[pa.RecordBatch]:
        """The answer in batches of at most so many rows."""

    def close(self) -> None:
        """Let go of memory, files and connections."""


class DuckEngine:
    """DuckDB in the caller's process: reads only the registered folders and fetches no extensions.

    Args:
        threads: processor threads used; None takes all.
        memory: as DuckDB writes it (``"2GB"``); None takes its default, four fifths of the machine.
        spill: folder for what does not fit into memory; None forbids spilling.

    >>> with DuckEngine(threads=1) as engine:
    ...     engine.query("SELECT CAST(1 AS BIGINT) AS one").to_pylist()
    [{'one': 1}]
    """

    def __init__(
        self, *, threads: int | None = None, memory: str | None = None, spill: Path | None = None
    ) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": "" if spill is None else str(spill),
            "preserve_insertion_order": False,
        }
        if threads is not None:
            settings["threads"] = threads
        if memory is not None:
            settings["memory_limit"] = memory
        self._connection = duckdb.connect(":memory:", config=settings)

    def register(self, files: Mapping[str, Path]) -> None:
        for name, path in files.items():
            self.define(name, f"SELECT * FROM read_parquet({_quoted(path)})")

    def define(self, name: str, sql: str) -> None:
        self._connection.execute(f"CREATE OR REPLACE TEMPORARY VIEW {plain_name(name)} AS {sql}")

    def query(self, sql: str) -> pa.Table:
        return self._connection.sql(sql).to_arrow_table()

    def stream(self, sql: str, *, rows: int = 65_536) -> Iterator[pa.RecordBatch]:
        yield from self._connection.sql(sql).to_arrow_reader(rows)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def plain_name(name: str) -> str:
    """A view's name, refused unless it is a plain word."""
    if not (name.isascii() and name.isidentifier()):
        raise ValueError(f"{name!r} can't be the name of a view")
    return name
