"""`trueup export`: a list as CSV or XLSX, filtered as on the page; money keeps its currency, no cell is a formula."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trueup.cli.database import with_database

if TYPE_CHECKING:
    from trueup.base.registers import Register

# name: (where its register is, whether it is the list of a day)
LISTS = {
    "licences": ("trueup.licences.columns:LICENCES", True),
    "purchases": ("trueup.licences.columns:PURCHASES", True),
    "assignments": ("trueup.assignments.columns:ASSIGNMENTS", False),
    "people": ("trueup.people.columns:PEOPLE", False),
    "devices": ("trueup.devices.columns:DEVICES", False),
    "products": ("trueup.catalogue.columns:PRODUCTS", False),
    "titles": ("trueup.inventory.columns:TITLES", False),
    "positions": ("trueup.compliance.columns:POSITIONS", False),
}


@click.command()
@click.argument("name", metavar="LIST", type=click.Choice(list(LISTS)))
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; without it CSV on standard output.",
)
@click.option(
    "--format", "form", type=click.Choice(["csv", "xlsx"]), help="Without it, what the file's name ends in."
)
@click.option("--company", help="Only this company.")
@click.option(
    "--filter", "filters", multiple=True, metavar="COLUMN=VALUE", help="As in the list's address: free__lt=1."
)
@click.option("--columns", help="Only these columns, between commas.")
@click.option(
    "--bom", is_flag=True, help="Begin CSV with a byte order mark, so that Excel reads its accents."
)
@with_database
def export(
    *,
    name: str,
    output: Path | None,
    form: str | None,
    company: str | None,
    filters: tuple[str, ...],
    columns: str | None,
    bom: bool,
) -> None:
    """Write a list to a file: licences, purchases, assignments, people, devices, products, titles or positions."""
    from django.utils import timezone

    from trueup.base.actor import system
    from trueup.base.listing import parse_listing
    from trueup.reports.lists import table_of
    from trueup.tenancy.queries import company_named

    actor = system("command line", via="command")
    if company:
        actor = actor.narrowed_to(company_named(actor=actor, name=company).pk)
    register, of_a_day = _register(name)
    wanted = dict(_pair(text) for text in filters)
    arguments: dict[str, Any] = {"on": timezone.localdate()} if of_a_day else {}
    table = table_of(
        register,
        actor=actor,
        listing=parse_listing(register, wanted),
        keys=[key.strip() for key in columns.split(",")] if columns else None,
        **arguments,
    )
    _write(table, output, form or (output.suffix.lstrip(".").lower() if output else "csv"), bom=bom)


def _register(name: str) -> tuple[Register, bool]:
    """The register of a list, and whether it is read for a day."""
    where, of_a_day = LISTS[name]
    module, _, variable = where.partition(":")
    return getattr(import_module(module), variable), of_a_day


def _pair(text: str) -> tuple[str, str]:
    """Column and value around the first equals sign."""
    column, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"“{text}” is not COLUMN=VALUE.", param_hint="--filter")
    return column.strip(), value.strip()


def _write(table: Any, output: Path | None, form: str, *, bom: bool) -> None:
    """The table in the form asked for."""
    from trueup.reports.render.csv import write_csv
    from trueup.reports.render.xlsx import write_xlsx

    if form not in {"csv", "xlsx"}:
        raise click.BadParameter(f"“{form}” is no form of a list: csv or xlsx is.", param_hint="--format")
    if output is None and form == "xlsx":
        raise click.BadParameter("A workbook needs a file to go to.", param_hint="--output")
    if output is None:
        for chunk in write_csv(table, byte_order_mark=bom):
            sys.stdout.buffer.write(chunk)
        return
    with output.open("wb") as stream:
        if form == "xlsx":
            write_xlsx(table, stream)
        else:
            stream.writelines(write_csv(table, byte_order_mark=bom))
