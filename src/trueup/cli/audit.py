"""`trueup audit …`: prove that nobody rewrote what happened."""

from __future__ import annotations

import json
import sys

import click

from trueup.cli.database import with_database


@click.group()
def audit() -> None:
    """The audit log: verify its chains."""


@audit.command()
@click.option("--company", help="Only the log of this company; every log otherwise.")
@click.option("--json", "is_json", is_flag=True, help="Write JSON.")
@with_database
def verify(*, company: str | None, is_json: bool) -> None:
    """Follow each chain from its first entry; exit code 1 where one was rewritten, or entries are missing."""
    from trueup.audit.queries import chain_states
    from trueup.base.actor import system
    from trueup.tenancy.queries import companies_visible_to, company_named

    actor = system("trueup audit", via="command")
    names = dict(companies_visible_to(actor=actor).values_list("pk", "name"))
    if company:
        actor = actor.narrowed_to(company_named(actor=actor, name=company).pk)
    chains = [
        {
            "company": names.get(state.company_id, f"company {state.company_id}")
            if state.company_id is not None
            else None,
            "entries": state.length,
            "broken_at": state.broken_at,
        }
        for state in chain_states(actor=actor)
    ]
    if is_json:
        click.echo(json.dumps(chains, indent=2, ensure_ascii=False))
    else:
        for chain in chains:
            _say(str(chain["company"] or "whole installation"), chain["entries"], chain["broken_at"])
    sys.exit(1 if any(chain["broken_at"] is not None for chain in chains) else 0)


def _say(name: str, entries: object, broken_at: object) -> None:
    if broken_at is None:
        click.echo(f"{name}: {entries} entries, unbroken.")
    else:
        click.echo(
            f"{name}: broken at entry {broken_at}: it was changed, put in, or taken out. "
            "A backup from before tells what stood there.",
            err=True,
        )
