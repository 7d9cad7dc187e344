"""`trueup migrate`: brings the database to this version's form; asking whether anything is pending is one query."""

import pkgutil
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

from trueup.cli.database import with_database

LOCK = 7_201_964_118  # one number for all Trueup processes on a database: only one migrates at a time


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit code 1 when something is pending.")
@with_database
def migrate(*, check: bool) -> None:
    """Bring the database to this version's form."""
    pending = pending_migrations()
    if check:
        for app, name in pending:
            click.echo(f"pending: {app}.{name}")
        sys.exit(1 if pending else 0)
    if not pending:
        click.echo("Nothing to do: the database has this version's form.")
        return
    apply_migrations()
    click.echo(f"Applied {len(pending)} migrations.")


def pending_migrations() -> list[tuple[str, str]]:
    """Migrations on disk that the database hasn't had, without loading any of them."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    recorder = MigrationRecorder(connection)
    applied = recorder.applied_migrations() if recorder.has_table() else {}
    return sorted(_on_disk() - set(applied))


def apply_migrations() -> None:
    """Apply what is pending; a second process waits for the first and then finds nothing to do."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        # No waiting for the disk after each of many steps: a crash now loses the last steps whole, and in order,
        # and the next start takes them again. The first ordinary commit afterwards puts all of them on disk.
        cursor.execute("SET synchronous_commit TO off")
        try:
            if not _take_first_form():
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SET synchronous_commit TO on")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def migration_files() -> list[Path]:
    """The file of every migration of every room and package in use."""
    return [Path(folder) / f"{name}.py" for folder, _, name in _found()]


def _take_first_form() -> bool:
    """Give an empty embedded database its form in one go, when the script for it is at hand."""
    from django.db import connection

    from trueup.cli.first_form import read_first_form

    if connection.introspection.table_names() or (script := read_first_form()) is None:
        return False
    # A session of its own: the script sets the scene for itself and leaves it changed.
    with connection.get_new_connection(connection.get_connection_params()) as session:
        session.execute(script)
    return True


def _on_disk() -> set[tuple[str, str]]:
    return {(app, name) for _, app, name in _found()}


def _found() -> set[tuple[str, str, str]]:
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    found: set[tuple[str, str, str]] = set()
    for app in apps.get_app_configs():
        module, _ = MigrationLoader.migrations_module(app.label)
        if module is None or find_spec(module) is None:
            continue
        for folder in import_module(module).__path__:
            files = pkgutil.iter_modules([folder])
            found |= {(folder, app.label, file.name) for file in files if file.name[0] not in "_~"}
    return found
