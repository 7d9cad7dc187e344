"""Tokens for programs."""

from __future__ import annotations

import click

from trueup.cli.database import with_database


@click.group()
def token() -> None:
    """Tokens for programs."""


@token.command()
@click.argument("username")
@click.option("--name", default="command line", show_default=True, help="What the token is for.")
@click.option("--scope", type=click.Choice(["read", "write"]), default="read", show_default=True)
@click.option(
    "--company", "companies", multiple=True, help="Only for this company; may be given several times."
)
@click.option("--days", default=90, show_default=True, help="How long it lives.")
@with_database
def create(username: str, name: str, scope: str, companies: tuple[str, ...], days: int) -> None:
    """Make a token and print it, alone, on standard output: the only time it can be seen."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.tenancy.actions import create_token
    from trueup.tenancy.queries import company_named, user_named

    actor = system("command line", via="command")
    only = [company_named(actor=actor, name=company).pk for company in companies] or None
    made = create_token(
        actor=actor,
        user=user_named(username=username),
        name=name,
        can_write=scope == "write",
        company_ids=only,
        days=days,
        at=timezone.now(),
    )
    click.echo(made)
