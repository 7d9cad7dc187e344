"""Frozen facts: the same rows give the same bytes, and nothing changes them unnoticed."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from estate import Freezer, Tampered, UnsortedRows, to_table, verify
from estate import freeze as freezing
from estate.freeze import NotFrozen
from tests.estate.small import NOON, OFFICE, device, freeze, installations, person

ESTATE = {
    "devices": [device(1), device(2, name="db1", cores=8)],
    "people": [person(1), person(2)],
    "installations": installations(OFFICE, 1, 2, 2),
}


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    turned = {name: rows[::-1] for name, rows in ESTATE.items()}
    once, again = freeze(tmp_path / "a", ESTATE), freeze(tmp_path / "b", turned)
    assert once.manifest_hash == again.manifest_hash
    assert [table.sha256 for table in once.tables] == [table.sha256 for table in again.tables]


def test_the_size_of_batches_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "ROW_GROUP", 64)
    table = to_table("people", [person(n) for n in range(1000)])
    hashes = set()
    for size in (1, 63, 64, 65, 1000):
        freezer = Freezer(tmp_path / str(size))
        assert freezer.add("people", iter(table.to_batches(max_chunksize=size))) == 1000
        sealed = freezer.seal(taken_at=NOON, code_version="1", terms_version="1")
        hashes.add(sealed.manifest_hash)
    assert len(hashes) == 1
    assert pq.ParquetFile(tmp_path / "1" / "people.parquet").metadata.num_row_groups == 16


def test_another_moment_has_the_same_facts_but_another_manifest(tmp_path: Path) -> None:
    hashes = []
    for name, moment in (("a", NOON), ("b", NOON.replace(hour=13))):
        freezer = Freezer(tmp_path / name)
        freezer.add("people", to_table("people", ESTATE["people"]))
        hashes.append(freezer.seal(taken_at=moment, code_version="1", terms_version="1"))
    assert hashes[0].facts_hash == hashes[1].facts_hash
    assert hashes[0].manifest_hash != hashes[1].manifest_hash


def test_one_changed_value_changes_the_facts_hash(tmp_path: Path) -> None:
    other = {**ESTATE, "devices": [device(1), device(2, name="db1", cores=9)]}
    assert freeze(tmp_path / "a", ESTATE).facts_hash != freeze(tmp_path / "b", other).facts_hash


def test_unknown_comes_back_as_unknown(tmp_path: Path) -> None:
    frozen = freeze(tmp_path, ESTATE)
    assert pq.read_table(frozen.paths["devices"]).column("cores").to_pylist() == [None, 8]


def test_streamed_rows_out_of_order_are_refused(tmp_path: Path) -> None:
    table = to_table("people", [person(2), person(1)])
    with pytest.raises(UnsortedRows):
        Freezer(tmp_path / "within").add("people", table.to_batches())
    with pytest.raises(UnsortedRows):
        Freezer(tmp_path / "between").add("people", table.to_batches(max_chunksize=1))


def test_a_key_may_occur_once(tmp_path: Path) -> None:
    with pytest.raises(UnsortedRows):
        Freezer(tmp_path).add("people", to_table("people", [person(1), person(1)]))


def test_a_column_that_must_be_known_refuses_null(tmp_path: Path) -> None:
    row = person(1)
    row["company_id"] = None
    with pytest.raises(ValueError, match=r"people\.company_id must be known"):
        Freezer(tmp_path).add("people", to_table("people", [row]))


def test_narrower_types_of_a_source_are_accepted(tmp_path: Path) -> None:
    batch = pa.RecordBatch.from_pydict(
        {"person_id": pa.array([1], pa.int32()), "company_id": pa.array([1], pa.int32())}
        | {name: pa.nulls(1) for name in ("department_id", "region_id", "is_active")}
    )
    assert Freezer(tmp_path).add("people", [batch]) == 1


def test_a_stranger_among_the_columns_is_refused() -> None:
    with pytest.raises(KeyError, match="salary"):
        to_table("people", [{**person(1), "salary": 1}])


def test_facts_are_frozen_once(tmp_path: Path) -> None:
    freeze(tmp_path, ESTATE)
    with pytest.raises(FileExistsError, match="frozen once"):
        Freezer(tmp_path)


def test_a_table_is_frozen_once(tmp_path: Path) -> None:
    freezer = Freezer(tmp_path)
    freezer.add("people", to_table("people", []))
    with pytest.raises(FileExistsError, match="frozen already"):
        freezer.add("people", to_table("people", []))


def test_a_moment_without_time_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        Freezer(tmp_path).seal(taken_at=datetime(2025, 6, 30), code_version="1", terms_version="1")  # noqa: DTZ001  # the very mistake


def test_an_unfinished_freeze_is_not_evidence(tmp_path: Path) -> None:
    Freezer(tmp_path).add("people", to_table("people", []))
    with pytest.raises(NotFrozen):
        verify(tmp_path)


def test_untouched_facts_verify(tmp_path: Path) -> None:
    frozen = freeze(tmp_path, ESTATE)
    assert verify(tmp_path, manifest_hash=frozen.manifest_hash) == frozen


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    path = freeze(tmp_path, ESTATE).paths["devices"]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(Tampered, match=r"devices\.parquet has another content") as refusal:
        verify(tmp_path)
    assert len(refusal.value.differences) == 1


def test_a_missing_and_an_added_file_are_noticed(tmp_path: Path) -> None:
    path = freeze(tmp_path, ESTATE).paths["devices"]
    path.rename(tmp_path / "invented.parquet")
    with pytest.raises(Tampered, match=r"devices\.parquet is missing; invented\.parquet was added later"):
        verify(tmp_path)


def test_a_rewritten_manifest_is_noticed_by_whoever_kept_its_hash(tmp_path: Path) -> None:
    frozen = freeze(tmp_path, ESTATE)
    path = tmp_path / "manifest.json"
    stated = json.loads(path.read_text())
    path.chmod(0o644)
    path.write_text(json.dumps(stated | {"terms_version": "kinder"}))
    verify(tmp_path)
    with pytest.raises(Tampered, match="not the one recorded"):
        verify(tmp_path, manifest_hash=frozen.manifest_hash)


def test_papers_are_evidence_too(tmp_path: Path) -> None:
    freezer = Freezer(tmp_path)
    freezer.add_paper("terms/publisher.yaml", b"least: 16")
    freezer.seal(taken_at=NOON, code_version="1", terms_version="1")
    verify(tmp_path)
    paper = tmp_path / "terms" / "publisher.yaml"
    paper.chmod(0o644)
    paper.write_bytes(b"least: 8")
    with pytest.raises(Tampered, match=r"terms/publisher\.yaml has another content"):
        verify(tmp_path)
    paper.unlink()
    with pytest.raises(Tampered, match=r"terms/publisher\.yaml is missing"):
        verify(tmp_path)


def test_a_paper_stays_inside_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="outside"):
        Freezer(tmp_path / "run").add_paper("../elsewhere", b"")
