"""Times freezing and shapes of a made-up estate against a plain full scan of the same Parquet.

Usage: PYTHONPATH=src python -m bench.estate [installations, default 1000000] [threads, default all]

The estate is deterministic: about 25 installations a device, 400 products, one virtual machine in five.
"""

# ruff: noqa: PLR2004 (shares of a made-up estate)

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa

from estate import DuckEngine, Freezer, count_shapes, members_of, over_facts, to_table, verify
from estate.facts import TABLES

T = TypeVar("T")
BATCH = 1_000_000
PER_DEVICE, PRODUCTS, COMPANIES = 25, 400, 4
SHAPES = ("devices", "devices", "devices", "users", "users", "users", "cores", "hosts")


def timed(what: str, work: Callable[[], T], *, against: float | None = None) -> tuple[T, float]:
    started = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    ratio = "" if against is None else f"  {seconds / against:6.1f} × the scan"
    print(f"{what:<44}{seconds:8.2f} s{ratio}")
    return result, seconds


def batch_of(name: str, columns: dict[str, pa.Array]) -> pa.RecordBatch:
    rows = len(next(iter(columns.values())))
    schema = TABLES[name].schema
    arrays = [columns.get(field.name, pa.nulls(rows, field.type)).cast(field.type) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def sparse(values: np.ndarray, unknown: np.ndarray) -> pa.Array:
    return pa.array(values, mask=unknown)


def devices(count: int) -> pa.RecordBatch:
    dice = np.random.default_rng(1)
    ids = np.arange(count)
    virtual = ids % 5 == 4
    unknown = dice.random(count) < 0.03
    return batch_of(
        "devices",
        {
            "device_id": pa.array(ids),
            "company_id": pa.array(ids % COMPANIES),
            "is_virtual": pa.array(virtual),
            "host_id": sparse((ids - 4) // 20 * 20 + ids % COMPANIES, ~virtual | (dice.random(count) < 0.1)),
            "processors": sparse(dice.choice([1, 1, 2, 4], count), virtual | unknown),
            "cores_per_processor": sparse(dice.choice([4, 8, 16, 32], count), virtual | unknown),
            "cores": sparse(dice.choice([2, 4, 8], count), ~virtual),
            "core_count_uncertain": pa.array(dice.random(count) < 0.02),
            "person_id": sparse(dice.integers(0, count, count), dice.random(count) < 0.2),
        },
    )


def people(count: int) -> pa.RecordBatch:
    ids = np.arange(count)
    columns = {"person_id": ids, "company_id": ids % COMPANIES, "is_active": ids % 50 > 0}
    return batch_of("people", {name: pa.array(values) for name, values in columns.items()})


def installations(count: int) -> Iterator[pa.RecordBatch]:
    for start in range(0, count, BATCH):
        dice = np.random.default_rng(start + 2)
        rows = min(BATCH, count - start)
        ids = np.arange(start, start + rows)
        device_ids = ids // PER_DEVICE
        product_ids = (PRODUCTS * dice.random(rows) ** 2).astype(np.int64)
        yield batch_of(
            "installations",
            {
                "installation_id": pa.array(ids),
                "company_id": pa.array(device_ids % COMPANIES),
                "device_id": pa.array(device_ids),
                "title_id": pa.array(product_ids * 7 + ids % 7),
                "product_id": sparse(product_ids, dice.random(rows) < 0.1),
                "edition_id": sparse(product_ids * 10, dice.random(rows) < 0.7),
                "version_id": pa.array(product_ids * 10 + ids % 3),
                "last_seen_on": pa.array((20_000 + ids % 30).astype(np.int32), pa.int32()).cast(pa.date32()),
            },
        )


def questions() -> pa.Table:
    asked = [(company, product) for product in range(PRODUCTS) for company in range(COMPANIES)]
    rows = [
        {
            "question_id": n,
            "company_id": company,
            "product_id": product,
            "metric": "any",
            "shape": SHAPES[product % len(SHAPES)],
            "counts_holders": False,
        }
        for n, (company, product) in enumerate(asked)
    ]
    return to_table("questions", rows)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    threads = int(sys.argv[2]) if len(sys.argv) > 2 else None
    machines = max(1, count // PER_DEVICE)
    print(f"{count:,} installations on {machines:,} devices")
    _, making = timed("make the rows (not ours)", lambda: sum(b.num_rows for b in installations(count)))
    with tempfile.TemporaryDirectory() as place:
        freezer = Freezer(Path(place) / "run")

        def freeze_all() -> None:
            freezer.add("installations", installations(count))
            freezer.add("devices", [devices(machines)])
            freezer.add("people", [people(machines)])
            freezer.add("questions", questions())
            freezer.add("assignments", to_table("assignments", []))
            freezer.add("lines", to_table("lines", []))

        _, freezing = timed("freeze, making included", freeze_all)
        sealed, _ = timed(
            "seal (hash every file)",
            lambda: freezer.seal(
                taken_at=datetime(2025, 6, 30, tzinfo=UTC), code_version="0", terms_version="0"
            ),
        )
        print(
            f"{'freeze alone':<44}{freezing - making:8.2f} s, {sum(t.bytes for t in sealed.tables) / 1e6:,.0f} MB"
        )
        timed("verify", lambda: verify(sealed.folder))
        count_all(sealed.paths, threads)
        print(f"facts {sealed.facts_hash[:16]}")


def count_all(paths: object, threads: int | None) -> None:
    with DuckEngine(threads=threads) as engine:
        over_facts(engine, paths)  # type: ignore[arg-type]  # a mapping of names to paths
        columns = ", ".join(f"COUNT({name}), MAX({name})" for name in TABLES["installations"].schema.names)
        engine.query(f"SELECT {columns} FROM installations")
        _, scan = timed(
            "full scan of the installations", lambda: engine.query(f"SELECT {columns} FROM installations")
        )
        shapes, _ = timed("shapes of all questions", lambda: count_shapes(engine=engine), against=scan)
        subjects = sum(shape.subject_count for shape in shapes)
        print(f"{subjects:,} subjects in {len(shapes):,} shapes")
        first = shapes[0]
        timed(
            f"the {first.subject_count:,} members of one shape",
            lambda: list(members_of(engine=engine, question_id=0, family=first.family, key=first.key)),
            against=scan,
        )


if __name__ == "__main__":
    main()
