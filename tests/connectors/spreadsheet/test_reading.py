"""Files as they arrive: encodings, delimiters, title lines, several sheets, and files that mean harm."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from trueup.connectors.spreadsheet.reading import read_file
from trueup.connectors.spreadsheet.sheets import Sheet, UnreadableFileError

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def read(text: str | bytes, *, encoding: str = "utf-8") -> Sheet:
    content = text.encode(encoding) if isinstance(text, str) else text
    return read_file(name="licences.csv", content=content)[0]


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"default_date_format": "dd.mm.yyyy"})
    for name, records in sheets:
        sheet = book.add_worksheet(name)
        for number, record in enumerate(records):
            sheet.write_row(number, 0, record)
    book.close()
    return stream.getvalue()


def rezipped(content: bytes, **replaced: bytes) -> bytes:
    """The workbook with members replaced; `__` stands for a slash, `_xml` for the ending."""
    names = {name.replace("__", "/").replace("_xml", ".xml"): data for name, data in replaced.items()}
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, names.get(name, old.read(name)))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("encoding", "called"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")],
)
def test_encodings_are_told_apart_and_named(encoding, called):
    sheet = read("Produkt;Stück\nBürosoftware – groß;5\n", encoding=encoding)
    assert sheet.header == ("Produkt", "Stück")
    assert sheet.rows[0].cells == ("Bürosoftware – groß", "5")
    assert sheet.encoding == called


def test_bytes_windows_1252_does_not_know_are_latin_1():
    assert read(b"Produkt;Anzahl\nB\x81ro;5\n").encoding == "Latin-1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_counted_outside_quotation_marks(delimiter):
    rows = [
        ["Product", "Units", "Notes"],
        ['"a, b; c | d\t"', "5", '"x;y,z"'],
        ["CAD", "7", '";;;;,,,,||||"'],
    ]
    sheet = read("\n".join(delimiter.join(row) for row in rows))
    assert sheet.delimiter == delimiter
    assert [row.cells[1] for row in sheet.rows] == ["5", "7"]


def test_excels_separator_line_is_obeyed_and_counted():
    sheet = read("sep=;\r\nProduct;Units\r\nCAD;5\r\n")
    assert sheet.header_row == 2
    assert sheet.rows[0].number == 3


def test_quoted_line_breaks_stay_in_their_cell_and_rows_keep_their_numbers():
    """D-067: multi-line notes; the number is the one a spreadsheet program shows."""
    sheet = read('Product,Notes\r\nCAD,"first line\r\nsecond ""line"""\r\n\r\nOffice,none\r\n')
    assert sheet.rows[0].cells == ("CAD", 'first line\nsecond "line"')
    assert [row.number for row in sheet.rows] == [2, 4]


def test_title_lines_above_the_header_are_skipped():
    sheet = read(
        "Acme GmbH;;\nSoftware-Lizenzen, Stand 31.12.2026;;\n;;\nProdukt;Anzahl;Gültig bis\nCAD;5;31.12.2026\n"
    )
    assert (sheet.header_row, sheet.header) == (4, ("Produkt", "Anzahl", "Gültig bis"))
    assert len(sheet.rows) == 1


def test_an_inch_sign_is_no_quotation_and_an_open_quotation_is_named():
    assert read('Product,Notes\nCAD,19" screens\n').rows[0].cells[1] == '19" screens'
    with pytest.raises(UnreadableFileError, match="row 3 is never closed"):
        read('Product,Notes\nCAD,fine\nOffice,"never ends\nMore,rows\n')


def test_short_and_long_rows_fit_the_sheet():
    sheet = read("Product,Units,Notes\nCAD\nOffice,5,x,,extra\n")
    assert sheet.rows[0].cells == ("CAD", None, None, None, None)
    assert sheet.rows[1].cells[4] == "extra"


def test_workbooks_keep_types_row_numbers_and_all_their_sheets():
    cells = ["CAD", 5, 1234.1 + 0.2, date(2027, 1, 31), True]
    table = [[], ["Software 2026"], ["Product", "Units", "Price", "Valid until", "Auto renew"], cells]
    sheets = read_file(
        name="x.xlsx", content=workbook(("Notes", [["a", "b"], ["c", "d"]]), ("Licences", table))
    )
    assert [sheet.name for sheet in sheets] == ["Licences", "Notes"]
    assert sheets[0].header_row == 3
    assert sheets[0].rows[0].number == 4
    assert sheets[0].rows[0].cells == ("CAD", Decimal(5), Decimal("1234.3"), date(2027, 1, 31), True)


def test_the_content_decides_not_the_name():
    content = workbook(("A", [["Product", "Units"], ["CAD", 5]]))
    assert read_file(name="licences.csv", content=content)[0].name == "A"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no table"),
        (b"Product,Units\n", "holds no table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Excel file or has a password"),
        (b"\x89PNG\r\n\x00\x00\x00", "not a text file"),
        (b"PK\x03\x04 cut off", "damaged"),
        (b"x" * (25 * 1024 * 1024 + 1), "larger than 25 MB"),
    ],
    ids=["empty", "header only", "old excel", "picture", "broken zip", "too large"],
)
def test_files_that_are_no_tables_are_refused_with_a_way_out(content, says):
    with pytest.raises(UnreadableFileError, match=says):
        read_file(name="licences.xlsx", content=content)


def test_a_zip_that_is_no_workbook_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(UnreadableFileError, match="not an Excel workbook"):
        read_file(name="x.xlsx", content=stream.getvalue())


def test_a_zip_bomb_is_refused_before_it_is_opened():
    bomb = rezipped(workbook(("A", [["Product"]])), xl__worksheets__sheet1_xml=b" " * (130 * 1024 * 1024))
    assert len(bomb) < 1024 * 1024
    with pytest.raises(UnreadableFileError, match="unpacks to more"):
        read_file(name="x.xlsx", content=bomb)


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c><v>1</v></c></row>',
        b'<row r="5"><c r="XFD5"><v>1</v></c></row>',
    ],
    ids=["far row", "far row without a place", "far column"],
)
def test_a_lonely_cell_far_away_does_not_take_all_memory(cell):
    sheet = b"<worksheet %b><sheetData><row r='1'><c r='A1'><v>1</v></c></row>%b</sheetData></worksheet>" % (
        NS.encode(),
        cell,
    )
    with pytest.raises(UnreadableFileError, match="More than"):
        read_file(name="x.xlsx", content=rezipped(workbook(("A", [["x"]])), xl__worksheets__sheet1_xml=sheet))


def test_one_long_text_shown_many_times_is_counted_each_time():
    strings = b"<sst %b><si><t>%b</t></si></sst>" % (NS.encode(), b"x" * 1_000_000)
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 400))
    sheet = b"<worksheet %b><sheetData>%b</sheetData></worksheet>" % (NS.encode(), rows)
    content = rezipped(
        workbook(("A", [["x"]])), xl__worksheets__sheet1_xml=sheet, xl__sharedStrings_xml=strings
    )
    with pytest.raises(UnreadableFileError, match="unpacks to more"):
        read_file(name="x.xlsx", content=content)


def test_entities_are_refused():
    sheet = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet %b><sheetData/></worksheet>' % NS.encode()
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_file(name="x.xlsx", content=rezipped(workbook(("A", [["x"]])), xl__worksheets__sheet1_xml=sheet))


def test_a_style_without_a_value_far_away_does_no_harm():
    content = workbook(("A", [["Product", "Units"], ["CAD", 5]]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    styled = sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
    read_back = read_file(name="x.xlsx", content=rezipped(content, xl__worksheets__sheet1_xml=styled))
    assert read_back[0].rows[0].cells == ("CAD", Decimal(5))
