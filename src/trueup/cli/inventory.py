"""Inventories of machines: agents let in, files imported, and how much of what was found is understood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trueup.cli.database import with_database

if TYPE_CHECKING:
    from trueup.inventory.queries import Coverage
    from trueup.tenancy.models import Company

COMPANY = click.option("--company", required=True, help="Name of the company the machines belong to.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
WORDS = {
    "recognised": "recognised",
    "not_licensable": "nobody licenses them",
    "unsure": "unsure",
    "unrecognised": "unrecognised",
}


@click.group()
def inventory() -> None:
    """Inventories of machines."""


@inventory.command(name="import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@COMPANY
@AS_JSON
@with_database
def import_(*, paths: tuple[Path, ...], company: str, as_json: bool) -> None:
    """Import inventory files of GLPI Agent, FusionInventory or OCS; of folders, everything in them."""
    where = _company(company)
    outcomes = [{"file": str(path), **_imported(path, where.pk)} for path in _files(paths)]
    trouble = [outcome for outcome in outcomes if "trouble" in outcome]
    if as_json:
        click.echo(json.dumps(outcomes, ensure_ascii=False, indent=1))
    else:
        for outcome in trouble:
            click.echo(f"{outcome['file']}: {outcome['trouble']}", err=True)
        click.echo(f"{len(outcomes) - len(trouble)} imported, {len(trouble)} refused.")
    if trouble and len(trouble) == len(outcomes):
        raise click.exceptions.Exit(1)


def _imported(path: Path, company_id: int) -> dict[str, object]:
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.connectors.applying import import_document
    from trueup.inventory.documents.document import UnreadableDocumentError

    try:
        recorded = import_document(
            actor=system("command line", via="command"),
            company_id=company_id,
            raw=path.read_bytes(),
            at=timezone.now(),
        )
    except (UnreadableDocumentError, OSError) as problem:
        return {"trouble": str(problem)}
    return asdict(recorded) if recorded else {"trouble": "in trouble; its receipt says why"}


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(inside for inside in path.rglob("*") if inside.is_file())
        else:
            yield path


@inventory.command()
@COMPANY
@click.option("--label", required=True, help="What these agents are, for example a site's name.")
@click.option("--keep-users", is_flag=True, help="Keep the name of the last user of each machine.")
@with_database
def enrol(*, company: str, label: str, keep_users: bool) -> None:
    """Let agents in: prints the address they post to, this once."""
    import os

    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.inventory.actions import issue_enrolment
    from trueup.project.environment import read_environment

    actor, environment = system("command line", via="command"), read_environment(os.environ)
    _, secret = issue_enrolment(
        actor=actor, company_id=_company(company).pk, label=label, keep_users=keep_users, at=timezone.now()
    )
    origin = environment.origin or f"http://{environment.bind}"
    click.echo(f"{origin}/agents/{secret}")


@inventory.command()
@COMPANY
@with_database
def recognise(*, company: str) -> None:
    """Judge titles again that an older library judged."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.inventory.actions import recognise_titles

    actor = system("command line", via="command")
    changed = recognise_titles(actor=actor, company_id=_company(company).pk, at=timezone.now())
    click.echo(f"{changed} titles came out differently.")


@inventory.command()
@COMPANY
@AS_JSON
@with_database
def report(*, company: str, as_json: bool) -> None:
    """Say what was found and how much of it is understood."""
    from trueup.base.actor import system
    from trueup.inventory.queries import inventory_coverage

    coverage = inventory_coverage(
        actor=system("command line", via="command"), company_id=_company(company).pk
    )
    click.echo(json.dumps(asdict(coverage), ensure_ascii=False, indent=1) if as_json else _told(coverage))


def _told(coverage: Coverage) -> str:
    lines = [
        f"{coverage.devices} devices, {coverage.devices_unknown} of them without a software list",
        f"{coverage.titles} titles, {coverage.installations} installations",
    ]
    for status, words in WORDS.items():
        titles, installed = coverage.by_status.get(status, 0), coverage.installations_by_status.get(status, 0)
        shares = f"{_share(titles, coverage.titles)} of titles, {_share(installed, coverage.installations)} of installations"
        lines.append(f"  {words}: {titles} titles, {installed} installations ({shares})")
    if coverage.unrecognised:
        lines.append("unrecognised, most widespread first:")
        lines += [
            f"  {devices:>5}  {name} ({publisher or 'no publisher'})"
            for name, publisher, devices in coverage.unrecognised
        ]
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "no share"


def _company(name: str) -> Company:
    from trueup.base.actor import system
    from trueup.tenancy.queries import company_named

    return company_named(actor=system("command line", via="command"), name=name)
