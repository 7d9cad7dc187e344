"""TRUEUP_HOME: the one folder Trueup keeps its things in, and the secrets it makes there itself."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from trueup.project.register import value

ROOTS_HOME = Path("/var/lib/trueup")
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
KEY_BYTES = 64
MARK = ".trueup"


def trueup_home(environ: Mapping[str, str]) -> Path:
    """The folder named by TRUEUP_HOME, else the user's data folder; absolute, perhaps not made yet.

    Root's own folder is closed to the account PostgreSQL runs under, so root's default is /var/lib/trueup.
    """
    named = value("TRUEUP_HOME", environ)
    if named:
        return Path(named).expanduser().absolute()
    data_home = environ.get("XDG_DATA_HOME", "")
    if data_home and Path(data_home).is_absolute():
        return Path(data_home) / "trueup"
    if os.geteuid() == 0:
        return ROOTS_HOME
    return Path.home() / ".local" / "share" / "trueup"


def make_home(home: Path) -> Path:
    """The folder, made when missing and closed to everybody else; an empty one that exists becomes Trueup's."""
    home.parent.mkdir(parents=True, exist_ok=True)
    home.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    if not any(home.iterdir()):
        (home / MARK).touch(mode=PRIVATE_FILE)
    return home


def is_trueups(home: Path) -> bool:
    """Whether the folder was made, or found empty, by Trueup: then its permissions are Trueup's to set."""
    return (home / MARK).exists()


def kept_key(home: Path) -> str:
    """The signing key kept in the home, made on first use."""
    path = make_home(home) / "secret.key"
    if not path.exists():
        _keep_once(path, secrets.token_urlsafe(KEY_BYTES))
    return path.read_text(encoding="ascii").strip()


def _keep_once(path: Path, text: str) -> None:
    """Write a private file so that of two processes at once one wins and both read the same, whole text."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
