"""Any list as a table for export: what the register's columns say of the rows the actor may see, nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.listing import read_all
from trueup.base.problems import NotAllowed
from trueup.base.registers import Column, Condition, Kind, Listing, Register
from trueup.reports.render import table
from trueup.reports.render.table import Cell, Table

KINDS = {
    Kind.NUMBER: table.Kind.INTEGER,
    Kind.MONEY: table.Kind.MONEY,
    Kind.DAY: table.Kind.DATE,
    Kind.MOMENT: table.Kind.MOMENT,
    Kind.FLAG: table.Kind.FLAG,
}


def table_of(
    register: Register,
    *,
    actor: Actor,
    listing: Listing,
    keys: Sequence[str] | None = None,
    **rows_arguments: Any,
) -> Table:
    """The list as asked (filters, words, order), streamed. `keys` are the columns on screen; None takes all.

    Raises NotAllowed without the right to export. The id comes first and a currency beside its amount, so that
    the file loads again and money is never without its currency.
    """
    return list_table(register, actor=exporting(actor), listing=listing, keys=keys, **rows_arguments)


def list_table(
    register: Register,
    *,
    actor: Actor,
    listing: Listing,
    keys: Sequence[str] | None = None,
    with_id: bool = True,
    **rows_arguments: Any,
) -> Table:
    """The same for a page, where nothing leaves the house."""
    seen = register.seen_by(actor)
    columns = (
        list(seen.columns) if keys is None else [c for key in keys if (c := seen.column(key)) is not None]
    )
    rows = read_all(seen, actor=actor, listing=listing, **rows_arguments)
    return Table(
        title=str(register.title),
        columns=[
            *([table.Column("id", "Id", table.Kind.INTEGER)] if with_id else []),
            *(part for each in columns for part in parts(each, columns)),
        ],
        rows=cells(rows, columns, with_id=with_id),
        filters=[spoken(condition, seen) for condition in listing.conditions]
        + ([("Search", listing.words)] if listing.words else []),
    )


def exporting(actor: Actor) -> Actor:
    """The actor narrowed to the companies of which it may export."""
    companies = actor.companies(Permission.EXPORTS_RUN)
    if companies is None:
        return actor
    if not companies:
        raise NotAllowed(
            _("%(name)s lacks the permission “%(permission)s”. An owner can grant a role that has it.")
            % {"name": actor.name, "permission": Permission.EXPORTS_RUN},
            permission=str(Permission.EXPORTS_RUN),
        )
    return actor.within(companies)


def parts(column: Column, beside: Sequence[Column] = ()) -> Iterator[table.Column]:
    """The column of a file, or the two of money; units are added up where their metric stands beside them."""
    kind = KINDS.get(column.kind, table.Kind.TEXT)
    if not column.currency_path:
        metric = next((one.key for one in beside if one.source == column.unit_path), None)
        yield table.Column(column.key, str(column.label), kind, metric_key=metric)
        return
    currency = f"{column.key}_currency"
    yield table.Column(column.key, str(column.label), kind, currency)
    yield table.Column(currency, f"{column.label}: currency")


def cells(
    rows: Iterator[Mapping[str, Any]], columns: Sequence[Column], *, with_id: bool = True
) -> Iterator[list[Cell]]:
    """Rows of the register as cells, in the order of the columns."""
    for row in rows:
        found: list[Cell] = [row["id"]] if with_id else []
        for column in columns:
            value = plain(row[column.source])
            found.append(table.cents(value) if isinstance(value, Decimal) else value)
            if column.currency_path:
                found.append(row[column.currency_path] or "")
        yield found


def plain(value: Any) -> Cell:
    """A value as a cell; tags are joined, fields with their values are JSON, anything unusual is text."""
    if value is None or isinstance(value, bool | int | Decimal | date | datetime | str):
        return value
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def spoken(condition: Condition, register: Register) -> tuple[str, str]:
    """A filter as people read it."""
    column = register.column(condition.key)
    if condition.lookup == "isnull":
        is_empty = condition.value.lower() in {"true", "1", "yes"}
        return (
            str(column.label) if column else condition.key,
            _("is empty") if is_empty else _("is not empty"),
        )
    words = {
        "lt": _("below"),
        "lte": _("up to"),
        "gt": _("above"),
        "gte": _("from"),
        "in": _("one of"),
        "contains": _("contains"),
    }
    said = " ".join(filter(None, (words.get(condition.lookup, ""), condition.value)))
    return (str(column.label) if column else condition.key, said)
