"""`trueup import ralph`, `snipeit` and `glpi`: moving in from other systems, dry or for good."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trueup.cli.database import with_database

if TYPE_CHECKING:
    from trueup.connectors.landing.landing import Landed, Report, Wishes
    from trueup.connectors.spreadsheet.answers import Answers

ERRORS_PRINTED = 50
OPTIONS = {
    "price_basis": "--price",
    "currency": "--currency",
    "metrics": "--label",
    "nines": "--nines",
    "date_order": "--dates",
    "decimals": "--decimals",
    "blank_units": "--blank-units",
}
SHARED = (
    click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing."),
    click.option("--make-companies", is_flag=True, help="Make companies that are named and not here yet."),
    click.option("--currency", help="ISO code for prices that name no currency."),
    click.option("--price", type=click.Choice(["unit", "total"]), help="What a price pays for."),
    click.option("--nines", type=click.Choice(["unlimited", "number"]), help="What 9999 units mean."),
    click.option("--metric", help="Licence type of licences that name none."),
    click.option(
        "--label", "labels", multiple=True, metavar="LABEL=METRIC", help="Which licence type a label means."
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
)
OF_AN_API = (
    click.option("--url", help="Address of the other system, with https:// in front."),
    click.option(
        "--token-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="File whose first line is the token.",
    ),
    click.option("--plain-http", is_flag=True, help="Send the token unencrypted, inside a network of yours."),
    click.option(
        "--known-holders", is_flag=True, help="Make no people and devices; name holders who are not here."
    ),
)
OF_A_FILE = (
    click.option("--dates", type=click.Choice(["day-first", "month-first"]), help="How 03/04/2026 is meant."),
    click.option("--decimals", type=click.Choice(["point", "comma"]), help="The sign before decimals."),
    click.option("--blank-units", type=int, help="What an empty number means; -1 is unlimited."),
)


def options(*groups: tuple[Any, ...]) -> Callable[[Any], Any]:
    """Several options at once, in their order."""

    def given(command: Any) -> Any:
        for option in reversed([one for group in groups for one in group]):
            command = option(command)
        return command

    return given


@click.command()
@click.option("--company", required=True, help="Name of the company whose licences they are.")
@options(OF_AN_API, SHARED)
@with_database
def ralph(*, company: str, url: str | None, token_file: Path | None, **said: Any) -> None:
    """Move in from Ralph, through its API: licences, keys, people and devices that hold units."""
    from trueup.connectors.ralph.client import ralph_at, read_ralph

    address, token = _door(url, token_file)
    source = ralph_at(url=address, token=token, wait=time.sleep, plain_http=said["plain_http"])
    _land_arrivals(read_ralph(source=source), company, said)


@click.command()
@click.argument("path", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--company", help="Land everything in this company; without it each licence in its own.")
@options(OF_AN_API, SHARED, OF_A_FILE)
@with_database
def snipeit(
    *, path: Path | None, company: str | None, url: str | None, token_file: Path | None, **said: Any
) -> None:
    """Move in from Snipe-IT: through its API with --url, or from the FILE that it exports (without holders)."""
    if path is not None and url is None:
        _land_file(path, company, said)
        return
    if path is not None:
        raise click.UsageError("Name a file or --url, not both.")
    from trueup.connectors.snipeit.client import read_snipeit, snipeit_at

    address, token = _door(url, token_file)
    source = snipeit_at(url=address, token=token, wait=time.sleep, plain_http=said["plain_http"])
    _land_arrivals(read_snipeit(source=source), company, said)


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--company", help="Land everything in this company; without it each row in its entity's.")
@options(SHARED, OF_A_FILE)
@with_database
def glpi(*, path: Path, company: str | None, **said: Any) -> None:
    """Move in from GLPI: the FILE that its list of licences exports, in any of its languages we read."""
    _land_file(path, company, said)


def _door(url: str | None, token_file: Path | None) -> tuple[str, str]:
    """Address and token of an API."""
    if url is None or token_file is None:
        raise click.UsageError("--url and --token-file are both needed to read an API.")
    lines = token_file.read_text(encoding="utf-8").split()
    if not lines:
        raise click.UsageError(f"{token_file} holds no token. Write it into the first line.")
    return url, lines[0]


def _land_arrivals(arrivals: Any, company: str | None, said: dict[str, Any]) -> None:
    """Land what an API told, and say what happened."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.connectors.landing.landing import land_arrivals

    actor = system("command line", via="command")
    wishes = _wishes(actor, company, said)
    report = land_arrivals(
        actor=actor, arrivals=arrivals, wishes=wishes, at=timezone.now(), on=timezone.localdate()
    )
    _say(report, is_dry=wishes.is_dry, as_json=said["as_json"])


def _land_file(path: Path, company: str | None, said: dict[str, Any]) -> None:
    """Land a file, and say what happened."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.connectors.landing.landing import land_file
    from trueup.connectors.spreadsheet.file_rows import read_licences
    from trueup.connectors.spreadsheet.reading import read_file

    actor = system("command line", via="command")
    wishes = _wishes(actor, company, said)
    sheet = read_file(name=path.name, content=path.read_bytes())[0]
    report = land_file(
        actor=actor,
        file=read_licences(sheet, answers=wishes.answers),
        file_name=path.name,
        wishes=wishes,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    _say(report, is_dry=wishes.is_dry, as_json=said["as_json"])


def _wishes(actor: Any, company: str | None, said: dict[str, Any]) -> Wishes:
    """What the command line wishes."""
    from trueup.connectors.landing.landing import Wishes
    from trueup.tenancy.queries import company_named

    return Wishes(
        company_id=company_named(actor=actor, name=company).pk if company else None,
        makes_companies=said["make_companies"],
        makes_holders=not said.get("known_holders", False),
        is_dry=said["dry_run"],
        answers=_answers(said),
    )


def _answers(said: dict[str, Any]) -> Answers:
    """What the command line answers."""
    from trueup.connectors.spreadsheet.answers import LABEL, answers_of

    names = {
        "price_basis": "price",
        "currency": "currency",
        "nines": "nines",
        "metric": "metric",
        "date_order": "dates",
        "decimals": "decimals",
        "blank_units": "blank_units",
    }
    given = {name: str(said[option]) for name, option in names.items() if said.get(option) is not None}
    for text in said["labels"]:
        label, equals, metric = text.rpartition("=")
        if not equals:
            raise click.BadParameter(f"“{text}” is not LABEL=METRIC.", param_hint="--label")
        given[f"{LABEL}{label.strip()}"] = metric.strip()
    return answers_of(given)


def _say(report: Report, *, is_dry: bool, as_json: bool) -> None:
    """What happened, or would, for a program or a person."""
    from trueup.connectors.spreadsheet.questions import questions

    asked = questions(report.all_errors)
    if as_json:
        click.echo(json.dumps(_told(report, asked, is_dry=is_dry), ensure_ascii=False, indent=1))
        return
    for error in report.all_errors[:ERRORS_PRINTED]:
        click.echo(f"  {error}", err=True)
    if len(report.all_errors) > ERRORS_PRINTED:
        more = len(report.all_errors) - ERRORS_PRINTED
        click.echo(f"  … and {more} more; --json lists all.", err=True)
    for question in asked:
        choices = " or ".join(value for value, _ in question.choices)
        click.echo(f"{question.text} Answer with {OPTIONS[question.answer]} {choices}".rstrip(), err=True)
    click.echo(f"Read from {report.title}.")
    for landed in report.landed:
        click.echo(_line(landed, is_dry=is_dry))


def _line(landed: Landed, *, is_dry: bool) -> str:
    """What happened in one company."""
    would = "would be " if is_dry else ""
    if landed.plan is None:
        return f"{landed.company}: the company would be made, with {landed.licences} licences."
    counts = landed.plan.counts
    line = (
        f"{landed.company}: {counts['create']} {would}created, {counts['update']} {would}updated, "
        f"{counts['unchanged']} unchanged; {landed.people} people and {landed.devices} devices {would}made."
    )
    return f"{line} Take it back with: trueup import undo {landed.batch_id}" if landed.batch_id else line


def _told(report: Report, asked: tuple[Any, ...], *, is_dry: bool) -> dict[str, Any]:
    """All of it for a program."""
    return {
        "source": report.title,
        "dry_run": is_dry,
        "counts": report.counts,
        "companies": [
            {
                "company": one.company,
                "licences": one.licences,
                "counts": one.plan.counts if one.plan else None,
                "batch": one.batch_id,
                "people": one.people,
                "devices": one.devices,
                "regions": list(one.regions),
            }
            for one in report.landed
        ],
        "errors": [asdict(error) for error in report.all_errors],
        "questions": [asdict(question) | {"option": OPTIONS[question.answer]} for question in asked],
    }
