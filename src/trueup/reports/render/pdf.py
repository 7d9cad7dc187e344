"""A table as PDF: our fonts, A4 landscape, the head on every page, page numbers, the day and the filters printed.

Set by typst from one template; the words come from the same function as those of the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from trueup.base.days import day_in_words
from trueup.base.problems import Invalid
from trueup.reports.render.spoken import NUMBER_KINDS, said, total_said
from trueup.reports.render.table import Cell, Column, Table
from trueup.reports.render.totals import Total, Totals

TEMPLATE = Path(__file__).parent / "report.typ"
FONTS = ("fontpkg_inter", "fontpkg_geist_mono")
MOST_ROWS = 10_000
NARROWEST, WIDEST = 5, 34
"""How many letters a column is at least and at most taken to need when the width of the page is shared out."""


class TooLongForPaper(Invalid):
    """More rows than anybody prints."""

    title = gettext_lazy("Too long for paper")


def write_pdf(table: Table) -> bytes:
    """The whole table as one PDF; refuses more rows than a PDF is good for."""
    told = json.dumps(_told(table), ensure_ascii=False)
    return bytes(
        typst.compile(TEMPLATE, sys_inputs={"table": told}, font_paths=_fonts(), ignore_system_fonts=True)
    )


def _fonts() -> list[Path]:
    found = (find_spec(name) for name in FONTS)
    return [
        Path(where) / "files" for spec in found if spec for where in spec.submodule_search_locations or ()
    ]


def _told(table: Table) -> dict[str, Any]:
    totals = Totals(table.columns)
    bodies = list(_bodies(table, totals))
    lines = [line for body in bodies for line in body["rows"]]
    heads = [column.title for column in table.columns]
    return {
        "title": table.title,
        "language": (get_language() or "en").partition("-")[0],
        "made": day_in_words(table.made_on) if table.made_on else "",
        "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "filters": [f"{label}: {value}" for label, value in table.filters],
        "nothing": table.nothing or _("No rows."),
        "intro": list(table.intro),
        "heads": heads,
        "numbers": [column.kind in NUMBER_KINDS for column in table.columns],
        "widths": _widths(heads, lines),
        "bodies": bodies,
        "totals": _sums(table.columns, totals.lines(), totals.label_place()) if table.has_totals else [],
    }


def _bodies(table: Table, totals: Totals) -> Iterator[dict[str, Any]]:
    """The rows under the heads of their groups; one body without a head where there are none."""
    place = table.place_of(table.group_key) if table.group_key else None
    rows = islice(table.rows, MOST_ROWS + 1)
    seen = 0
    for head, group in groupby(rows, key=lambda row: "" if place is None else row[place]):
        lines, own = [], Totals(table.columns)
        for row in group:
            seen += 1
            if seen > MOST_ROWS:
                raise TooLongForPaper.of(
                    "format",
                    _("More than %(most)s rows: take XLSX or CSV, or narrow the filters.")
                    % {"most": MOST_ROWS},
                )
            totals.add(row)
            own.add(row)
            lines.append(_line(row, table.columns))
        sums = _sums(table.columns, own.lines(), own.label_place())
        named = "" if place is None else said(head, table.columns[place]) or "–"
        yield {"head": named, "rows": lines, "sums": sums if table.has_totals and place is not None else []}


def _line(row: Sequence[Cell], columns: Sequence[Column]) -> list[str]:
    return [said(cell, column) for cell, column in zip(row, columns, strict=True)]


def _sums(columns: Sequence[Column], lines: Sequence[Total], label_place: int | None) -> list[list[str]]:
    return [
        [
            said(line.sums[place], column)
            if place in line.sums
            else total_said(line.measure)
            if place == label_place
            else ""
            for place, column in enumerate(columns)
        ]
        for line in lines
    ]


def _widths(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> list[int]:
    """The page's width in parts: a column gets as many as its longest word or its longest usual text needs."""
    wide = [max((len(word) for word in head.split()), default=1) + 2 for head in heads]
    for line in lines:
        for place, text in enumerate(line):
            wide[place] = max(wide[place], len(text))
    return [min(max(one, NARROWEST), WIDEST) for one in wide]
