"""The library of products, titles and terms: brought into the catalogue when it changed."""

from __future__ import annotations

import click

from trueup.cli.database import with_database


@click.group()
def library() -> None:
    """The library of products, titles and terms."""


@library.command()
@with_database
def load() -> None:
    """Bring the catalogue to the shipped library; running it again changes nothing."""
    counts = bring_library_in()
    if counts is None:
        click.echo("Nothing to do: the catalogue has this library.")
        return
    click.echo(", ".join(f"{count} {what}" for what, count in counts.items()) + ".")


def bring_library_in() -> dict[str, int] | None:
    """For `trueup serve` and `trueup migrate` too: one query when nothing changed."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.inventory.actions import bring_library

    counts = bring_library(actor=system("command line", via="command"), at=timezone.now())
    return None if counts is None else dict(counts)
