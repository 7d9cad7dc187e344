"""Companies and their regions."""

from __future__ import annotations

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
