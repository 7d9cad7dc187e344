"""`trueup words …`: the sentences of the product in other languages, from the code to the running product."""

from __future__ import annotations

import os
import sys

import click


@click.group()
def words() -> None:
    """The sentences of the product, and their translations."""


@words.command()
@click.option(
    "--language", "-l", multiple=True, help="One language only, or a new one: its code, such as nl."
)
def extract(language: tuple[str, ...]) -> None:
    """Bring the translators' files up to the sentences of the code."""
    from trueup.cli.wording.sources import template_of_words
    from trueup.cli.wording.translating import book_of, bring_up

    _set_up()
    template = template_of_words()
    for one in language or _languages():
        if bring_up(template, one):
            click.echo(f"written: {book_of(one)}")
    click.echo(f"{len(template)} sentences")


@words.command()
@click.option("--every", is_flag=True, help="Also name each sentence that has no translation yet.")
def check(*, every: bool) -> None:
    """Exit with 1 when a translation is wrong, or (with --every) missing."""
    from trueup.cli.wording.sources import template_of_words
    from trueup.cli.wording.translating import faults, gaps

    _set_up()
    template = template_of_words()
    missing = {one: list(gaps(template, one)) for one in _languages()}
    wrong = [fault for one in _languages() for fault in (missing[one] if every else faults(one))]
    for fault in wrong:
        click.echo(fault, err=True)
    for one, lacking in missing.items():
        click.echo(f"{one}: {len(template) - len(lacking)} of {len(template)} sentences")
    sys.exit(1 if wrong else 0)


@words.command(name="compile")
def compile_() -> None:
    """Make the translators' files into what the running product reads."""
    from trueup.web.catalogues import compile_books

    made = compile_books()
    for path in made:
        click.echo(f"written: {path}")
    if not made:
        click.echo("Nothing to do: every file is made from what its translators wrote.")


def _set_up() -> None:
    """Django without a database, and without making a signing key for it."""
    os.environ.setdefault("TRUEUP_SECRET_KEY", "only-for-the-words")
    from trueup.cli.database import set_up_django

    set_up_django()


def _languages() -> list[str]:
    """The languages of the product besides the one its code is written in."""
    from django.conf import settings

    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
