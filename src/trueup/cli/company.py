"""Companies and their regions."""

from __future__ import annotations

import os
from pathlib import Path

import click

from trueup.cli.database import with_database


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


@company.command("export")
@click.argument("name")
@click.option(
    "--to",
    "output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The ZIP file to write; one that is there already is not touched.",
)
@with_database
def export_(name: str, output: Path) -> None:
    """Move out: everything of a company, with its documents and its history, as one archive. Keys stay sealed."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.reports.moving_out import company_archive
    from trueup.tenancy.queries import company_named

    actor = system("command line", via="command")
    company_id = company_named(actor=actor, name=name).pk
    if output.exists():
        raise click.UsageError(f"{output} is there already. Name another file.")
    half = output.with_name(f"{output.name}.part")
    with open(half, "wb", opener=_private) as file:
        file.writelines(company_archive(actor=actor, company_id=company_id, at=timezone.now()))
    half.replace(output)
    click.echo(f"{output}: {output.stat().st_size} bytes. Licence keys are not in it.")


def _private(path: str, flags: int) -> int:
    """A file that only its owner may read."""
    return os.open(path, flags, 0o600)
