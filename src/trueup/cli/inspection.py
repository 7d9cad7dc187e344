"""The doctor's examination, from the ground up: settings, folder, database, its form, who serves.

Each look yields findings and raises nothing; a look whose ground is missing is left out.
"""

import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import psycopg

from trueup.base.problems import Problem
from trueup.cli.findings import Finding, advice, well, wrong
from trueup.project.embedded import Address, given_address, running, serving_pid
from trueup.project.environment import Environment, read_environment

OLDEST_SERVER = 15
LEAST_FREE_BYTES = 1 << 30
EXTENSIONS = ("pg_trgm", "citext", "btree_gist")
OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


def inspect_all(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Every finding, in the order one would mend them."""
    try:
        environment = read_environment(environ)
        given = given_address(environ)
    except Problem as problem:
        yield wrong("settings", problem.detail, "Correct or remove the setting.")
        return
    yield well("settings", "every name is known and every value can be used")
    yield from _folder(environment.home)
    yield _serving(environment)
    with ExitStack() as stack:
        try:
            address = given or stack.enter_context(running(environment.home))
            connection = stack.enter_context(psycopg.connect(**address.conninfo(), connect_timeout=10))
        except (Problem, psycopg.Error, OSError) as error:
            yield wrong("database", str(error).strip(), _mend_database(given))
            return
        yield from _server(connection, given)
        yield _form()


def _folder(home: Path) -> Iterator[Finding]:
    if not home.is_dir():
        yield well("folder", f"{home} does not exist yet; it is made on first use")
        return
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE_BYTES:
        yield wrong(
            "folder",
            f"{home} has {free >> 20} MiB free.",
            "Make room of at least 1 GiB, or move the folder and set TRUEUP_HOME.",
        )
    else:
        yield well("folder", f"{home}, {free >> 30} GiB free")
    key = home / "secret.key"
    if key.exists() and key.stat().st_mode & OTHERS_MAY:
        yield wrong("signing key", f"{key} can be read by others.", f"chmod 600 {key}")


def _serving(environment: Environment) -> Finding:
    pid = serving_pid(environment.home)
    if pid:
        return well("serve", f"process {pid} serves this folder")
    return advice("serve", "Trueup is not running on this folder.", "Start it: trueup serve")


def _server(connection: "psycopg.Connection[tuple[object, ...]]", given: Address | None) -> Iterator[Finding]:
    facts = connection.info
    major = facts.server_version // 10_000
    kind = "your server" if given else "embedded"
    if major < OLDEST_SERVER:
        yield wrong("database", f"{kind}, PostgreSQL {major}.", f"Use PostgreSQL {OLDEST_SERVER} or newer.")
    else:
        yield well("database", f"{kind}, PostgreSQL {facts.parameter_status('server_version')}")
    if given and not given.host.startswith("/") and not facts.pgconn.ssl_in_use:
        yield advice(
            "encryption", "The connection to the database is not encrypted.", "Add ?sslmode=verify-full."
        )
    yield from _settings(connection)
    yield from _extensions(connection)


def _settings(connection: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Finding]:
    wanted = {"server_encoding": "UTF8", "fsync": "on", "full_page_writes": "on"}
    for name, value in wanted.items():
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        if row and row[0] != value:
            yield wrong(
                "database", f"{name} is {row[0]}.", f"It must be {value}, or what is stored may be lost."
            )
    damaged = connection.execute(
        "SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database"
    ).fetchone()
    if damaged and damaged[0]:
        yield wrong(
            "database", f"{damaged[0]} damaged pages were read.", "Check the disk, then restore a backup."
        )


def _extensions(connection: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Finding]:
    rows = connection.execute(
        "SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", [list(EXTENSIONS)]
    )
    missing = sorted(set(EXTENSIONS) - {str(row[0]) for row in rows})
    if missing:
        yield wrong(
            "extensions",
            f"The server lacks {', '.join(missing)}.",
            "Install PostgreSQL's contrib package on the server (Debian has it in postgresql itself).",
        )
    else:
        yield well("extensions", ", ".join(EXTENSIONS))


def _form() -> Finding:
    from django.db import connections

    from trueup.cli.database import set_up_django
    from trueup.cli.migrate import pending_migrations

    try:
        set_up_django()
        pending = pending_migrations()
    finally:
        connections.close_all()
    if pending:
        return wrong(
            "form", f"{len(pending)} migrations are pending.", "trueup migrate (trueup serve does it too)"
        )
    return well("form", "the database has this version's form")


def _mend_database(given: Address | None) -> str:
    if given:
        return "See that the server of DATABASE_URL runs, can be reached from here, and knows this user."
    return "Mend what is named above, or set DATABASE_URL to a PostgreSQL server of yours."
