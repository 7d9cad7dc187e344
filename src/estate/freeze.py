"""Freezes fact tables: immutable Parquet and a manifest of hashes, the evidence behind a run.

The same rows give the same bytes, whatever the size of the batches they arrive in. Batches are
streamed: memory is bounded by one row group of each open table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from estate.facts import TABLES, FactTable
from estate.problems import EstateProblem

MANIFEST = "manifest.json"
MANIFEST_VERSION = 1
ROW_GROUP = 262_144


class UnsortedRows(EstateProblem):
    """Streamed rows did not arrive in strictly ascending order of the table's key."""


class NotFrozen(EstateProblem):
    """The folder holds no manifest: the freeze was never finished."""


class Tampered(EstateProblem):
    """Frozen facts differ from their manifest; the numbers counted from them prove nothing."""

    def __init__(self, folder: Path, differences: Iterable[str]) -> None:
        self.differences = tuple(differences)
        super().__init__(f"Frozen facts in {folder.name} were changed: {'; '.join(self.differences)}")


@dataclass(frozen=True, slots=True)
class FrozenTable:
    """One frozen file: rows, bytes and SHA-256 as lower-case hex."""

    name: str
    rows: int
    bytes: int
    sha256: str
    schema_version: int

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "schema_version": self.schema_version,
        }


@dataclass(frozen=True, slots=True)
class Frozen:
    """A finished freeze. `facts_hash` speaks of the rows alone, `manifest_hash` of the moment too.

    `papers` are other files kept as evidence, such as the terms counted with: SHA-256 by path in the folder.
    """

    folder: Path
    taken_at: datetime
    code_version: str
    terms_version: str
    tables: tuple[FrozenTable, ...]
    papers: Mapping[str, str]
    facts_hash: str
    manifest_hash: str

    @property
    def paths(self) -> Mapping[str, Path]:
        """The Parquet file of each table, by the table's name."""
        return {table.name: _file_of(self.folder, table.name) for table in self.tables}


class Freezer:
    """Writes the fact tables of one run into an empty folder, then seals it with a manifest.

    >>> import tempfile; from datetime import UTC; from estate.facts import to_table
    >>> folder = Path(tempfile.mkdtemp()) / "run"
    >>> freezer = Freezer(folder)
    >>> freezer.add("people", to_table("people", [{"person_id": 1, "company_id": 7}]))
    1
    >>> frozen = freezer.seal(taken_at=datetime(2025, 6, 30, tzinfo=UTC), code_version="1", terms_version="1")
    >>> verify(folder) == frozen
    True
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FileExistsError(f"{folder} is not empty: facts are frozen once, into a folder of their own")
        self._folder = folder
        self._rows: dict[str, int] = {}
        self._papers: dict[str, str] = {}

    @property
    def paths(self) -> Mapping[str, Path]:
        """Tables written so far: they may be read before the folder is sealed."""
        return {name: _file_of(self._folder, name) for name in self._rows}

    def add(self, name: str, rows: pa.Table | Iterable[pa.RecordBatch]) -> int:
        """Freeze one table and return its number of rows.

        A `pyarrow.Table` is sorted here; batches are streamed and must arrive in key order.

        Raises:
            KeyError: no such fact table.
            UnsortedRows: streamed rows are out of order, or a key occurs twice.
            ValueError: a column that must be known holds nulls.
            FileExistsError: the table has been frozen already.
        """
        fact = TABLES[name]
        path = _file_of(self._folder, name)
        if path.exists():
            raise FileExistsError(f"{name} is frozen already")
        written = _write(path, fact, _sorted_batches(fact, rows))
        path.chmod(0o444)
        self._rows[name] = written
        return written

    def add_paper(self, path: str, content: bytes) -> None:
        """Keep another file, at a relative path below the folder, as part of the evidence."""
        target = self._folder / path
        if not target.resolve().is_relative_to(self._folder.resolve()):
            raise ValueError(f"{path} lies outside the folder of the facts")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(content)
        target.chmod(0o444)
        self._papers[path] = hashlib.sha256(content).hexdigest()

    def seal(self, *, taken_at: datetime, code_version: str, terms_version: str) -> Frozen:
        """Hash every table and write the manifest; nothing can be added afterwards."""
        if taken_at.tzinfo is None:
            raise ValueError("taken_at needs a time zone")
        tables = {name: _measure(self._folder, name, rows).as_json() for name, rows in self._rows.items()}
        manifest = {
            "manifest_version": MANIFEST_VERSION,
            "taken_at": taken_at.isoformat(),
            "code_version": code_version,
            "terms_version": terms_version,
            "tables": tables,
            "papers": self._papers,
        }
        partial = self._folder / f"{MANIFEST}.partial"
        partial.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        partial.chmod(0o444)
        partial.replace(self._folder / MANIFEST)
        return read_manifest(self._folder)


def read_manifest(folder: Path) -> Frozen:
    """What the manifest says, unchecked; `verify` is the one that looks at the files.

    Raises:
        NotFrozen: there is no manifest.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise NotFrozen(f"{folder.name} holds no {MANIFEST}: its freeze was not finished")
    text = path.read_bytes()
    stated = json.loads(text)
    tables = tuple(FrozenTable(name=name, **facts) for name, facts in sorted(stated["tables"].items()))
    return Frozen(
        folder=folder,
        taken_at=datetime.fromisoformat(stated["taken_at"]),
        code_version=stated["code_version"],
        terms_version=stated["terms_version"],
        tables=tables,
        papers=stated["papers"],
        facts_hash=_facts_hash(tables),
        manifest_hash=hashlib.sha256(text).hexdigest(),
    )


def verify(folder: Path, *, manifest_hash: str | None = None) -> Frozen:
    """Hash every file again and compare with the manifest (and the manifest with `manifest_hash`).

    Raises:
        NotFrozen: there is no manifest.
        Tampered: a file is missing, changed or was added, or the manifest itself was changed.
    """
    frozen = read_manifest(folder)
    differences = list(_differences(frozen))
    if manifest_hash not in {None, frozen.manifest_hash}:
        differences.append(f"{MANIFEST} is not the one recorded with the run")
    if differences:
        raise Tampered(folder, differences)
    return frozen


def _differences(frozen: Frozen) -> Iterator[str]:
    for table in frozen.tables:
        path = _file_of(frozen.folder, table.name)
        if not path.is_file():
            yield f"{path.name} is missing"
        elif _sha256(path) != table.sha256:
            yield f"{path.name} has another content than when it was frozen"
    for name, sha256 in sorted(frozen.papers.items()):
        path = frozen.folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif _sha256(path) != sha256:
            yield f"{name} has another content than when it was frozen"
    strangers = {path.stem for path in frozen.folder.glob("*.parquet")} - {
        table.name for table in frozen.tables
    }
    for name in sorted(strangers):
        yield f"{name}.parquet was added later"


def _write(path: Path, fact: FactTable, batches: Iterable[pa.RecordBatch]) -> int:
    """Row groups of one fixed size, so that the bytes don't depend on how rows arrived."""
    rows = 0
    with pq.ParquetWriter(
        path,
        fact.schema,
        version="2.6",
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
        write_statistics=True,
        data_page_version="2.0",
    ) as writer:
        for group in _row_groups(batches):
            writer.write_table(group, row_group_size=ROW_GROUP)
            rows += group.num_rows
    return rows


def _row_groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        waiting.append(batch)
        count += batch.num_rows
        if count < ROW_GROUP:
            continue
        table = pa.Table.from_batches(waiting)
        whole = count - count % ROW_GROUP
        for start in range(0, whole, ROW_GROUP):
            yield table.slice(start, ROW_GROUP).combine_chunks()
        waiting = table.slice(whole).to_batches()
        count -= whole
    if count:
        yield pa.Table.from_batches(waiting).combine_chunks()


def _sorted_batches(fact: FactTable, rows: pa.Table | Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    if isinstance(rows, pa.Table):
        rows = rows.sort_by([(column, "ascending") for column in fact.key]).to_batches()
    last: int | None = None
    for given in rows:
        batch = _cast(fact, given)
        if batch.num_rows:
            last = _check_order(fact, batch, last)
            yield batch


def _cast(fact: FactTable, batch: pa.RecordBatch) -> pa.RecordBatch:
    batch = batch.select(fact.schema.names)
    for field, column in zip(fact.schema, batch.columns, strict=True):
        if not field.nullable and column.null_count:
            raise ValueError(f"{fact.name}.{field.name} must be known in every row")
    return batch if batch.schema.equals(fact.schema) else batch.cast(fact.schema)


def _check_order(fact: FactTable, batch: pa.RecordBatch, last: int | None) -> int:
    (column,) = fact.key
    keys = batch.column(column)
    ascending = pc.all(pc.greater(keys.slice(1), keys.slice(0, len(keys) - 1))).as_py()
    if ascending is False or (last is not None and keys[0].as_py() <= last):
        raise UnsortedRows(f"{fact.name} must arrive in ascending order of {column}, each once")
    return int(keys[-1].as_py())


def _measure(folder: Path, name: str, rows: int) -> FrozenTable:
    path = _file_of(folder, name)
    return FrozenTable(
        name=name,
        rows=rows,
        bytes=path.stat().st_size,
        sha256=_sha256(path),
        schema_version=TABLES[name].version,
    )


def _facts_hash(tables: Iterable[FrozenTable]) -> str:
    lines = (f"{table.name} {table.schema_version} {table.rows} {table.sha256}\n" for table in tables)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"
