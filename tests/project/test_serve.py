"""`trueup serve` as a person meets it: ready, alone, stopped cleanly, back after kill -9 with nothing lost."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

import trueup
from tests.served import alive, descendants
from trueup.cli.first_form import read_first_form
from trueup.project.embedded import running

SOURCE = Path(trueup.__file__).parents[1]
PATIENCE_SECONDS = 60
Serve = Callable[[], "Serving"]

pytestmark = pytest.mark.server


class Serving:
    """A `trueup serve` of its own process, on a free port."""

    def __init__(self, home: Path, environ: dict[str, str]) -> None:
        self.home = home
        self.port = free_port()
        self.environ = environ
        self.log = home.with_name(f"serve-{self.port}.log")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                self._command(), env=environ, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.said("Trueup is ready at") or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()

    def said(self, words: str) -> bool:
        return words in self.log.read_text()

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def children(self) -> list[int]:
        return descendants(self.process.pid)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)

    def _command(self) -> list[str]:
        return [sys.executable, "-u", "-m", "trueup", "serve", "--bind", f"127.0.0.1:{self.port}"]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for all the tests here: the first makes it, the others find it as the one before left it."""
    folder = Path(tempfile.mkdtemp(prefix="trueup-"))
    folder.chmod(0o755)
    yield folder / "home"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def serve(home: Path, environ: dict[str, str]) -> Iterator[Serve]:
    started: list[Serving] = []

    def start() -> Serving:
        started.append(Serving(home, environ | {"PYTHONPATH": str(SOURCE), "PYTHONUNBUFFERED": "1"}))
        return started[-1]

    yield start
    for serving in started:
        if serving.process.poll() is None:
            serving.stop()


def test_serve_from_nothing_to_a_clean_end(serve: Serve, home: Path) -> None:
    serving = serve()
    serving.wait_until_ready()
    assert serving.status("/livez") == 200
    _a_second_one_is_refused(serve, serving)
    _another_command_uses_the_running_database(serving)
    children = serving.children()
    assert len(children) >= 3  # pages, one process that answers them, background work
    assert serving.stop() == 0
    wait_until(lambda: not any(alive(pid) for pid in children))
    assert not list(home.glob("postgres-*/postmaster.pid"))
    assert "Traceback" not in serving.log.read_text()


def _a_second_one_is_refused(serve: Serve, first: Serving) -> None:
    second = serve()
    assert second.process.wait(PATIENCE_SECONDS) == 3
    said = second.log.read_text()
    assert str(first.process.pid) in said
    assert str(first.home) in said
    assert "TRUEUP_HOME" in said
    assert first.status("/livez") == 200


def _another_command_uses_the_running_database(serving: Serving) -> None:
    command = [sys.executable, "-m", "trueup", "migrate", "--check"]
    assert subprocess.run(command, env=serving.environ, check=False).returncode == 0
    assert serving.status("/livez") == 200
    assert list(serving.home.glob("postgres-*/postmaster.pid"))


def test_nothing_acknowledged_is_lost_when_all_is_killed(serve: Serve, home: Path) -> None:
    first = serve()
    first.wait_until_ready()
    with running(home) as address:
        acknowledged = _write_until_killed(address.conninfo(), first)
    children = first.children()
    first.process.kill()
    first.process.wait()
    wait_until(lambda: not any(alive(pid) for pid in children))
    second = serve()
    second.wait_until_ready()
    with running(home) as address, psycopg.connect(**address.conninfo()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() >= (acknowledged,)
    assert acknowledged >= 20


def _write_until_killed(conninfo: dict[str, object], serving: Serving) -> int:
    acknowledged = 0
    with psycopg.connect(**conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        for number in range(20):
            connection.execute("INSERT INTO kept VALUES (%s)", [number])
            acknowledged += 1
        os.kill(serving.process.pid, signal.SIGSTOP)  # so that it can't mend what we break
        os.kill(postmaster(serving.home), signal.SIGKILL)
    return acknowledged


def test_serve_mends_what_dies_under_it(serve: Serve, home: Path) -> None:
    serving = serve()
    serving.wait_until_ready()
    os.kill(postmaster(home), signal.SIGKILL)
    wait_until(lambda: serving.said("The database died"))
    os.kill(answering_process(serving), signal.SIGKILL)
    wait_until(lambda: serving.status("/livez") == 200)
    wait_until(lambda: reachable(home))
    assert serving.stop(signal.SIGINT) == 0


def test_a_database_from_the_script_is_that_of_the_migrations(folder: Path, environ: dict[str, str]) -> None:
    if read_first_form() is None:
        pytest.skip("the script is not made: make run does it")
    from_script, from_migrations = folder / "script", folder / "migrations"
    for home, words in (
        (from_script, ["migrate"]),
        (from_migrations, ["django", "migrate", "--verbosity=0"]),
    ):
        command = [sys.executable, "-m", "trueup", *words]
        subprocess.run(
            command, env=environ | {"PYTHONPATH": str(SOURCE), "TRUEUP_HOME": str(home)}, check=True
        )
    assert form_of(from_script) == form_of(from_migrations)


def test_an_address_in_use_is_said_before_anything_is_started(folder: Path, environ: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        command = [sys.executable, "-m", "trueup", "serve", "--bind", bind]
        done = subprocess.run(
            command,
            env=environ | {"PYTHONPATH": str(SOURCE), "TRUEUP_HOME": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert re.search(rf"can't listen on {bind}: Address already in use.*TRUEUP_BIND", done.stderr)
    assert not list(folder.glob("postgres-*"))


FORM = """
    SELECT table_name, column_name, data_type::text || is_nullable::text || coalesce(column_default, '')
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT conrelid::regclass::text, conname, contype::text
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tablename, indexname, '' FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT tgrelid::regclass::text, tgname, tgtype::text FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT proname, '', prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT extname, '', extversion FROM pg_extension
    UNION ALL SELECT app, name, '' FROM django_migrations
    UNION ALL SELECT app_label, model, '' FROM django_content_type
    UNION ALL SELECT codename, '', name FROM auth_permission
    ORDER BY 1, 2, 3
"""


def form_of(home: Path) -> list[tuple[object, ...]]:
    with running(home) as address, psycopg.connect(**address.conninfo()) as connection:
        return list(connection.execute(FORM).fetchall())


def answering_process(serving: Serving) -> int:
    return next(pid for pid in serving.children() if parent(pid) != serving.process.pid)


def reachable(home: Path) -> bool:
    try:
        with running(home) as address:
            psycopg.connect(**address.conninfo()).close()
    except psycopg.OperationalError:
        return False
    return True


def postmaster(home: Path) -> int:
    return int(next(home.glob("postgres-*/postmaster.pid")).read_text().splitlines()[0])


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def wait_until(is_so: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
