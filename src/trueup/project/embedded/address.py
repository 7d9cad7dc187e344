"""Where the database is: the embedded server's address follows from the home alone, a real server's from DATABASE_URL."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from trueup.project.home import trueup_home
from trueup.project.register import EnvironmentProblem, value

PORT = 5432  # only the socket's name: the embedded server listens on no network
SOCKET_PATH_BYTES = 107
OWNER = "postgres"
NAME = "trueup"
SCHEMES = frozenset({"postgres", "postgresql"})
FORM = "postgres://user:password@host:5432/name"
ENGINE = "django.db.backends.postgresql"


@dataclass(frozen=True, slots=True)
class Address:
    """How to connect: `host` is a folder of sockets for the embedded server. The password is never shown."""

    host: str
    port: int = PORT
    user: str = NAME
    password: str = field(default="", repr=False)
    dbname: str = NAME
    options: tuple[tuple[str, str], ...] = ()

    def conninfo(self) -> dict[str, Any]:
        """Keyword arguments of `psycopg.connect`."""
        facts: dict[str, Any] = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "dbname": self.dbname,
        }
        if self.password:
            facts["password"] = self.password
        return facts | dict(self.options)

    def django(self) -> dict[str, Any]:
        """The entry of Django's DATABASES."""
        return {
            "ENGINE": ENGINE,
            "HOST": self.host,
            "PORT": str(self.port),
            "USER": self.user,
            "PASSWORD": self.password,
            "NAME": self.dbname,
            "OPTIONS": dict(self.options),
        }


def socket_folder(home: Path) -> Path:
    """The private folder of the socket: in the home, or a short one derived from it when the path would be too long."""
    folder = home / "run"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_BYTES:
        return folder
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:24]
    return Path("/tmp") / f"trueup-{digest}"  # noqa: S108 - cluster.make_private checks that the folder is ours


def embedded_address(home: Path) -> Address:
    """The embedded server's address; nothing is started or looked at."""
    return Address(host=str(socket_folder(home)))


def parse_url(url: str) -> Address:
    """The address in a DATABASE_URL; never quotes the URL in a problem, for it holds a password."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORT
    except ValueError:
        raise EnvironmentProblem(f"DATABASE_URL can't be read as an address; its form is {FORM}.") from None
    if parts.scheme not in SCHEMES:
        raise EnvironmentProblem(
            f"DATABASE_URL starts with {parts.scheme or 'nothing'}://; Trueup uses PostgreSQL: {FORM}."
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = options.pop("host", "") or _host(parts)
    dbname = unquote(parts.path.lstrip("/")) or options.pop("dbname", "")
    if not dbname:
        raise EnvironmentProblem(f"DATABASE_URL names no database; its form is {FORM}.")
    return Address(
        host=host,
        port=int(options.pop("port", "") or port),
        user=unquote(parts.username or "") or options.pop("user", ""),
        password=unquote(parts.password or "") or options.pop("password", ""),
        dbname=dbname,
        options=tuple(options.items()),
    )


def given_address(environ: Mapping[str, str]) -> Address | None:
    """The server of DATABASE_URL, or None when the embedded one is to be used."""
    url = value("DATABASE_URL", environ)
    return parse_url(url) if url else None


def database_settings(environ: Mapping[str, str]) -> dict[str, Any]:
    """Django's entry for the default database: DATABASE_URL's server, else the embedded one. Starts nothing."""
    address = given_address(environ) or embedded_address(trueup_home(environ))
    return address.django()


def _host(parts: SplitResult) -> str:
    """The host as written; a folder of sockets (%2Frun%2F…) keeps its capitals."""
    written = parts.netloc.rpartition("@")[2]
    if written[:3].lower() == "%2f":
        return unquote(written.partition(":")[0])
    return parts.hostname or ""
