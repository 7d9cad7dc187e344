"""`trueup docs …`: the reference pages, written from the code and held against it."""

from __future__ import annotations

import os
import sys

import click


@click.group()
def docs() -> None:
    """The reference pages of the documentation."""


@docs.command()
def build() -> None:
    """Write the reference pages anew from the code."""
    _set_up()
    from trueup.cli.reference.pages import make_sheets, write_sheets

    changed = write_sheets(make_sheets())
    for path in changed:
        click.echo(f"written: docs/{path}")
    if not changed:
        click.echo("Nothing to do: every page says what the code says.")


@docs.command()
def check() -> None:
    """Exit with 1 when a page differs from the code, or something is not described."""
    _set_up()
    from trueup.cli.reference.pages import make_sheets, troubles

    found = list(troubles(make_sheets()))
    for trouble in found:
        click.echo(trouble, err=True)
    sys.exit(1 if found else 0)


def _set_up() -> None:
    """Django without a database, and without making a signing key for it."""
    os.environ.setdefault("TRUEUP_SECRET_KEY", "only-for-the-documentation")
    from trueup.cli.database import set_up_django

    set_up_django()
