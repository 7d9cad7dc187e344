"""A database of a made-up group, on an embedded server of its own, kept in BENCH_HOME for the next time if that is set."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

FILL = Path(__file__).with_name("fill.sql")


@contextmanager
def big_group(licences: int) -> Iterator[None]:
    """Django, set up over a database of so many licences and ten times as many assignments."""
    kept = os.environ.get("BENCH_HOME")
    folder = Path(kept or tempfile.mkdtemp(prefix="trueup-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    home = folder / f"group-{licences}"
    environment = {
        "TRUEUP_HOME": str(home),
        "TRUEUP_SECRET_KEY": "for measuring",
        "TRUEUP_HOSTS": "testserver",
    }
    for name in [name for name in os.environ if name.startswith("TRUEUP_") or name == "DATABASE_URL"]:
        del os.environ[name]
    os.environ.update(environment, DJANGO_SETTINGS_MODULE="trueup.project.settings")
    from trueup.project.embedded import Server

    server = Server(home, durable=False)
    server.start()
    try:
        _prepare(server, licences)
        yield
    finally:
        from django.db import connections

        connections.close_all()
        server.stop()
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def _prepare(server: Any, licences: int) -> None:
    import django

    django.setup()
    from trueup.cli.migrate import apply_migrations

    apply_migrations()
    mark = hashlib.sha256(FILL.read_bytes()).hexdigest()
    address = server.address.conninfo() | {"user": "postgres"}
    with psycopg.connect(**address, autocommit=True) as database:
        database.execute("CREATE TABLE IF NOT EXISTS bench (filled text)")
        found = database.execute("SELECT filled FROM bench").fetchone()
        if found is None:
            started = time.perf_counter()
            fill(database, licences)
            _write_standings()
            database.execute("VACUUM ANALYZE")
            database.execute("INSERT INTO bench VALUES (%s)", [mark])
            database.execute("CHECKPOINT")
            print(f"filled with {licences} licences in {time.perf_counter() - started:.0f} s")
        elif found[0] != mark:
            raise SystemExit(f"{server.home} was filled by another script: remove it, and it is made anew.")


def _write_standings() -> None:
    from trueup.licences.standings import write_standings

    started = time.perf_counter()
    number = write_standings()
    print(f"  {time.perf_counter() - started:5.1f} s standings of {number} licences", flush=True)


def fill(database: psycopg.Connection[Any], licences: int) -> None:
    """Run the script, statement by statement."""
    cursor = psycopg.ClientCursor(database)
    wanted = {"licences": licences, "today": datetime.now(UTC).date()}
    for statement in FILL.read_text("utf-8").split(";\n\n"):
        cursor.execute(statement, wanted)  # type: ignore[arg-type]  # the script is ours
