"""`trueup django …`: the framework's own commands, with the database up."""

import click

from trueup.cli.database import django_up


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def django_(*, words: tuple[str, ...]) -> None:
    """Commands of the framework underneath."""
    with django_up():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["trueup django", *words])
