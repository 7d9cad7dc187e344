"""Every setting Trueup reads from its environment: name, default and meaning on one page.

Each may also be given as `<NAME>_FILE`, the path of a file holding the value; a `TRUEUP_…` name that is not
here is an error that names the nearest known one.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from trueup.base.problems import Problem

LOOPBACK_NAMES = "localhost,127.0.0.1,[::1]"
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})


class EnvironmentProblem(Problem):
    """A setting in the environment can't be used as it stands; the text says why and what to do."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "A setting is wrong"


@dataclass(frozen=True, slots=True)
class Setting:
    """One name of the environment; `shown_default` is what the documentation prints."""

    name: str
    default: str
    meaning: str
    secret: bool = False
    shown_default: str = ""

    @property
    def documented_default(self) -> str:
        return self.shown_default or self.default


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "DATABASE_URL",
            "",
            "A PostgreSQL server (15 or newer) to use in place of the embedded one: postgres://user:password@host:5432/name?sslmode=verify-full",
            secret=True,
            shown_default="the embedded server",
        ),
        Setting(
            "TRUEUP_HOME",
            "",
            "The folder of everything Trueup keeps: the embedded database, the signing key, logs.",
            shown_default="$XDG_DATA_HOME/trueup, ~/.local/share/trueup, or /var/lib/trueup for root",
        ),
        Setting(
            "TRUEUP_SECRET_KEY",
            "",
            "The key that signs sessions and links.",
            secret=True,
            shown_default="made once and kept in TRUEUP_HOME/secret.key",
        ),
        Setting("TRUEUP_BIND", "127.0.0.1:8000", "Address and port `trueup serve` listens on."),
        Setting(
            "TRUEUP_HOSTS",
            LOOPBACK_NAMES,
            "Host names the pages may be asked for under, separated by commas.",
        ),
        Setting(
            "TRUEUP_ORIGIN",
            "",
            "The address people type, such as https://trueup.example.com, when a proxy stands in front.",
            shown_default="http:// and TRUEUP_BIND",
        ),
        Setting(
            "TRUEUP_DEBUG", "0", "1 shows error pages with their working; never on a server others reach."
        ),
        Setting("TRUEUP_WORKERS", "1", "Processes that answer pages and the API."),
        Setting(
            "TRUEUP_API_REQUESTS_PER_MINUTE",
            "1200",
            "Requests a token, or an address that shows no good one, may send to each of these processes in a minute; 0 sets no limit.",
        ),
        Setting(
            "TRUEUP_ENGINE",
            "duckdb",
            "What reduces the estate to shapes: duckdb, or a Spark cluster as spark://host:7077.",
        ),
        Setting(
            "TRUEUP_SMTP_URL",
            "",
            "The mail server alerts and reports leave through: smtp://user:password@host:587 (STARTTLS), or smtps://host for TLS "
            "from the first byte. Mail goes unencrypted to a server on this machine only.",
            secret=True,
            shown_default="mail waits, and says so",
        ),
        Setting("TRUEUP_MAIL_FROM", "Trueup <trueup@localhost>", "Whom mail comes from."),
        Setting(
            "TRUEUP_WEBHOOKS_TO_PRIVATE",
            "0",
            "1 lets webhooks go to private addresses and unencrypted; for receivers in a network of your own.",
        ),
        Setting(
            "TRUEUP_SOURCES_IN_PRIVATE",
            "0",
            "1 lets sources be read at private addresses and unencrypted; for systems in a network of your own.",
        ),
        Setting(
            "TRUEUP_SCANNER",
            "",
            "The command that looks for viruses in documents, such as clamdscan --fdpass. It is given the file's path and "
            "answers by exit status: 0 clean, 1 infected.",
            shown_default="documents are marked as not scanned",
        ),
        Setting(
            "TRUEUP_LIBRARY_KEYS",
            "",
            "Public keys (Ed25519, base64) of whoever may sign packs of the library, separated by commas.",
            shown_default="no pack is believed",
        ),
    )
}


def known_names() -> frozenset[str]:
    """Names the environment may hold: every setting, and each again with `_FILE`."""
    return frozenset(SETTINGS) | frozenset(f"{name}_FILE" for name in SETTINGS)


def check_names(environ: Mapping[str, str]) -> None:
    """Refuse unknown `TRUEUP_…` names and settings given twice, naming the way out."""
    known = known_names()
    for name in sorted(environ):
        if name.startswith("TRUEUP_") and name not in known:
            raise EnvironmentProblem(_unknown(name, known))
    for name in SETTINGS:
        if environ.get(name) and environ.get(f"{name}_FILE"):
            raise EnvironmentProblem(f"Both {name} and {name}_FILE are set. Keep one of the two.")


def value(name: str, environ: Mapping[str, str]) -> str:
    """The setting as text: the environment's, else its file's, else the default."""
    setting = SETTINGS[name]
    given = environ.get(name, "")
    path = environ.get(f"{name}_FILE", "")
    if given and path:
        raise EnvironmentProblem(f"Both {name} and {name}_FILE are set. Keep one of the two.")
    if path:
        return _from_file(name, Path(path))
    return given or setting.default


def flag(name: str, environ: Mapping[str, str]) -> bool:
    """The setting as yes or no."""
    word = value(name, environ).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise EnvironmentProblem(f"{name} is {word!r}; write 1 for yes or 0 for no.")


def count(name: str, environ: Mapping[str, str], *, least: int = 1) -> int:
    """The setting as a whole number that is not too small."""
    word = value(name, environ).strip()
    if not word.isdecimal() or int(word) < least:
        raise EnvironmentProblem(f"{name} is {word!r}; write a whole number of at least {least}.")
    return int(word)


def names(name: str, environ: Mapping[str, str]) -> list[str]:
    """The setting as a list, split at commas."""
    return [part.strip() for part in value(name, environ).split(",") if part.strip()]


def _from_file(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentProblem(f"{name}_FILE names {path}, which can't be read: {error}.") from error


def _unknown(name: str, known: frozenset[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{name} is not a setting of Trueup.{hint} All settings: docs/reference/settings.md."
