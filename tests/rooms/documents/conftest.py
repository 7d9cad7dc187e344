"""A store of its own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def store(settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.SCANNER = ""
    return tmp_path / "documents"


@pytest.fixture
def scanner(settings, tmp_path: Path):
    """A scanner that answers as told: 0 clean, 1 infected, 2 broken; it finds the word EICAR by itself."""
    answer = tmp_path / "answer"
    script = tmp_path / "scan it"
    script.write_text(f'#!/bin/sh\ngrep -q EICAR "$2" && exit 1\nexit $(cat "{answer}")\n')
    script.chmod(0o700)
    settings.SCANNER = f"'{script}' --quiet"

    def says(status: int) -> None:
        answer.write_text(str(status))

    says(0)
    return says
