"""What can go wrong between Trueup and its database: each says what, where, and the way out."""

from pathlib import Path
from typing import ClassVar

from trueup.base.problems import Problem


class DatabaseProblem(Problem):
    """The database can't be used as things stand; the text is meant for the person at the terminal."""

    status: ClassVar[int] = 503
    title: ClassVar[str] = "The database is not available"
    exit_code: ClassVar[int] = 1


class AlreadyServing(DatabaseProblem):
    """A second `trueup serve` on a folder that has one."""

    title = "Trueup is running already"
    exit_code = 3

    def __init__(self, home: Path, pid: str) -> None:
        super().__init__(
            f"Another `trueup serve` (process {pid or 'unknown'}) already serves {home}. "
            f"Stop it first (kill {pid or '<its process>'}), or give this one a folder of its own with TRUEUP_HOME."
        )


class FolderClosed(DatabaseProblem):
    """The account PostgreSQL runs under can't reach a folder."""

    def __init__(self, *, folder: Path, wanted: Path, uid: int) -> None:
        super().__init__(
            f"As root, Trueup runs PostgreSQL under the unprivileged account {uid}, which may not enter {folder} "
            f"on its way to {wanted}. Trueup never opens folders that are not its own: set TRUEUP_HOME to a folder "
            "that everybody may walk to (/var/lib/trueup is the default), or run Trueup as an ordinary user."
        )


class DatabaseDidNotStart(DatabaseProblem):
    """PostgreSQL went away, or never answered; its last words are in the text."""
