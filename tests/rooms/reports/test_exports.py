"""Exports of lists: typed, streamed, defused, with nothing the actor may not see."""

import csv
import io
import tempfile
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from tests.cast import TODAY, Stage, a_licence, a_product
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.base.listing import parse_listing
from trueup.base.problems import NotAllowed
from trueup.base.registers import Listing
from trueup.licences.columns import LICENCES
from trueup.licences.lines import LineTerms
from trueup.reports.lists import table_of
from trueup.reports.render.csv import write_csv
from trueup.reports.render.table import Column, Kind, Table
from trueup.reports.render.xlsx import write_xlsx

COLUMNS = (
    Column("ID", "Id", Kind.INTEGER), Column("name", "Name"), Column("price", "Price", Kind.MONEY, "currency"),
    Column("currency", "Currency"), Column("until", "Until", Kind.DATE), Column("seen", "Seen", Kind.MOMENT),
    Column("on", "On", Kind.FLAG),
)  # fmt: skip
MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ROWS = (
    (1, "=1+1", Decimal("1234.5"), "EUR", date(2026, 12, 31), MOMENT, True),
    (2, 'Büro, "groß"\nzwei', Decimal("0.5"), "USD", None, None, False),
    (3, "-5", None, "", None, None, None),
)


def as_csv(table: Table, **options) -> list[list[str]]:
    return list(
        csv.reader(io.StringIO(b"".join(write_csv(table, **options)).decode("utf-8-sig"), newline=""))
    )


def as_workbook(table: Table) -> CalamineWorkbook:
    stream = io.BytesIO()
    write_xlsx(table, stream)
    stream.seek(0)
    return CalamineWorkbook.from_object(stream)


def test_csv_is_plain_and_loads_anywhere():
    """R-101: UTF-8, comma, CRLF, ISO dates, plain decimals; a first header ID would be SYLK to Excel."""
    raw = b"".join(write_csv(Table("T", COLUMNS, ROWS)))
    assert raw.startswith(b"id,name,price,currency,until,seen,on\r\n")
    records = as_csv(Table("T", COLUMNS, ROWS))
    assert records[1] == ["1", "'=1+1", "1234.5", "EUR", "2026-12-31", "2026-11-21T09:30:00Z", "yes"]
    assert records[2][1] == 'Büro, "groß"\nzwei'
    assert b"".join(write_csv(Table("T", COLUMNS, ROWS), byte_order_mark=True)).startswith(b"\xef\xbb\xbfid")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_cells_cannot_become_formulas(start):
    """D-065: titles and heads too."""
    table = Table("T", [Column(f"{start}key", f"{start}title")], [[f"{start}HYPERLINK(1)"]])
    assert all(cell.startswith("'") for record in as_csv(table) for cell in record)
    cells = [cell for row in as_workbook(table).get_sheet_by_index(0).to_python() for cell in row]
    assert len(cells) == 2
    assert all(str(cell).startswith("'") for cell in cells)


def test_csv_is_streamed():
    """U-060: the first bytes go out before the last rows are read."""
    read = []

    def rows():
        for number in range(5_000):
            read.append(number)
            yield [number]

    chunks = write_csv(Table("T", [Column("n", "N", Kind.INTEGER)], rows()))
    next(chunks)
    assert len(read) < 1_000


def test_xlsx_is_typed_with_frozen_head_and_totals_per_currency():
    """R-100: typed dates and numbers, frozen head, totals; two currencies never added."""
    book = as_workbook(Table("Licences & more", COLUMNS, ROWS, [("Region", "EU")]))
    rows = book.get_sheet_by_name("Data").to_python()
    assert rows[0] == ["Id", "Name", "Price", "Currency", "Until", "Seen", "On"]
    assert rows[1] == [1.0, "'=1+1", 1234.5, "EUR", date(2026, 12, 31), MOMENT.replace(tzinfo=None), True]
    assert [row[:3] for row in rows[5:]] == [["Total EUR", "", 1234.5], ["Total USD", "", 0.5]]
    assert book.get_sheet_by_name("About").to_python() == [
        ["Licences & more", ""],
        ["", ""],
        ["Region", "EU"],
    ]


def listed(actor: Actor, *, keys=None, **query: str) -> list[list[str]]:
    return as_csv(
        table_of(LICENCES, actor=actor, listing=parse_listing(LICENCES, query), keys=keys, on=TODAY)
    )


def test_a_list_is_exported_as_it_is_shown(stage: Stage):
    line = LineTerms(
        units=50,
        valid_from=date(2026, 1, 1),
        valid_until=date(2027, 1, 1),
        price=Decimal(900),
        currency="EUR",
    )
    a_licence(stage.acme, product=a_product(stage.acme, "Draw"), line=line, tags=("design", "2026"))
    a_licence(stage.acme, 7, product=a_product(stage.acme, "Paint"))
    a_licence(stage.globex, 3, product=a_product(stage.globex, "Secret"))

    records = listed(
        stage.alice, keys=["product", "purchased", "valid_to", "annual_cost", "tags"], product__contains="Dra"
    )
    assert records[0] == [
        "id",
        "product",
        "purchased",
        "valid_to",
        "annual_cost",
        "annual_cost_currency",
        "tags",
    ]
    assert records[1][1:] == ["Draw", "50", "2026-12-31", "900.00", "EUR", "2026, design"]
    assert len(records) == 2
    assert "Secret" not in str(listed(stage.alice))


def test_who_may_not_export_gets_nothing(stage: Stage):
    with pytest.raises(NotAllowed):
        listed(stage.bob)
    a_licence(stage.globex, product=a_product(stage.globex, "Secret"))
    both = Actor("Both", roles={stage.acme.pk: Role.OWNER, stage.globex.pk: Role.VIEWER})
    assert "Secret" not in str(listed(both))


def test_filters_are_spoken_in_the_file(stage: Stage):
    listing = parse_listing(LICENCES, {"purchased__gte": "5", "q": "draw"})
    assert table_of(LICENCES, actor=stage.alice, listing=listing, on=TODAY).filters == [
        ("Purchased", "from 5"),
        ("Search", "draw"),
    ]
    assert table_of(LICENCES, actor=stage.alice, listing=Listing(), on=TODAY).filters == []


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_long_file_needs_no_more_memory_than_a_short_one(form: str):
    """D-031, U-060: of 6,000 rows there are never more than some hundred in memory, and a CSV file begins at once."""

    def written(rows: int) -> int:
        table = Table(
            "Long", COLUMNS, ((*ROWS[0][:1], f"Row {number}", *ROWS[0][2:]) for number in range(rows))
        )
        tracemalloc.start()
        if form == "csv":
            chunks = sum(1 for _chunk in write_csv(table))
            assert chunks > rows / 2000
        else:
            with tempfile.TemporaryFile() as file:
                write_xlsx(table, file)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    few, many = written(1_000), written(6_000)

    assert many < few + 1_000_000
