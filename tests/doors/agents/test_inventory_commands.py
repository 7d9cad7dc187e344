"""`trueup inventory …` as somebody runs it: files in, a report out, refusals in one line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import trueup

SOURCE = Path(trueup.__file__).parents[1]
SAMPLES = [SOURCE / "trueup/connectors" / name / "samples" for name in ("glpi", "fusioninventory", "ocs")]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    folder = Path(tempfile.mkdtemp(prefix="trueup-"))
    folder.chmod(0o755)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TRUEUP_", "DATABASE_URL"))
    }
    environ = kept | {"TRUEUP_HOME": str(folder / "home"), "PYTHONPATH": str(SOURCE)}

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "trueup", *words], env=environ, capture_output=True, text=True, check=False
        )

    command("migrate")
    command("company", "create", "Acme")
    yield command
    shutil.rmtree(folder, ignore_errors=True)


def test_files_in_and_a_report_out(run: Run, tmp_path: Path) -> None:
    """D-090, R-001: the samples of three agents become devices and titles; what is no inventory is named."""
    (tmp_path / "notes.txt").write_text("not an inventory")
    done = run("inventory", "import", *map(str, SAMPLES), str(tmp_path), "--company", "Acme")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "5 imported, 1 refused.\n"
    assert "notes.txt" in done.stderr
    again = run("inventory", "import", *map(str, SAMPLES), "--company", "Acme", "--json")
    assert sum(outcome["opened"] for outcome in json.loads(again.stdout)) == 0
    report = json.loads(run("inventory", "report", "--company", "Acme", "--json").stdout)
    assert (report["devices"], report["devices_unknown"]) == (4, 1)
    assert report["by_status"]["recognised"] == 2
    assert (
        "4 devices, 1 of them without a software list"
        in run("inventory", "report", "--company", "Acme").stdout
    )
    assert "canary" not in json.dumps(report).casefold()


def test_a_wrong_company_or_only_unreadable_files_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not an inventory")
    unknown = run("inventory", "import", str(tmp_path), "--company", "Globex")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)
    assert "Known: Acme" in unknown.stderr
    unreadable = run("inventory", "import", str(tmp_path), "--company", "Acme")
    assert (unreadable.returncode, unreadable.stdout) == (1, "0 imported, 1 refused.\n")
