"""The embedded server: made once, shared, private, and alive again after anything short of a fire."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

import trueup
from trueup.project.embedded import AlreadyServing, FolderClosed, Server, running, serving_alone, serving_pid

ServerOn = Callable[[], Server]
NOBODY = 65534
SOURCE = Path(trueup.__file__).parents[1]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="speaks of what root does")

HOLDS_A_SHARE = """
import sys, time, pathlib
from trueup.project.embedded import Server
Server(pathlib.Path(sys.argv[1])).start()
print("up", flush=True)
time.sleep(60)
"""
ADDS_A_ROW = """
import sys, pathlib, psycopg
from trueup.project.embedded import running
with running(pathlib.Path(sys.argv[1])) as address, psycopg.connect(**address.conninfo()) as connection:
    connection.execute("SELECT pg_advisory_xact_lock(1)")
    connection.execute("CREATE TABLE IF NOT EXISTS seen (whom text)")
    connection.execute("INSERT INTO seen VALUES (%s)", [sys.argv[2]])
    print(connection.execute("SELECT count(*) FROM seen").fetchone()[0])
"""


def ask(server: Server, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(**server.address.conninfo(), autocommit=True) as connection:
        found = connection.execute(statement)
        return list(found.fetchall()) if found.description else []


def postmaster(home: Path) -> int:
    return int(next(home.glob("postgres-*/postmaster.pid")).read_text().splitlines()[0])


def is_up(server: Server) -> bool:
    try:
        ask(server, "SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def test_what_was_stored_is_there_after_a_restart(server_on: ServerOn) -> None:
    server = server_on()
    ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    assert not is_up(server)
    server.start()
    assert ask(server, "SELECT answer FROM kept") == [(42,)]


def test_the_database_is_made_as_we_want_it(server_on: ServerOn) -> None:
    server = server_on()
    wanted = {"data_checksums": "on", "fsync": "on", "listen_addresses": "", "server_encoding": "UTF8"}
    for name, value in wanted.items():
        assert ask(server, f"SELECT current_setting('{name}')") == [(value,)]
    locale = "SELECT datlocprovider::text, datlocale FROM pg_database WHERE datname = current_database()"
    assert ask(server, locale) == [("b", "C.UTF-8")]
    for extension in ("pg_trgm", "citext", "btree_gist"):
        ask(server, f"CREATE EXTENSION {extension}")


def test_the_application_is_no_superuser(server_on: ServerOn) -> None:
    assert ask(server_on(), "SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user") == [
        (False, False)
    ]


def test_nobody_else_can_reach_socket_or_files(server_on: ServerOn, home: Path) -> None:
    server_on()
    for folder in (home / "run", home / "log", next(home.glob("postgres-*"))):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not home.stat().st_mode & (stat.S_IRWXO | stat.S_IRGRP | stat.S_IWGRP)


def test_the_last_one_out_stops_the_server(server_on: ServerOn) -> None:
    first, second = server_on(), server_on()
    first.stop()
    assert is_up(second)
    second.stop()
    assert not is_up(second)


def test_a_home_with_a_very_long_path_works(folder: Path) -> None:
    with running(folder / ("long" * 30)) as address:
        assert len(address.host) < 80
        psycopg.connect(**address.conninfo()).close()


def test_acknowledged_rows_survive_the_death_of_the_database(server_on: ServerOn, home: Path) -> None:
    server = server_on()
    ask(server, "CREATE TABLE kept (n int)")
    with psycopg.connect(**server.address.conninfo(), autocommit=True) as connection:
        for number in range(50):
            connection.execute("INSERT INTO kept VALUES (%s)", [number])
        os.kill(postmaster(home), signal.SIGKILL)
        wait_until(lambda: not server.is_alive())
    server.revive()
    assert ask(server, "SELECT count(*) FROM kept") == [(50,)]


def test_the_server_of_a_killed_process_is_adopted(server_on: ServerOn, home: Path) -> None:
    environ = os.environ | {"PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-c", HOLDS_A_SHARE, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "up\n"
        pid = postmaster(home)
        holder.kill()
    server = server_on()
    assert postmaster(home) == pid
    server.stop()
    assert not is_up(server)


def test_a_stale_number_of_another_program_is_seen_through(server_on: ServerOn, home: Path) -> None:
    server = server_on()
    pid = postmaster(home)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not server.is_alive())
    pid_file = next(home.glob("postgres-*/postmaster.pid"))
    pid_file.write_text(pid_file.read_text().replace(str(pid), str(os.getpid()), 1))
    server.revive()
    assert is_up(server)


def test_many_at_once_make_one_database(home: Path) -> None:
    environ = os.environ | {"PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-c", ADDS_A_ROW, str(home)]
    processes = [
        subprocess.Popen([*command, f"process {n}"], env=environ, stdout=subprocess.DEVNULL) for n in range(4)
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    with running(home) as address, psycopg.connect(**address.conninfo()) as connection:
        assert connection.execute("SELECT count(*) FROM seen").fetchone() == (4,)


def test_a_second_server_is_refused_by_name(home: Path) -> None:
    assert serving_pid(home) == ""
    with serving_alone(home):
        assert serving_pid(home) == str(os.getpid())
        with (
            pytest.raises(AlreadyServing, match=f"process {os.getpid()}.*{home}.*TRUEUP_HOME"),
            serving_alone(home),
        ):
            pytest.fail("a second server came in")
    with serving_alone(home):
        pass


@as_root
def test_root_never_opens_a_folder_that_is_not_trueups(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(FolderClosed, match=r"may not enter .*/closed .*TRUEUP_HOME"):
        Server(closed / "home").start()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert not (closed / "home").exists()


@as_root
def test_root_never_opens_a_home_with_other_peoples_files(folder: Path) -> None:
    folder.chmod(0o700)
    (folder / "letters.txt").write_text("Dear Bob")
    with pytest.raises(FolderClosed):
        Server(folder).start()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@as_root
def test_the_database_does_not_run_as_root(server_on: ServerOn, home: Path) -> None:
    server_on()
    assert Path(f"/proc/{postmaster(home)}").stat().st_uid != 0


@as_root
def test_an_ordinary_user_has_a_server_and_root_may_use_it(folder: Path) -> None:
    python = ordinary_python()
    home = folder / "ordinary"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    for number in ("1", "2"):
        assert run_as_nobody(python, ADDS_A_ROW, str(home), "nobody").stdout == f"{number}\n"
    with running(home) as address, psycopg.connect(**address.conninfo()) as connection:
        assert Path(f"/proc/{postmaster(home)}").stat().st_uid == NOBODY
        assert connection.execute("SELECT count(*) FROM seen").fetchone() == (2,)


def ordinary_python() -> str:
    """An interpreter an ordinary user may run: ours may lie in root's own folder."""
    for python in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
        try:
            if run_as_nobody(python, "import psycopg").returncode == 0:
                return python
        except PermissionError:
            continue
    pytest.skip("no interpreter an ordinary user may run")


def run_as_nobody(python: str, *words: str) -> subprocess.CompletedProcess[str]:
    path = f"{SOURCE}:{sysconfig.get_path('purelib')}"
    return subprocess.run(
        [python, "-c", *words],
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": path, "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def wait_until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
