"""Accounts of people who sign in."""

from __future__ import annotations

import secrets
from typing import TextIO

import click

from trueup.cli.database import with_database


@click.group()
def user() -> None:
    """Accounts of people who sign in."""


@user.command()
@click.argument("username")
@click.option("--name", default="", help="The person's full name.")
@click.option("--email", default="", help="Where mail reaches them.")
@click.option(
    "--role",
    default="owner",
    show_default=True,
    help="owner, licence_manager, technician, auditor or viewer.",
)
@click.option(
    "--company", default="", help="The company of the role; without it the role is over all companies."
)
@click.option(
    "--password-file",
    type=click.File("r"),
    help="Reads the password from a file, - for standard input. Never an option.",
)
@with_database
def create(
    username: str, name: str, email: str, role: str, company: str, password_file: TextIO | None
) -> None:
    """Make someone who can sign in, without asking anything. Prints a made-up password if none is given."""
    from django.db import transaction
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.tenancy.actions import create_user, grant_role
    from trueup.tenancy.queries import company_named

    given = password_file.read().strip() if password_file else ""
    password = given or secrets.token_urlsafe(12)
    actor, at = system("command line", via="command"), timezone.now()
    with transaction.atomic():
        made = create_user(actor=actor, username=username, password=password, name=name, email=email, at=at)
        where = company_named(actor=actor, name=company) if company else None
        grant_role(actor=actor, user=made, role=role, company=where, at=at)
    click.echo(f"{username} can sign in as {role} of {company or 'all companies'}.", err=True)
    if not given:
        click.echo(password)


@user.command()
@click.argument("username")
@click.option(
    "--password-file",
    type=click.File("r"),
    help="Reads the password from a file, - for standard input. Never an option.",
)
@with_database
def password(username: str, password_file: TextIO | None) -> None:
    """Give somebody another password, for when theirs is lost. Prints a made-up one if none is given."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.tenancy.actions import set_user_password
    from trueup.tenancy.queries import user_named

    given = password_file.read().strip() if password_file else ""
    new = given or secrets.token_urlsafe(12)
    actor = system("command line", via="command")
    set_user_password(actor=actor, user=user_named(username=username), password=new, at=timezone.now())
    click.echo(f"{username} signs in with the new password from now on; open sessions have ended.", err=True)
    if not given:
        click.echo(new)
