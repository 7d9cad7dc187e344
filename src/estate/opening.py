"""Which engine counts, by the address a setting gives: DuckDB here, or a Spark cluster elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from estate.engines import DuckEngine, Engine
from estate.spark import SCHEME, NoSpark, SparkEngine

HERE = "duckdb"


@contextmanager
def open_engine(
    address: str = HERE, *, threads: int | None = None, memory: str | None = None, spill: Path | None = None
) -> Iterator[Engine]:
    """The engine at an address; ``threads``, ``memory`` and ``spill`` are those of DuckDB.

    >>> with open_engine() as engine:
    ...     engine.query("SELECT CAST(1 AS BIGINT) AS one").to_pylist()
    [{'one': 1}]
    """
    if address == HERE:
        with DuckEngine(threads=threads, memory=memory, spill=spill) as duck:
            yield duck
    elif address.startswith(SCHEME):
        with SparkEngine(address) as spark:
            yield spark
    else:
        raise NoSpark(f"{address!r} is no address of an engine: write {HERE}, or {SCHEME}host:7077")
