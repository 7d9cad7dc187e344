"""Asking a virus scanner about a file. Which one is a setting; without one, documents say that they were not scanned."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from django.conf import settings

PATIENCE_SECONDS = 120
FOUND_SOMETHING = 1


class Verdict(StrEnum):
    """What a scanner says; *unknown* when it could not be asked."""

    NOT_ASKED = "not asked"
    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"


class Scanner(Protocol):
    """Looks at a file on disk, and never raises."""

    def scan(self, path: Path) -> Verdict:
        """The verdict on one file."""
        ...


class NoScanner:
    """There is none."""

    def scan(self, path: Path) -> Verdict:
        """Nobody was asked."""
        del path
        return Verdict.NOT_ASKED


@dataclass(frozen=True, slots=True)
class CommandScanner:
    """A program that is given the path last and answers by its exit status: 0 clean, 1 infected, else it failed.

    ClamAV's ``clamscan`` and ``clamdscan`` answer so.
    """

    command: tuple[str, ...]

    def scan(self, path: Path) -> Verdict:
        """Run the program; no shell, nothing of the upload but its path among the arguments."""
        try:
            done = subprocess.run(  # noqa: S603 - the command is the administrator's, the path is a hash
                [*self.command, str(path)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PATIENCE_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return Verdict.UNKNOWN
        if done.returncode == 0:
            return Verdict.CLEAN
        return Verdict.INFECTED if done.returncode == FOUND_SOMETHING else Verdict.UNKNOWN


def chosen_scanner() -> Scanner:
    """The scanner this installation uses."""
    command = tuple(shlex.split(settings.SCANNER))
    return CommandScanner(command) if command else NoScanner()
