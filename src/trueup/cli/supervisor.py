"""Runs the parts of Trueup as child processes: starts them, restarts what dies, stops all in order.

The parent loads Django once and forks, so a part is there within milliseconds and shares the parent's memory.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn, Protocol

import click

from trueup.cli.leash import follow_parent

TICK_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0  # a part that ran this long starts with a clean record
STOP_SECONDS = 20.0
GIVE_UP_AFTER = 5  # deaths in a row before the part was ever steady


class Revivable(Protocol):
    """The embedded database, as far as the supervisor is concerned."""

    def is_alive(self) -> bool: ...

    def revive(self) -> None: ...


@dataclass(slots=True)
class Part:
    """A child process and how it has fared."""

    name: str
    body: Callable[[], None]
    once: bool = False  # a job with an end: left alone afterwards, however it ended
    holds_sessions: bool = False  # keeps long sessions with the database, so it starts anew when that died
    pid: int | None = None
    deaths: int = 0
    started_at: float = 0.0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        """Fork; the child runs the body and never returns."""
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self.started_at = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            _be_child(parent, self.body)

    def has_died(self) -> bool:
        """Whether it ended since we last looked; notes when it may be started again."""
        if self.pid is None or os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            return False
        self.pid = None
        now = time.monotonic()
        self.deaths = 1 if now - self.started_at > STEADY_SECONDS else self.deaths + 1
        self.not_before = now + min(FIRST_PAUSE_SECONDS * 2 ** (self.deaths - 1), LONGEST_PAUSE_SECONDS)
        return True

    def start_anew(self) -> None:
        """End it at once and start it again; not counted as a death of its own."""
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.start()

    def tell(self, number: signal.Signals) -> None:
        if self.pid is not None:
            os.kill(self.pid, number)


class PartKeepsDying(click.ClickException):
    """A part died again and again; its own words stand above on the terminal."""

    exit_code = 1


class Supervisor:
    """Keeps parts (and the embedded database, if it is ours) alive until told to stop."""

    def __init__(self, parts: Sequence[Part], *, database: Revivable | None) -> None:
        self.parts = parts
        self.database = database
        self.stopping = False

    def run(self, when_started: Callable[[], bool], then: Callable[[], None]) -> None:
        """Start everything, call `then` once `when_started` is true, and stay until SIGTERM or SIGINT."""
        self._listen()
        try:
            for part in self.parts:
                part.start()
            announced = False
            while not self.stopping:
                self._look_after()
                if not announced and when_started():
                    announced = True
                    then()
                time.sleep(TICK_SECONDS if announced else TICK_SECONDS / 5)
        finally:
            self._stop_parts()

    def _look_after(self) -> None:
        if self.database is not None and not self.database.is_alive():
            click.echo("The database died; it is being started again.", err=True)
            self.database.revive()
            for part in self.parts:
                if part.holds_sessions:
                    part.start_anew()
        for part in self.parts:
            self._look_after_part(part)

    def _look_after_part(self, part: Part) -> None:
        if part.once:
            part.has_died()
            return
        if part.has_died():
            if part.deaths >= GIVE_UP_AFTER:
                raise PartKeepsDying(
                    f"The {part.name} died {part.deaths} times in a row; see its words above."
                )
            click.echo(f"The {part.name} died; it is being started again.", err=True)
        if part.pid is None and time.monotonic() >= part.not_before:
            part.start()

    def _listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _stop_parts(self) -> None:
        click.echo("Trueup is stopping.")
        for part in self.parts:
            part.tell(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(not _gone(part) for part in self.parts):
            if time.monotonic() > deadline:
                for part in self.parts:
                    part.tell(signal.SIGKILL)
            time.sleep(TICK_SECONDS / 5)


def _gone(part: Part) -> bool:
    return part.pid is None or part.has_died()


def _be_child(parent: int, body: Callable[[], None]) -> NoReturn:
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()  # Ctrl-C is for the parent, which stops us in order
        follow_parent(parent)
        body()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - a forked child must never run on into the parent's code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
