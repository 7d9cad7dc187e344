"""How a report looks as a page: the same cells, sums and groups as in its files, in the tables of the kit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.reports.render.spoken import NUMBER_KINDS, said, total_said
from trueup.reports.render.totals import Totals
from trueup.tenancy.queries import regions_visible_to
from trueup.web.kit.tables import Column, Group, Table

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.reports.library.asking import Ask
    from trueup.reports.library.report import Report
    from trueup.reports.render.table import Cell
    from trueup.reports.render.table import Column as AnswerColumn
    from trueup.reports.render.table import Table as Answer

ROWS_SHOWN = 500
PHONE_NUMBERS = 3
LINKED = {"licence": "licence"}
"""Columns that hold the number of a record, and the page that shows it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer on the page: its first rows, its sums, how many rows there are in all."""

    table: Table
    sums: Sequence[Sequence[str]]
    rows: int
    most: int
    filters: Sequence[tuple[str, str]]
    nothing: str


def shown(answer: Answer) -> Shown:
    """The first rows in words, and the sums of all of them."""
    totals, kept, count = Totals(answer.columns), [], 0
    for count, row in enumerate(answer.rows, start=1):
        totals.add(row)
        if count <= ROWS_SHOWN:
            kept.append(row)
    columns = [
        Column(
            column.key, column.title, align="end" if column.kind in NUMBER_KINDS else "", missing="–", low=gives_way
        )
        for column, gives_way in zip(answer.columns, _low(answer), strict=True)
    ]  # fmt: skip
    groups = list(_groups(answer, kept)) if answer.group_key else []
    rows = [] if groups else [_row(answer, row) for row in kept]
    table = Table(answer.title, columns, rows=rows, groups=groups, id="report")
    sums = _sums(answer, totals) if answer.has_totals else []
    return Shown(table, sums, count, ROWS_SHOWN, answer.filters, answer.nothing)


def _low(answer: Answer) -> list[bool]:
    """Which columns give way on a phone: words but for the first, and numbers but for the first few with their measure."""
    kept = {answer.group_key, *({answer.columns[0].key} if answer.columns else ())}
    numbers = [
        column for column in answer.columns if column.kind in NUMBER_KINDS and column.key not in LINKED
    ]
    for column in numbers[:PHONE_NUMBERS]:
        kept |= {column.key, column.measure_key}
    return [column.key not in kept for column in answer.columns]


def _row(answer: Answer, row: Sequence[Cell]) -> dict[str, Any]:
    cells = zip(answer.columns, row, strict=True)
    return {column.key: _cell(cell, column) for column, cell in cells}


def _cell(cell: Cell, column: AnswerColumn) -> Any:
    """The cell in words; the number of a record is a link to it."""
    words = said(cell, column) or None
    if words and column.key in LINKED and isinstance(cell, int):
        return {"text": words, "url": reverse(LINKED[column.key], args=[cell])}
    return words


def _groups(answer: Answer, rows: Sequence[Sequence[Cell]]) -> Iterator[Group]:
    place = answer.place_of(answer.group_key)
    if place is None:
        return
    for head, members in groupby(rows, key=lambda row: row[place]):
        words = said(head, answer.columns[place]) or _("none")
        yield Group(words, [_row(answer, row) for row in members])


def _sums(answer: Answer, totals: Totals) -> list[list[str]]:
    """A line a currency and metric: what it is of, then each sum with its column's head."""
    return [
        [
            total_said(line.measure),
            *(
                f"{answer.columns[place].title}: {said(amount, answer.columns[place])}"
                for place, amount in sorted(line.sums.items())
            ),
        ]
        for line in totals.lines()
    ]


def filters(ask: Ask, actor: Actor, report: Report) -> dict[str, Any]:
    """What the form above the table offers and what it is filled with."""
    regions = regions_visible_to(actor=actor).select_related("company").order_by("company__name", "name")
    several = actor.companies(Permission.LICENCES_VIEW) is None or len(actor.roles) > 1
    return {
        "regions": [
            {
                "id": region.pk,
                "name": f"{region.name}, {region.company.name}" if several else region.name,
                "chosen": region.pk in ask.regions,
            }
            for region in regions[:200]
        ],
        "products": ",".join(map(str, ask.products)),
        "is_narrowed": bool(ask.products or ask.regions),
        "on": ask.on,
        "first": ask.first,
        "last": ask.last,
        "asks_period": report.asks_period,
        "choices": [
            (choice, [(value, label, ask.more.get(choice.name) == value) for value, label in choice.values])
            for choice in report.choices
        ],
    }
