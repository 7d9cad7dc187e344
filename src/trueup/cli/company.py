"""Companies and their regions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from trueup.cli.database import with_database

if TYPE_CHECKING:
    from trueup.vault.plain import Plain


@click.group()
def company() -> None:
    """Companies and their regions."""


@company.command()
@click.argument("name")
@click.option("--currency", default="EUR", show_default=True, help="ISO code of the currency it reports in.")
@with_database
def create(name: str, currency: str) -> None:
    """Make a company; prints its id."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.tenancy.actions import create_company

    made = create_company(
        actor=system("command line", via="command"), name=name, currency=currency, at=timezone.now()
    )
    click.echo(made.pk)


@company.command("list")
@with_database
def list_() -> None:
    """Companies with their ids."""
    from trueup.base.actor import system
    from trueup.tenancy.queries import companies_visible_to

    for found in companies_visible_to(actor=system("command line", via="command")):
        click.echo(f"{found.pk}\t{found.name}")


PASSPHRASE = click.option(
    "--passphrase-file",
    "passphrase_file",
    type=click.File("r", encoding="utf-8"),
    help="A file whose first line is the passphrase that keys travel under; - reads standard input.",
)


@company.command("export")
@click.argument("name")
@click.option(
    "--to",
    "output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The ZIP file to write; one that is there already is not touched.",
)
@PASSPHRASE
@with_database
def export_(name: str, output: Path, passphrase_file: TextIO | None) -> None:
    """Move out: everything of a company, with its documents and its history, as one archive.

    Licence keys are in it only with a passphrase, sealed under it.
    """
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.reports.moving_out import company_archive
    from trueup.tenancy.queries import company_named

    actor = system("command line", via="command")
    company_id = company_named(actor=actor, name=name).pk
    passphrase = _passphrase(passphrase_file)
    if output.exists():
        raise click.UsageError(f"{output} is there already. Name another file.")
    half = output.with_name(f"{output.name}.part")
    pieces = company_archive(actor=actor, company_id=company_id, at=timezone.now(), passphrase=passphrase)
    with open(half, "wb", opener=_private) as file:
        file.writelines(pieces)
    half.replace(output)
    keys = (
        "Licence keys are not in it."
        if passphrase is None
        else "Licence keys are sealed under the passphrase."
    )
    click.echo(f"{output}: {output.stat().st_size} bytes. {keys}")


@company.command("import")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "name", default="", help="The name it has here; that of the archive otherwise.")
@click.option("--owner", default="", help="Somebody who signs in here and is to own the company.")
@click.option("--dry-run", is_flag=True, help="Check all of it, and store nothing.")
@PASSPHRASE
@with_database
def import_(archive: Path, name: str, owner: str, *, dry_run: bool, passphrase_file: TextIO | None) -> None:
    """Move in again: restore a company from the archive that `trueup company export` wrote, all of it or nothing."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.connectors.company_archive.opening import open_archive
    from trueup.connectors.company_archive.restoring import Wanted, restore_company

    actor = system("command line", via="command")
    wanted = Wanted(name=name, passphrase=_passphrase(passphrase_file), owner=owner, dry_run=dry_run)
    opened = open_archive(archive)
    with opened.zip:
        done = restore_company(actor=actor, archive=opened, wanted=wanted, at=timezone.now())
    for table, count in done.rows.items():
        click.echo(f"{table}\t{count}")
    click.echo(f"Audit log: {done.entries} entries, unbroken, up to {done.last_hash or 'none'}.")
    for remark in done.remarks:
        click.echo(remark, err=True)
    click.echo(f"“{done.name}” " + ("can come in. Nothing was stored." if dry_run else "is in."))


def _passphrase(file: TextIO | None) -> Plain | None:
    """The first line of a file, hidden from here on."""
    from trueup.vault.plain import Plain

    return None if file is None else Plain(file.readline().rstrip("\r\n"))


def _private(path: str, flags: int) -> int:
    """A file that only its owner may read."""
    return os.open(path, flags, 0o600)
