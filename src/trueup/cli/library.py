"""The library of products, titles and terms: brought into the catalogue when it changed."""

from __future__ import annotations

from typing import IO

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


@library.command(name="import")
@click.argument("pack", type=click.File("rb"))
@with_database
def import_(pack: IO[bytes]) -> None:
    """Use a signed pack in place of the shipped library, until the next release or `trueup library drop`."""
    from django.conf import settings
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.inventory.actions import import_library_pack
    from trueup.inventory.library import packs_folder

    counts = import_library_pack(
        actor=system("command line", via="command"),
        raw=pack.read(),
        keys=settings.LIBRARY_KEYS,
        packs=packs_folder(settings.HOME),
        shipped=settings.LIBRARY,
        at=timezone.now(),
    )
    click.echo("The pack is in use: " + ", ".join(f"{count} {what}" for what, count in counts.items()) + ".")


@library.command()
@with_database
def drop() -> None:
    """Go back from an imported pack to the shipped library."""
    from django.conf import settings
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.inventory.actions import drop_library_pack
    from trueup.inventory.library import packs_folder

    actor = system("command line", via="command")
    dropped = drop_library_pack(
        actor=actor, packs=packs_folder(settings.HOME), shipped=settings.LIBRARY, at=timezone.now()
    )
    click.echo("The shipped library is in use." if dropped else "Nothing to do: no pack is in use.")


def bring_library_in() -> dict[str, int] | None:
    """For `trueup serve` and `trueup migrate` too: one query when nothing changed."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.inventory.actions import bring_library

    counts = bring_library(actor=system("command line", via="command"), at=timezone.now())
    return None if counts is None else dict(counts)
