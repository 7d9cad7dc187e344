"""The estate's SQL on a Spark cluster, for facts that outgrow one machine: the same text over the same Parquet files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from estate.engines import plain_name
from estate.problems import EstateProblem

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SCHEME = "spark://"
OPTIONS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.useLargeVarTypes": "false",
}


class NoSpark(EstateProblem):
    """A cluster is asked for and pyspark or Java is not here, or nothing answers there."""


class SparkEngine:
    """A session on a cluster. Its workers must see the frozen files under the same path as this machine.

    Args:
        address: of the cluster's master, as ``spark://host:7077``.
        options: further settings of the session, by Spark's own names.
    """

    def __init__(self, address: str, *, options: Mapping[str, str] | None = None) -> None:
        try:
            from pyspark.sql import SparkSession
        except ImportError as missing:
            raise NoSpark(
                f"{address} is to count, and pyspark is not installed: python -m pip install pyspark"
            ) from missing
        builder = SparkSession.builder.master(address).appName("trueup")
        for name, value in (OPTIONS | dict(options or {})).items():
            builder = builder.config(name, value)
        try:
            self._session: Any = builder.getOrCreate()
        except Exception as wrong:  # Java's own words, whatever they are
            raise NoSpark(f"{address} does not answer as a Spark cluster: {wrong}") from wrong
        self._session.sparkContext.setLogLevel("ERROR")

    def register(self, files: Mapping[str, Path]) -> None:
        for name, path in files.items():
            self._session.read.parquet(str(path.resolve())).createOrReplaceTempView(plain_name(name))

    def define(self, name: str, sql: str) -> None:
        self._session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {plain_name(name)} AS {sql}")

    def query(self, sql: str) -> pa.Table:
        found: DataFrame = self._session.sql(sql)
        return found.toArrow()

    def stream(self, sql: str, *, rows: int = 65_536) -> Iterator[pa.RecordBatch]:
        """Partition by partition: never the whole answer at once."""
        found: DataFrame = self._session.sql(sql)
        waiting: list[dict[str, Any]] = []
        schema = found.limit(0).toArrow().schema
        for row in found.toLocalIterator():
            waiting.append(row.asDict())
            if len(waiting) == rows:
                yield pa.RecordBatch.from_pylist(waiting, schema=schema)
                waiting = []
        if waiting:
            yield pa.RecordBatch.from_pylist(waiting, schema=schema)

    def close(self) -> None:
        self._session.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
