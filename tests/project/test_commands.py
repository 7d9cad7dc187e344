"""The command line by itself: quick, honest about what is wrong, the same however it is called."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

import trueup
from trueup.cli import COMMANDS
from trueup.cli import trueup as group

SOURCE = Path(trueup.__file__).parents[1]


def run(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trueup", *words],
        env=environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_version_is_told_at_once_and_loads_nothing_heavy(environ: dict[str, str]) -> None:
    started = time.monotonic()
    done = run(environ, "version")
    assert done.stdout == f"Trueup {trueup.__version__}\n"
    assert time.monotonic() - started < 1.5  # 0.13 s on an idle machine; tests share theirs
    loaded = "import sys, trueup.cli, trueup.cli.version; print({'django', 'psycopg'} & set(sys.modules))"
    said = subprocess.check_output([sys.executable, "-c", loaded], env=environ | {"PYTHONPATH": str(SOURCE)})
    assert said == b"set()\n"


def test_the_version_is_that_of_the_package() -> None:
    declared = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text())["project"]["version"]
    assert declared == trueup.__version__


def test_help_lists_every_command_and_loads_none(environ: dict[str, str]) -> None:
    said = run(environ, "--help").stdout
    assert all(f"  {name} " in said for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_can_be_loaded(name: str) -> None:
    command = group.get_command(group.make_context("trueup", ["version"]), name)
    assert command is not None
    assert command.help


def test_an_unknown_command_is_wrong_use(environ: dict[str, str]) -> None:
    assert run(environ, "sevre").returncode == 2


def test_a_misspelt_setting_stops_a_command_with_one_sentence(environ: dict[str, str]) -> None:
    done = run(environ | {"TRUEUP_HOTS": "x"}, "migrate")
    assert done.returncode == 1
    assert done.stderr == (
        "trueup: TRUEUP_HOTS is not a setting of Trueup. Did you mean TRUEUP_HOSTS? "
        "All settings: docs/reference/settings.md.\n"
    )


def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(environ: dict[str, str], home: Path) -> None:
    home.mkdir()
    (home / ".trueup").touch()
    (home / "secret.key").write_text("open to all")
    (home / "secret.key").chmod(0o644)
    done = run(environ, "doctor", "--json")
    found = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 1
    assert found["signing key"]["mend"] == f"chmod 600 {home}/secret.key"
    assert found["form"]["state"] == "wrong"
    assert "trueup migrate" in found["form"]["mend"]
    assert found["database"]["state"] == "well"


def test_the_doctor_finds_a_server_that_does_not_answer(environ: dict[str, str]) -> None:
    done = run(environ | {"DATABASE_URL": "postgres://ann:s3cr3t@127.0.0.1:1/licences"}, "doctor")
    assert done.returncode == 1
    assert "BAD  database" in done.stdout
    assert "→ See that the server of DATABASE_URL runs" in done.stdout
    assert "s3cr3t" not in done.stdout + done.stderr


def test_a_child_without_its_parent_ends() -> None:
    orphan = f"from trueup.cli.leash import follow_parent; follow_parent({1 << 22}); print('still here')"
    done = subprocess.run(
        [sys.executable, "-c", orphan], env={"PYTHONPATH": str(SOURCE)}, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert done.stdout == b""
