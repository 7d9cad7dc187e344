"""One table, five renderings: page, PDF, XLSX, CSV and JSON say the same, cell by cell."""

from __future__ import annotations

import csv
import io
import json
import re
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from django.template import Context, Template
from django.utils import translation
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from trueup.base.problems import Invalid
from trueup.reports.render.files import TYPES, file_of
from trueup.reports.render.json import plain
from trueup.reports.render.pdf import MOST_ROWS, TooLongForPaper
from trueup.reports.render.spoken import said, total_said
from trueup.reports.render.table import Cell, Column, Kind, Table
from trueup.reports.render.totals import Totals
from trueup.web.reports.look import shown

COLUMNS = (
    Column("product", "Product"), Column("metric", "Metric"), Column("used", "Used", Kind.INTEGER, metric_key="metric"),
    Column("share", "Used, %", Kind.DECIMAL), Column("cost", "Cost", Kind.MONEY, "currency"),
    Column("currency", "Currency"), Column("until", "Valid to", Kind.DATE), Column("seen", "Seen", Kind.MOMENT),
    Column("renews", "Auto-renews", Kind.FLAG),
)  # fmt: skip
MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ROWS: list[list[Cell]] = [
    [
        "Draw & Büro",
        "Per user",
        1200,
        Decimal("33.3"),
        Decimal("1234.50"),
        "EUR",
        date(2026, 12, 31),
        MOMENT,
        True,
    ],
    ["Store", "Per core", 16, None, Decimal("0.07"), "USD", None, None, False],
    [
        "=Paint",
        "Per user",
        -3,
        Decimal("0.125"),
        Decimal("1234567.89"),
        "EUR",
        date(2027, 2, 1),
        MOMENT,
        None,
    ],
]
FILTERS = [("Region", "Europe"), ("Day", "21 Nov 2026")]


def a_table(rows: list[list[Cell]] = ROWS, **more) -> Table:
    return Table(
        "Utilisation", COLUMNS, iter(rows), FILTERS, has_totals=True, made_on=date(2026, 11, 21), **more
    )


def written(form: str, table: Table) -> bytes:
    return b"".join(file_of(table, form).chunks)


def sums(rows: list[list[Cell]] = ROWS) -> Totals:
    totals = Totals(COLUMNS)
    for row in rows:
        totals.add(row)
    return totals


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def text_of_pdf(content: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def from_csv() -> list[list[str]]:
    return list(csv.reader(io.StringIO(written("csv", a_table()).decode(), newline="")))


def from_xlsx() -> list[list[object]]:
    book = CalamineWorkbook.from_object(io.BytesIO(written("xlsx", a_table())))
    return book.get_sheet_by_name("Data").to_python()


def test_r_099_r_100_r_101_every_rendering_has_the_same_cells():
    """R-006: JSON and XLSX typed, CSV plain, page and paper in the same words."""
    as_json = json.loads(written("json", a_table()))
    as_csv, as_xlsx = from_csv(), from_xlsx()
    page = unescape(Template("{% table shown.table %}").render(Context({"shown": shown(a_table())})))
    cells = [squeezed(re.sub(r"<[^>]+>", "", one)) for one in re.findall(r"<td[^>]*>(.*?)</td>", page)]
    paper = text_of_pdf(written("pdf", a_table()))

    assert as_csv[0] == [column.key for column in COLUMNS]
    assert as_xlsx[0] == [column.title for column in COLUMNS]
    for number, row in enumerate(ROWS):
        line = as_json["rows"][number]
        for place, (column, cell) in enumerate(zip(COLUMNS, row, strict=True)):
            words = said(cell, column)
            assert line[column.key] == plain(cell)
            assert (
                typed(as_csv[number + 1][place], column) == cell
                if cell is not None
                else as_csv[number + 1][place] == ""
            )
            assert same(as_xlsx[number + 1][place], cell), (column.key, as_xlsx[number + 1][place], cell)
            assert cells[number * len(COLUMNS) + place] == squeezed(words or "–")
        in_a_row = "".join(squeezed(said(cell, column)) for column, cell in zip(COLUMNS, row, strict=True))
        assert in_a_row in paper, (in_a_row, paper)


def typed(text: str, column: Column) -> Cell:
    """What a line of CSV says, read by the kind of its column."""
    readers = {
        Kind.INTEGER: int, Kind.DECIMAL: Decimal, Kind.MONEY: Decimal, Kind.DATE: date.fromisoformat,
        Kind.MOMENT: datetime.fromisoformat, Kind.FLAG: "yes".__eq__, Kind.TEXT: lambda one: one.removeprefix("'"),
    }  # fmt: skip
    return readers[column.kind](text)


def same(found: object, cell: Cell) -> bool:
    """Whether a cell of the workbook holds the value, in its own type."""
    if cell is None:
        return found == ""
    if isinstance(cell, datetime):
        return found == cell.replace(tzinfo=None)
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return isinstance(found, float) and found == float(cell)
    return found == (f"'{cell}" if str(cell).startswith("=") else cell) and type(found) is not float


def test_every_rendering_has_the_same_sums_of_one_metric_and_one_currency():
    """R-102: users and cores, euros and dollars are never added."""
    expected = {
        line.measure: {COLUMNS[place].key: amount for place, amount in line.sums.items()}
        for line in sums().lines()
    }
    assert expected == {
        "EUR": {"cost": Decimal("1235802.39")}, "USD": {"cost": Decimal("0.07")},
        "Per user": {"used": 1197}, "Per core": {"used": 16},
    }  # fmt: skip
    in_json = {one.pop("of"): one for one in json.loads(written("json", a_table()))["totals"]}
    assert in_json == {
        measure: {key: f"{amount:f}" for key, amount in of.items()} for measure, of in expected.items()
    }
    in_xlsx = {row[0].removeprefix("Total "): row for row in from_xlsx()[len(ROWS) + 2 :]}
    assert in_xlsx["Per user"][2] == 1197
    assert in_xlsx["EUR"][4] == 1235802.39
    paper, page = text_of_pdf(written("pdf", a_table())), shown(a_table()).sums
    for line in sums().lines():
        words = [said(amount, COLUMNS[place]) for place, amount in sorted(line.sums.items())]
        assert squeezed(total_said(line.measure) + "".join(words)) in paper
        assert [
            total_said(line.measure),
            *(f"{COLUMNS[p].title}: {said(a, COLUMNS[p])}" for p, a in line.sums.items()),
        ] in page


def test_r_099_paper_has_numbers_day_filters_and_its_head_on_every_page():
    content = written("pdf", a_table(ROWS * 40))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
        assert "21 Nov 2026" in text
        assert squeezed("Product Metric Used Used, % Cost") in squeezed(text)
    assert "Region: Europe" in pages[0]
    fonts = {str(font["/BaseFont"]) for font in fonts_of(content)}
    assert fonts
    assert all("Inter" in name for name in fonts), fonts


def fonts_of(content: bytes) -> Iterator[dict]:
    for page in PdfReader(io.BytesIO(content)).pages:
        yield from (one.get_object() for one in page["/Resources"]["/Font"].values())


def test_two_hundred_rows_are_on_paper_within_three_seconds():
    """R-099."""
    written("pdf", a_table())
    started = time.perf_counter()
    content = written("pdf", a_table([ROWS[0]] * 200))
    assert time.perf_counter() - started < 3
    assert len(PdfReader(io.BytesIO(content)).pages) > 3


def test_groups_have_their_own_heads_and_sums():
    """The sums of a group stand under it, those of everything at the end."""
    rows = sorted(ROWS, key=lambda row: str(row[1]))
    paper = text_of_pdf(written("pdf", a_table(rows, group_key="metric")))
    assert paper.count("TotalPeruser") == 2, "once in the group, once in the end"
    look = shown(a_table(rows, group_key="metric")).table
    assert [(group.label, len(group.rows)) for group in look.groups] == [("Per core", 1), ("Per user", 2)]


def test_an_empty_answer_says_so_on_paper():
    assert "None:nothingtotell." in text_of_pdf(written("pdf", a_table([], nothing="None: nothing to tell.")))


def test_paper_and_page_speak_the_readers_language():
    with translation.override("de"):
        paper = text_of_pdf(written("pdf", a_table()))
        assert "1.234,50" in paper
        assert "31.Dez.2026" in paper
        assert shown(a_table()).table.rows[0]["cost"] == "1.234,50"
        assert b"1234.50" in written("csv", a_table()), "files for machines stay as they are"


def test_more_rows_than_anybody_prints_are_refused():
    with pytest.raises(TooLongForPaper, match="XLSX or CSV"):
        written("pdf", a_table([ROWS[0]] * (MOST_ROWS + 1)))
    with pytest.raises(Invalid, match="pdf, xlsx, csv, json"):
        written("docx", a_table())


@pytest.mark.parametrize("form", [form for form in TYPES if form != "pdf"])
def test_many_rows_take_no_more_memory_than_few(form):
    """U-060, R-101."""

    def peak(many: int) -> int:
        rows = (ROWS[at % len(ROWS)] for at in range(many))
        tracemalloc.start()
        for _chunk in file_of(Table("T", COLUMNS, rows, has_totals=True), form).chunks:
            pass
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(100)
    assert peak(20_000) < peak(2_000) + 6 * 1024 * 1024
