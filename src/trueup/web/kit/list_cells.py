"""From a register's row to the cells of the page: what each kind of column looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from trueup.base.registers import Column, Kind
from trueup.web.kit import tables

Row = Mapping[str, Any]
Words = str | Promise
KINDS: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "text",
    Kind.MONO: "mono",
    Kind.NUMBER: "number",
    Kind.MONEY: "money",
    Kind.DAY: "day",
    Kind.MOMENT: "moment",
    Kind.FLAG: "text",
    Kind.CHOICE: "text",
    Kind.REFERENCE: "text",
    Kind.TAGS: "badges",
}


@dataclass(frozen=True, slots=True)
class Special:
    """A column that looks otherwise than its kind: a kind of cell and what makes its value out of the row; `align` puts
    words that stand for a number ("unlimited") at the end, where numbers are.
    """

    kind: str
    value: Callable[[Row], Any]
    label: Words = ""
    align: Literal["", "start", "end"] = ""


@dataclass(frozen=True, slots=True)
class View:
    """A standard view: a tab with a filter of its own, as the part of the address after the question mark."""

    label: Words
    query: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How a register looks as a page. ``special`` draws columns its own way; ``nothing`` says what will stand here;
    ``beside`` are columns shown elsewhere (in the first cell) and therefore not by themselves.
    """

    noun: Words
    icon: str
    special: Mapping[str, Special] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    missing: Mapping[str, Words] = field(default_factory=dict)
    views: tuple[View, ...] = ()
    nothing_title: Words = ""
    nothing_text: Words = ""
    placeholder: Words = ""
    detail: str = ""


@lru_cache(maxsize=64)
def _pattern(name: str) -> str | None:
    try:
        return reverse(name, args=[0])
    except NoReverseMatch:
        return None


def address_of(name: str, row_id: int | None) -> str:
    """The page of one record, or nothing where there is no such page."""
    pattern = _pattern(name) if name and row_id is not None else None
    return pattern.replace("/0/", f"/{row_id}/", 1) if pattern else ""


def _decide_by(row: Row) -> dict[str, Any] | None:
    return {"day": row["decide_by"], "watch": True} if row["decide_by"] else None


def _owner(row: Row) -> dict[str, Any] | None:
    if not row["owner__name"]:
        return None
    return {"name": row["owner__name"], "url": address_of("person", row["owner_id"])}


DECIDE_BY = Special("day", _decide_by)
"""A day that is watched: it turns amber when it comes near."""
OWNER = Special("person", _owner)
"""Who answers for a record, with a way to the person."""


def heads(
    columns: tuple[Column, ...],
    look: Look,
    sort_of: Callable[[Column], tuple[str, str]],
    then_by: Callable[[Column], str] | None = None,
) -> list[tables.Column]:
    """The table's columns; ``sort_of`` gives the address that sorts by a column and how it is sorted now, ``then_by``
    the one that sorts by it second.
    """
    found = []
    for column in columns:
        special = look.special.get(column.key)
        url, now = sort_of(column)
        found.append(
            tables.Column(
                column.key,
                (special.label if special and special.label else column.label),
                special.kind if special else KINDS[column.kind],
                low=column.low,
                sort_url=url,
                then_url=then_by(column) if then_by else "",
                sorted=now,  # type: ignore[arg-type]  # one of the three words
                missing=look.missing.get(column.key, ""),
                align=special.align if special else "",
            )
        )
    return found


def cells_of(row: Row, columns: tuple[Column, ...], look: Look) -> dict[str, Any]:
    """One row of the table, by column key."""
    cells: dict[str, Any] = {"id": row["id"]}
    for column in columns:
        special = look.special.get(column.key)
        cells[column.key] = special.value(row) if special else value_of(row, column)
    return cells


def value_of(row: Row, column: Column) -> Any:
    """What the cell of the column's kind takes."""
    value = row[column.source]
    if value is None or value == "":
        return None
    if column.kind in {Kind.MONEY, Kind.REFERENCE, Kind.CHOICE, Kind.FLAG, Kind.TAGS}:
        return _SHAPES[column.kind](value, row, column)
    return value


def _money(value: Any, row: Row, column: Column) -> tuple[Any, str]:
    return value, row.get(column.currency_path) or "EUR"


def _reference(value: Any, row: Row, column: Column) -> Any:
    linked = column.id_path and column.to != "company"
    url = address_of(column.to, row.get(column.id_path)) if linked else ""
    return {"text": value, "url": url} if url else value


def _choice(value: Any, _row: Row, column: Column) -> str:
    return str(dict(column.choices).get(value, value))


def _flag(value: Any, _row: Row, _column: Column) -> str:
    return _("yes") if value else _("no")


def _tags(value: Any, _row: Row, _column: Column) -> list[dict[str, str]] | None:
    return [{"label": tag, "tone": "line"} for tag in value] or None


_SHAPES: Final[Mapping[Kind, Callable[[Any, Row, Column], Any]]] = {
    Kind.MONEY: _money,
    Kind.REFERENCE: _reference,
    Kind.CHOICE: _choice,
    Kind.FLAG: _flag,
    Kind.TAGS: _tags,
}
