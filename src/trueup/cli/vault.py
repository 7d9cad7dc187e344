"""`trueup vault …`: how the vault is, and new keys for it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from trueup.cli.database import with_database

if TYPE_CHECKING:
    from trueup.base.actor import Actor


@click.group()
def vault() -> None:
    """Sealed licence keys: state and rotation."""


@vault.command()
@click.option("--json", "is_json", is_flag=True, help="Write JSON.")
@with_database
def status(*, is_json: bool) -> None:
    """Which provider keeps the keys, and whether all that is sealed can be opened; exit code 1 when not."""
    from trueup.vault.queries import vault_state

    state = vault_state(actor=_actor())
    if is_json:
        facts = {
            "provider": state.health.label,
            "current_key": state.health.current,
            "keys": list(state.health.key_ids),
            "secrets": dict(state.secrets),
            "missing": list(state.missing),
            "waiting": state.waiting,
            "trouble": state.health.trouble,
        }
        click.echo(json.dumps(facts, indent=2))
        sys.exit(0 if state.is_well else 1)
    click.echo(f"Provider: {state.health.label}; current key {state.health.current or 'none'}.")
    for key_id in sorted({*state.health.key_ids, *state.secrets}):
        place = "" if key_id in state.health.key_ids else "  MISSING"
        click.echo(f"  {key_id}  {state.secrets.get(key_id, 0)} secrets{place}")
    if state.health.trouble:
        click.echo(state.health.trouble, err=True)
    if state.waiting and state.is_well:
        click.echo(
            f"{state.waiting} secrets are under an older key: `trueup vault rotate` goes on with them."
        )
    sys.exit(0 if state.is_well else 1)


@vault.command()
@with_database
def rotate() -> None:
    """Make a new key and wrap every data key under it; interrupted, it goes on where it stopped."""
    from django.utils import timezone

    from trueup.vault.actions import rotate_keys

    count = rotate_keys(actor=_actor(), at=timezone.now())
    click.echo(
        f"{count} secrets are under the new key. Back the key files up before you remove an older one."
    )


def _actor() -> Actor:
    from trueup.base.actor import system

    return system("trueup vault", via="command")
