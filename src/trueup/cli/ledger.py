"""`trueup ledger …`: prove that the units add up."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from trueup.cli.database import with_database


@click.group()
def ledger() -> None:
    """The ledger of units: check that it adds up."""


@ledger.command(name="verify")
@click.option("--company", help="Only the licences of this company; every licence otherwise.")
@click.option("--json", "is_json", is_flag=True, help="Write JSON.")
@with_database
def verify_ledger(*, company: str | None, is_json: bool) -> None:
    """Compare held units with assignments, purchased ones with lines, both with their movements; exit code 1 at a fault."""
    from trueup.assignments.ledger import ledger_faults
    from trueup.base.actor import system
    from trueup.tenancy.queries import company_named

    actor = system("trueup ledger", via="command")
    if company:
        actor = actor.narrowed_to(company_named(actor=actor, name=company).pk)
    faults = ledger_faults(actor=actor)
    if is_json:
        click.echo(json.dumps([asdict(fault) for fault in faults], indent=2))
    for fault in () if is_json else faults:
        click.echo(
            f"Licence {fault.licence_id}: {fault.fault}, {fault.stored} stored, {fault.expected} expected."
        )
    if not faults and not is_json:
        click.echo("The ledger adds up.")
    sys.exit(1 if faults else 0)
