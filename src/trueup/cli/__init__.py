"""The command line: `trueup …`, one file a command group, each loaded only when asked for.

Exit codes: 0 done; 1 refused, or something needs mending; 2 wrong use of the command; 3 `trueup serve` already
runs on this folder; 130 stopped at the keyboard.
"""

import importlib
import sys
from typing import Final

import click

# name: (where it is, what it does). The second is here so that `trueup --help` loads nothing.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "serve": ("trueup.cli.serve:serve", "Run Trueup: database, pages, API and background work."),
    "worker": ("trueup.cli.worker:worker", "Run background work only, beside a server elsewhere."),
    "migrate": ("trueup.cli.migrate:migrate", "Bring the database to this version's form."),
    "user": ("trueup.cli.user:user", "Accounts of people who sign in."),
    "token": ("trueup.cli.token:token", "Tokens for programs."),
    "company": ("trueup.cli.company:company", "Companies and their regions."),
    "import": ("trueup.cli.import_:import_", "Read licences, devices and people from files."),
    "export": ("trueup.cli.export:export", "Write lists to files."),
    "inventory": ("trueup.cli.inventory:inventory", "Inventories of machines."),
    "sources": ("trueup.cli.sources:sources", "Systems that are read by schedule."),
    "runs": ("trueup.cli.runs:runs", "Counting runs: start, list, verify."),
    "vault": ("trueup.cli.vault:vault", "Sealed licence keys: state and rotation."),
    "audit": ("trueup.cli.audit:audit", "The audit log: verify its chains."),
    "ledger": ("trueup.cli.ledger:ledger", "The ledger of units: check that it adds up."),
    "sample": ("trueup.cli.sample:sample", "The sample estate."),
    "library": ("trueup.cli.library:library", "The library of products, titles and terms."),
    "doctor": ("trueup.cli.doctor:doctor", "Say what is wrong and how to mend it."),
    "docs": ("trueup.cli.docs:docs", "The reference pages of the documentation."),
    "words": ("trueup.cli.words:words", "The sentences of the product, and their translations."),
    "version": ("trueup.cli.version:version", "Say which version this is."),
    "django": ("trueup.cli.django_:django_", "Commands of the framework underneath."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module when that command is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name][0]} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        with formatter.section("Commands"):
            formatter.write_dl([(name, meaning) for name, (_, meaning) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def trueup() -> None:
    """Trueup, the software licence manager."""


def main() -> None:
    """Run one command; a problem is one sentence on standard error and an exit code."""
    # Loaded here, not above: it is only needed when something is run.
    from trueup.base.problems import Problem

    try:
        trueup(prog_name="trueup")
    except Problem as problem:
        click.echo(f"trueup: {problem.detail}", err=True)
        sys.exit(getattr(problem, "exit_code", 1))
