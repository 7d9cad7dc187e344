"""Starts, watches and stops one PostgreSQL server process on one data folder."""

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

from trueup.project.embedded.account import Account
from trueup.project.embedded.address import NAME, OWNER, Address
from trueup.project.embedded.binaries import Binaries
from trueup.project.embedded.cluster import PLAIN_ENVIRONMENT
from trueup.project.embedded.problems import DatabaseDidNotStart

PAUSE_SECONDS = 0.01
START_SECONDS = 300  # a large database may have much to recover; we wait as long as the process lives
LEFTOVERS_SECONDS = 15  # a killed server's sessions need a moment to notice and go
STOP_SECONDS = 60
LAST_WORDS_BYTES = 2000
LEFTOVERS = ("pre-existing shared memory block", "lock file")

DURABLE = (
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "logging_collector=on",
    "log_filename=postgres-%a.log",
    "log_truncate_on_rotation=on",
    "log_rotation_age=1d",
    "autovacuum_naptime=10s",  # after an import, plans need statistics before a minute is over
)
FORGETFUL = (  # for tests: nothing here outlives the session
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "max_connections=200",
)


@dataclass(frozen=True, slots=True)
class Postmaster:
    """One server: where its files, programs and socket are, and under which account it runs."""

    data: Path
    log: Path
    account: Account
    binaries: Binaries
    address: Address
    durable: bool = True

    def pid(self) -> int | None:
        """The process named by postmaster.pid, if it is alive; a dead child of ours is laid to rest."""
        pid = self._written_pid()
        if pid is None:
            return None
        return pid if _exists(pid) else None

    def answers(self) -> pq.Ping:
        """Whether a server answers on the socket."""
        owner = make_conninfo(host=self.address.host, port=self.address.port, user=OWNER, dbname=OWNER)
        return pq.Ping(pq.PGconn.ping(owner.encode()))

    def start(self) -> None:
        """Have a server that answers; one that still runs is adopted."""
        deadline = time.monotonic() + LEFTOVERS_SECONDS
        while not self._start_once():
            if time.monotonic() > deadline:
                raise DatabaseDidNotStart(self._why())
            time.sleep(PAUSE_SECONDS * 10)
        self._make_database()

    def stop(self) -> None:
        """End every session and stop; returns when the process is gone."""
        pid = self.pid()
        if pid is None or self.answers() == pq.Ping.NO_RESPONSE:
            return
        os.kill(pid, signal.SIGINT if self.durable else signal.SIGQUIT)
        if not _wait_gone(pid, STOP_SECONDS):
            os.kill(pid, signal.SIGQUIT)
            _wait_gone(pid, STOP_SECONDS)

    def _start_once(self) -> bool:
        if self.answers() != pq.Ping.NO_RESPONSE:
            return self._wait_until_ready(None)
        self._drop_foreign_pid_file()
        process = self._launch()
        if self._wait_until_ready(process):
            process.returncode = 0  # from here on it is known by its pid alone, and outlives this object
            return True
        if not any(words in self._last_words() for words in LEFTOVERS):
            raise DatabaseDidNotStart(self._why())
        return False

    def _launch(self) -> subprocess.Popen[bytes]:
        with self._start_log.open("wb") as log:
            try:
                return subprocess.Popen(  # noqa: S603 - our own binaries and words
                    self._command(),
                    cwd="/",
                    env=PLAIN_ENVIRONMENT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    umask=0o077,
                    start_new_session=True,  # Ctrl-C at the terminal is for Trueup, which then stops us in order
                    **self.account.process_options(),
                )
            except OSError as error:
                raise DatabaseDidNotStart(
                    f"PostgreSQL can't run as account {self.account.uid}: {error}."
                ) from error

    def _command(self) -> list[str]:
        options = [
            "listen_addresses=",
            'unix_socket_directories="{}"'.format(self.address.host.replace('"', '""')),
            "unix_socket_permissions=0700",
            f"port={self.address.port}",
            f"log_directory={self.log}",
            "log_line_prefix=%m [%p] %q%u@%d ",
            *(DURABLE if self.durable else FORGETFUL),
        ]
        words = [self.binaries.program("postgres"), "-D", str(self.data)]
        return words + [word for option in options for word in ("-c", option)]

    def _wait_until_ready(self, process: subprocess.Popen[bytes] | None) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            answer = self.answers()
            if answer == pq.Ping.OK:
                return True
            if process is not None and process.poll() is not None:
                return False
            if process is None and answer == pq.Ping.NO_RESPONSE:
                return False
            time.sleep(PAUSE_SECONDS)
        raise DatabaseDidNotStart(f"PostgreSQL did not answer for {START_SECONDS} s. {self._why()}")

    def _make_database(self) -> None:
        """The application's role and database; the role owns its database and is no superuser."""
        owner = replace(self.address, user=OWNER, dbname=OWNER)
        with psycopg.connect(**owner.conninfo(), autocommit=True) as connection:
            name = sql.Identifier(NAME)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(name))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))

    def _drop_foreign_pid_file(self) -> None:
        """After a restart of the machine the old number may be another program's; PostgreSQL would then refuse."""
        pid = self._written_pid()
        command_line = Path(f"/proc/{pid}/cmdline")
        if pid is not None and command_line.exists() and b"postgres" not in command_line.read_bytes():
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _written_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    @property
    def _start_log(self) -> Path:
        return self.log / "start.log"

    def _last_words(self) -> str:
        try:
            return self._start_log.read_bytes()[-LAST_WORDS_BYTES:].decode(errors="replace").strip()
        except FileNotFoundError:
            return ""

    def _why(self) -> str:
        return f"PostgreSQL did not start on {self.data}. Its last words ({self._start_log}):\n{self._last_words()}"


def _exists(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):  # somebody else's child needs no burial by us
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _wait_gone(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while _exists(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True
