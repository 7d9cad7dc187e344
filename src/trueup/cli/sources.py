"""Sources: systems that are read by schedule. Which there are, adding one, and reading one now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from trueup.cli.database import with_database

if TYPE_CHECKING:
    from trueup.sources.models import SourceRun

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def sources() -> None:
    """Systems that are read by schedule."""


@sources.command()
def kinds() -> None:
    """Say which systems can be read, and what each is asked for."""
    from trueup.connectors.register import suitcases

    for one in suitcases().values():
        asks = ", ".join(
            f"{ask.key}{' (secret)' if ask.is_secret else ''}{'' if ask.is_needed else '?'}"
            for ask in one.asks
        )
        click.echo(f"{one.name:<14}{one.title}: {asks}")


@sources.command(name="list")
@with_database
def list_() -> None:
    """List sources with their last run."""
    from trueup.base.actor import system
    from trueup.sources.queries import sources_visible_to

    for one in sources_visible_to(actor=system("command line", via="command")):
        rows = "" if one.rows is None else f", {one.rows} rows, {one.rejected} refused"
        click.echo(
            f"{one.pk:>6}  {one.company.name}: {one.name} ({one.kind}), {one.state or 'not read yet'}{rows}"
        )
        if one.trouble:
            click.echo(f"        {one.trouble}")


@sources.command()
@click.argument("kind")
@click.option("--company", required=True, help="Name of the company it is read for.")
@click.option("--name", help="What it is called; its kind if left out.")
@click.option("--url", default="", help="Its address, where it has no usual one.")
@click.option(
    "--option", "options", multiple=True, metavar="KEY=VALUE", help="What it is asked for; several times."
)
@click.option(
    "--secret", "secrets", multiple=True, metavar="KEY", help="Asked for at the keyboard; several times."
)
@click.option("--every-hours", default=24, show_default=True, help="How often; 0 only when asked.")
@click.option("--shared", is_flag=True, help="It speaks of several companies, which are placed first.")
@with_database
def add(
    *, kind: str, company: str, name: str | None, url: str, options: tuple[str, ...], secrets: tuple[str, ...], every_hours: int, shared: bool
) -> None:  # fmt: skip
    """Read a system from now on. Secrets are typed, never given as arguments: those stand in the list of processes."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.connectors.register import suitcase_named
    from trueup.sources.actions import SourceTerms, add_source
    from trueup.tenancy.queries import company_named
    from trueup.vault.plain import Plain

    actor, suitcase = system("command line", via="command"), suitcase_named(kind)
    told = dict(one.partition("=")[::2] for one in options)
    made = add_source(
        actor=actor,
        company_id=company_named(actor=actor, name=company).pk,
        suitcase=suitcase,
        terms=SourceTerms(name or suitcase.title, url, told, every_hours, shared),
        secrets={key: Plain(click.prompt(key, hide_input=True)) for key in secrets},
        at=timezone.now(),
    )
    click.echo(f"Source {made.pk} added. Look first: trueup sources run {made.pk} --dry")


@sources.command()
@click.argument("source_id", type=int)
@click.option("--dry", is_flag=True, help="Only look: say what would come in, and change nothing.")
@click.option("--replay", type=int, metavar="RUN", help="Read the pages of an earlier run again.")
@AS_JSON
@with_database
def run(*, source_id: int, dry: bool, replay: int | None, as_json: bool) -> None:
    """Read a source now, and say what it came to."""
    import time

    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.connectors.reading import read_source
    from trueup.sources.actions import ask_source_run

    actor = system("command line", via="command")
    asked = ask_source_run(actor=actor, source_id=source_id, is_dry=dry, replays_id=replay, at=timezone.now())
    ended = read_source(actor=actor, run_id=asked.pk, clock=timezone.now, wait=time.sleep) or asked
    _tell(ended, as_json=as_json)
    if ended.state == "failed":
        raise click.exceptions.Exit(1)


def _tell(ended: SourceRun, *, as_json: bool) -> None:
    told = {
        name: getattr(ended, name)
        for name in ("state", "rows", "rejected", "unplaced", "counts", "rejects", "trouble")
    }
    if as_json:
        click.echo(json.dumps({"run": ended.pk, **told}, ensure_ascii=False, indent=1))
        return
    counts = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in ended.counts.items())
    click.echo(
        f"Run {ended.pk} {ended.state}: {ended.rows} rows, {ended.rejected} refused, {ended.unplaced} not placed. {counts}"
    )
    for one in ended.rejects:
        click.echo(f"  {one['row']}: {one['reason']}")
    if ended.trouble:
        click.echo(ended.trouble, err=True)
