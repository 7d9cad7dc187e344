"""examples/first-steps.sh against a product started from nothing: curl alone gets to a first assignment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.served import served

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.server


def test_the_script_goes_from_nothing_to_a_first_assignment(tmp_path):
    """R-055, R-118, D-048: 24 cores less 10 are 14."""
    command = tmp_path / "trueup"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m trueup "$@"\n')
    command.chmod(0o755)
    with served() as product:
        environ = product.environ | {
            "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        }
        done = subprocess.run(
            ["bash", str(ROOT / "examples" / "first-steps.sh"), product.address],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stdout.strip() == '"purchased":24,"used":10,"free":14'
