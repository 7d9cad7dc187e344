"""Homes for real servers. They lie under the machine's temporary folder itself, because as root the database runs
under another account, which may not walk through pytest's private folders."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trueup.project.embedded import Server


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="trueup-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def home(folder: Path) -> Path:
    return folder / "home"


@pytest.fixture
def server_on(home: Path) -> Iterator[Callable[[], Server]]:
    """Another share in the one server of `home`; all shares are given back at the end."""
    shares: list[Server] = []

    def take() -> Server:
        share = Server(home)
        share.start()
        shares.append(share)
        return share

    yield take
    for share in shares:
        share.stop()


@pytest.fixture
def environ(home: Path) -> dict[str, str]:
    """What a person's shell holds, with a home of its own and no other settings of Trueup."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TRUEUP_", "DATABASE_URL"))
    }
    return kept | {"TRUEUP_HOME": str(home)}
