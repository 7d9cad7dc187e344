"""A whole Trueup in a process of its own, as a person would start it: for journeys and real agents."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import trueup

SOURCE = Path(trueup.__file__).parents[1]
PATIENCE_SECONDS = 60


def wait_until(happened: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.1)


def descendants(pid: int) -> list[int]:
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if "postgres" not in Path(f"/proc/{child}/cmdline").read_text():
            found += [int(child), *descendants(int(child))]
    return found


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


class Served:
    """A running `trueup serve` on a home and a port of its own."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.home = folder / "home"
        self.log = folder / "serve.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            bind = f"127.0.0.1:{free.getsockname()[1]}"
        self.address = f"http://{bind}"
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("TRUEUP_", "DATABASE_URL"))}
        self.environ = kept | {
            "TRUEUP_HOME": str(self.home),
            "TRUEUP_BIND": bind,
            "TRUEUP_API_REQUESTS_PER_MINUTE": "0",
            "PYTHONPATH": str(SOURCE),
            "PYTHONUNBUFFERED": "1",
        }
        self.words = words
        self.start()

    def start(self) -> None:
        """Start it, for the first time or again."""
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "trueup", "serve", *self.words],
                env=self.environ,
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self, seconds: float = PATIENCE_SECONDS) -> None:
        wait_until(
            lambda: "Trueup is ready at" in self.log.read_text() or self.process.poll() is not None, seconds
        )
        assert self.process.poll() is None, self.log.read_text()

    def command(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "trueup", *words],
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kill(self) -> None:
        """Kill -9 of everything: first the supervisor, so that it mends nothing, the database, whoever was answering."""
        children = descendants(self.process.pid)
        postmaster = next(self.home.glob("postgres-*/postmaster.pid")).read_text().splitlines()[0]
        for pid in (self.process.pid, int(postmaster), *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        wait_until(lambda: not any(alive(pid) for pid in children))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)


@contextmanager
def served(*words: str, patience: float = PATIENCE_SECONDS) -> Iterator[Served]:
    """A product that is ready, in a folder the database's own account may walk through; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="trueup-"))
    folder.chmod(0o755)
    product = Served(folder, *words)
    try:
        product.wait_until_ready(patience)
        yield product
    finally:
        product.stop()
        shutil.rmtree(folder, ignore_errors=True)
