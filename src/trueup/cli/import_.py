"""`trueup import`: licences from a CSV or XLSX file, dry or as one batch, and `trueup import undo` to take it back."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trueup.cli.database import with_database
from trueup.cli.import_systems import glpi, ralph, snipeit

if TYPE_CHECKING:
    from trueup.connectors.spreadsheet.file_rows import FileRows
    from trueup.connectors.spreadsheet.plan import Plan

ERRORS_PRINTED = 50
ANSWERS = {
    "date_order": "dates",
    "decimals": "decimals",
    "price_basis": "price",
    "currency": "currency",
    "nines": "nines",
    "blank_units": "blank_units",
    "metric": "metric",
}
ANSWERED_BY = {name: f"--{option.replace('_', '-')}" for name, option in ANSWERS.items()} | {
    "metrics": "--label"
}


class FileOrCommand(click.Group):
    """A group whose first word is a file unless it is one of its commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command that reads files first where no command is named."""
        named = bool(args) and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named or not args else ["file", *args])


@click.group(name="import", cls=FileOrCommand, no_args_is_help=True)
def import_() -> None:
    """Read licences from a CSV or XLSX file: `trueup import FILE --company NAME`."""


for _system in (ralph, snipeit, glpi):
    import_.add_command(_system)


@import_.command(name="file")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--company", required=True, help="Name of the company whose licences they are.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option(
    "--match", "matches", multiple=True, metavar="COLUMN=FIELD", help="Where a column goes; - leaves it out."
)
@click.option("--sheet", help="Name of the sheet; without it the one that looks most like licences.")
@click.option("--source", default="", help="Name of the system the ids in the file are from.")
@click.option(
    "--apart", is_flag=True, help="Make each row a licence of its own; without it equal ones become one."
)
@click.option("--dates", type=click.Choice(["day-first", "month-first"]), help="How 03/04/2026 is meant.")
@click.option("--decimals", type=click.Choice(["point", "comma"]), help="Which sign stands before decimals.")
@click.option("--currency", help="ISO code for prices that name no currency.")
@click.option(
    "--price", type=click.Choice(["unit", "total"]), help="Whether a price is for one unit or for the row."
)
@click.option("--nines", type=click.Choice(["unlimited", "number"]), help="What 9999 units mean.")
@click.option("--blank-units", type=int, help="What an empty number of units means; -1 is unlimited.")
@click.option("--metric", help="Licence type of rows that name none.")
@click.option(
    "--label", "labels", multiple=True, metavar="LABEL=METRIC", help="Which licence type a label means."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_database
def file(
    *, path: Path, company: str, dry_run: bool, matches: tuple[str, ...], as_json: bool, **options: Any
) -> None:
    """Read licences from a file, as one batch."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.connectors.spreadsheet.applying import apply_import
    from trueup.connectors.spreadsheet.planning import plan_import
    from trueup.tenancy.queries import company_named

    actor = system("command line", via="command")
    where = company_named(actor=actor, name=company)
    found = _read(path, matches, options)
    if dry_run:
        plan = plan_import(actor=actor, company_id=where.pk, file=found, on=timezone.localdate())
        _say(found, plan, batch_id=None, errors=plan.errors, as_json=as_json)
        return
    done = apply_import(
        actor=actor,
        company_id=where.pk,
        file=found,
        file_name=path.name,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    _say(found, done.plan, batch_id=done.batch_id, errors=done.errors, as_json=as_json)


@import_.command(name="undo")
@click.argument("batch", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_database
def undo(*, batch: int, as_json: bool) -> None:
    """Take an import back as a whole, as long as nothing else depends on it."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.connectors.spreadsheet.undoing import undo_import

    actor = system("command line", via="command")
    gone = undo_import(actor=actor, batch_id=batch, at=timezone.now(), on=timezone.localdate())
    created, updated = gone.summary["create"], gone.summary["update"]
    if as_json:
        click.echo(json.dumps({"batch": batch, "withdrawn": created, "restored": updated}))
    else:
        click.echo(
            f"Import {batch} of {gone.label} is taken back: {created} licences withdrawn, {updated} restored."
        )


def _read(path: Path, matches: tuple[str, ...], options: dict[str, Any]) -> FileRows:
    """The file's rows under what the command line says about it."""
    from trueup.base.problems import NotFound
    from trueup.connectors.spreadsheet.answers import LABEL, answers_of
    from trueup.connectors.spreadsheet.file_rows import read_licences
    from trueup.connectors.spreadsheet.reading import read_file
    from trueup.connectors.spreadsheet.sheets import MAX_BYTES

    with path.open("rb") as stream:
        sheets = read_file(name=path.name, content=stream.read(MAX_BYTES + 1))
    named = options["sheet"]
    sheet = next(
        (sheet for sheet in sheets if named is None or sheet.name.casefold() == named.casefold()), None
    )
    if sheet is None:
        raise NotFound(
            f"There is no sheet “{named}”. The sheets are: {', '.join(sheet.name for sheet in sheets)}."
        )
    choices = dict(_pair(match, "--match") for match in matches)
    labels = {
        f"{LABEL}{label}": metric for label, metric in (_pair(text, "--label") for text in options["labels"])
    }
    said = {name: str(options[option]) for name, option in ANSWERS.items() if options[option] is not None}
    answers = answers_of(said | labels)
    return read_licences(
        sheet, choices=choices, answers=answers, source=options["source"], apart=options["apart"]
    )


def _pair(text: str, option: str) -> tuple[str, str]:
    """The two sides of the last equals sign."""
    left, equals, right = text.rpartition("=")
    if not equals or not left.strip() or not right.strip():
        raise click.BadParameter(f"“{text}” is not COLUMN=FIELD.", param_hint=option)
    return left.strip(), right.strip()


def _say(
    found: FileRows, plan: Plan, *, batch_id: int | None, errors: tuple[Any, ...], as_json: bool
) -> None:
    """What happened, or would, for a program or a person."""
    from trueup.connectors.spreadsheet.questions import questions

    asked = questions(errors)
    if as_json:
        told = {
            "batch": batch_id,
            "dry_run": batch_id is None,
            "sheet": found.sheet.name,
            "rows": len(found.sheet.rows),
            "header_row": found.sheet.header_row,
            "encoding": found.sheet.encoding,
            "delimiter": found.sheet.delimiter,
            "source": found.source,
            "columns": [
                {"header": c.header, "field": c.target, "because": c.reason} for c in found.matching.columns
            ],
            "counts": plan.counts | {"errors": len(errors)},
            "errors": [asdict(error) for error in errors],
            "questions": [asdict(question) | {"option": ANSWERED_BY[question.answer]} for question in asked],
            "new_products": [{"publisher": publisher, "name": name} for publisher, name in plan.new_products],
            "keys_sealed": plan.keys,
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    _say_file(found)
    for error in errors[:ERRORS_PRINTED]:
        click.echo(f"  {error}", err=True)
    if len(errors) > ERRORS_PRINTED:
        click.echo(f"  … and {len(errors) - ERRORS_PRINTED} more; --json lists all.", err=True)
    for question in asked:
        choices = " or ".join(value for value, _ in question.choices)
        click.echo(f"{question.text} Answer with {ANSWERED_BY[question.answer]} {choices}".rstrip(), err=True)
    _say_outcome(plan, batch_id)


def _say_file(found: FileRows) -> None:
    """How the file was read, and where its columns go."""
    sheet, export = found.sheet, found.matching.export
    how = ", ".join(filter(None, (sheet.encoding, sheet.delimiter and f"delimiter {sheet.delimiter!r}")))
    click.echo(
        f"{sheet.name}: {len(sheet.rows)} rows below the header in row {sheet.header_row}"
        + (f" ({how})" if how else "")
    )
    if export:
        click.echo(f"Recognised as {export.title}.")
        for remark in export.remarks:
            click.echo(remark)
    for column in found.matching.columns:
        if column.header:
            click.echo(f"  {column.header} → {column.target}  ({column.reason})")


def _say_outcome(plan: Plan, batch_id: int | None) -> None:
    """The counts, and how to take it back."""
    counts = plan.counts
    will = "" if batch_id else "would be "
    click.echo(
        f"{counts['create']} {will}created, {counts['update']} {will}updated, {counts['unchanged']} unchanged, "
        f"{counts['reject']} rows rejected."
    )
    for pool in plan.merged[:3]:
        units = "unlimited" if pool.units is None else pool.units
        click.echo(
            f"{len(pool.rows)} rows are one licence of {pool.head.product} ({units} units); --apart keeps them apart."
        )
    if plan.keys:
        click.echo(
            f"{plan.keys} keys {'were' if batch_id else 'would be'} sealed in the vault, and shown nowhere."
        )
    if batch_id:
        click.echo(f"Take it back with: trueup import undo {batch_id}")
