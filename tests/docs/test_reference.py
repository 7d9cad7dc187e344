"""The reference says what the code says, and leaves nothing undescribed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.docs.pages import ROOT
from trueup.cli.reference.markdown import Sheet, prose, sheet, table
from trueup.cli.reference.pages import make_sheets, troubles, write_sheets
from trueup.cli.reference.raising import problems_raised


def test_the_reference_is_what_the_code_says() -> None:
    assert list(troubles(make_sheets())) == []


def test_check_refuses_a_page_that_differs_and_a_thing_without_description(tmp_path: Path) -> None:
    made = [Sheet("reference/x.md", "# X\n", ("setting X has no meaning",))]
    assert len(list(troubles(made, tmp_path))) == 2

    assert write_sheets(made, tmp_path) == ["reference/x.md"]
    assert write_sheets(made, tmp_path) == []
    assert list(troubles(made, tmp_path)) == ["setting X has no meaning"]


def test_the_command_needs_no_database(tmp_path: Path) -> None:
    environment = {**os.environ, "TRUEUP_HOME": str(tmp_path / "home"), "DATABASE_URL": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)  # the suite's own; people have none
    done = subprocess.run(
        [sys.executable, "-m", "trueup", "docs", "check"],
        cwd=ROOT / "src", env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "home").exists()


def test_refusals_are_followed_through_calls() -> None:
    raised = problems_raised({"NotEnoughUnits", "StillHolds"})

    assert "NotEnoughUnits" in raised["trueup.api.assignments", "post_assignment"]
    assert "NotEnoughUnits" not in raised["trueup.api.licences", "post_retire"]


def test_a_table_survives_bars_and_line_breaks() -> None:
    assert table(("a",), [("x|y\nz",)]).splitlines()[-1] == "| x\\|y z |"
    assert prose("Take ``this``\nand :func:`that`.\n\nMore.") == "Take `this` and `that`."
    assert sheet("p.md", "P", ["", "one"]).text.endswith("\n\none\n")
