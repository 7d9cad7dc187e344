"""DuckDB as the default engine: it reads what it was given, and names are checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from estate import DuckEngine
from tests.estate.small import device, freeze


def test_settings_reach_the_engine(tmp_path: Path) -> None:
    with DuckEngine(threads=1, memory="256MB", spill=tmp_path / "spill") as engine:
        (row,) = engine.query("SELECT current_setting('threads') AS n").to_pylist()
        assert row["n"] == 1


def test_a_folder_with_a_quote_in_its_name_is_read(tmp_path: Path) -> None:
    frozen = freeze(tmp_path / "alice's", {"devices": [device(1)]})
    with DuckEngine() as engine:
        engine.register(frozen.paths)
        assert engine.query("SELECT device_id FROM devices").to_pylist() == [{"device_id": 1}]


def test_a_view_has_a_plain_name() -> None:
    with DuckEngine() as engine, pytest.raises(ValueError, match="can't be the name"):
        engine.define("devices; DROP", "SELECT 1")


def test_a_stream_comes_in_batches() -> None:
    with DuckEngine(threads=1) as engine:
        batches = list(engine.stream("SELECT * FROM range(5000)", rows=2048))
    assert [batch.num_rows for batch in batches] == [2048, 2048, 904]
