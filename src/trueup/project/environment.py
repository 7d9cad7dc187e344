"""What the environment says, read once and checked: the values settings.py is made of."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from trueup.project.home import kept_key, trueup_home
from trueup.project.register import EnvironmentProblem, check_names, count, flag, names, value

ENGINE, CLUSTER = "duckdb", "spark://"


@dataclass(frozen=True, slots=True)
class Environment:
    """Every setting but the database's address (embedded/address.py)."""

    home: Path
    bind: str
    origin: str
    hosts: list[str]
    workers: int
    api_requests_per_minute: int
    engine: str
    scanner: str
    library_keys: list[str]
    mail_from: str
    private_webhooks: bool
    private_sources: bool
    debug: bool
    smtp_url: str = field(repr=False)
    given_key: str = field(repr=False)

    @property
    def is_https(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def origins(self) -> list[str]:
        return [self.origin] if self.origin else []

    @property
    def secret_key(self) -> str:
        """The signing key: the one given, else the one kept in the home, made there on first use."""
        return self.given_key or kept_key(self.home)


def read_environment(environ: Mapping[str, str]) -> Environment:
    """Every setting, or EnvironmentProblem naming the one that is wrong and the way out."""
    check_names(environ)
    origin = _origin(environ)
    host = urlsplit(origin).hostname
    return Environment(
        home=trueup_home(environ),
        bind=value("TRUEUP_BIND", environ),
        origin=origin,
        hosts=names("TRUEUP_HOSTS", environ) + ([host] if host else []),
        workers=count("TRUEUP_WORKERS", environ),
        api_requests_per_minute=count("TRUEUP_API_REQUESTS_PER_MINUTE", environ, least=0),
        engine=_engine(environ),
        scanner=_scanner(environ),
        library_keys=names("TRUEUP_LIBRARY_KEYS", environ),
        mail_from=value("TRUEUP_MAIL_FROM", environ),
        private_webhooks=flag("TRUEUP_WEBHOOKS_TO_PRIVATE", environ),
        private_sources=flag("TRUEUP_SOURCES_IN_PRIVATE", environ),
        smtp_url=_smtp(environ),
        debug=flag("TRUEUP_DEBUG", environ),
        given_key=value("TRUEUP_SECRET_KEY", environ),
    )


def bind_address(bind: str) -> tuple[str, int]:
    """Host and port of `host:port`, `[::1]:port` or `port`."""
    host, _, port = bind.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        raise EnvironmentProblem(f"{bind!r} is no address to listen on; write one such as 127.0.0.1:8000.")
    return host.strip("[]") or "127.0.0.1", int(port)


def _origin(environ: Mapping[str, str]) -> str:
    origin = value("TRUEUP_ORIGIN", environ).rstrip("/")
    if origin and not origin.startswith(("https://", "http://")):
        raise EnvironmentProblem(f"TRUEUP_ORIGIN is {origin!r}; write it with https:// or http:// in front.")
    return origin


def _engine(environ: Mapping[str, str]) -> str:
    engine = value("TRUEUP_ENGINE", environ)
    if engine != ENGINE and not (engine.startswith(CLUSTER) and urlsplit(engine).hostname):
        raise EnvironmentProblem(f"TRUEUP_ENGINE is {engine!r}; it can be {ENGINE} or {CLUSTER}host:7077.")
    return engine


def _smtp(environ: Mapping[str, str]) -> str:
    url = value("TRUEUP_SMTP_URL", environ).strip()
    parts = urlsplit(url)
    if url and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise EnvironmentProblem(
            "TRUEUP_SMTP_URL names no mail server; write smtp://user:password@host:587 or smtps://host."
        )
    return url


def _scanner(environ: Mapping[str, str]) -> str:
    command = value("TRUEUP_SCANNER", environ).strip()
    try:
        shlex.split(command)
    except ValueError as error:
        raise EnvironmentProblem(f"TRUEUP_SCANNER is {command!r}, which is no command: {error}.") from error
    return command
