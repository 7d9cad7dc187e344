"""From a sheet to licence rows: matching by headers and values, known exports, every error of every row."""

from datetime import date
from decimal import Decimal

import pytest

from trueup.connectors.spreadsheet.answers import Answers, NoLimit
from trueup.connectors.spreadsheet.matching import Matching, Reason, UnknownColumnError, chosen, propose
from trueup.connectors.spreadsheet.questions import questions
from trueup.connectors.spreadsheet.reading import read_file
from trueup.connectors.spreadsheet.rows import ReadRows, read_rows
from trueup.connectors.spreadsheet.sheets import Sheet
from trueup.connectors.spreadsheet.values.dates import DayOrder
from trueup.connectors.spreadsheet.values.labels import PriceBasis

SNIPE_IT_EXPORT = (
    "id,Company,Name,Serial Number,Purchase Date,Purchase Cost,Order Number,Licenses available,Seats,Created By,"
    "Depreciation,Updated at,Deleted at,Email,Fully Depreciated,Supplier,Expiration Date,Purchase Order Number,"
    "Termination Date,Maintained,Manufacturer,Category,Min. QTY,Reassignable,Notes,Created At"
)
SNIPE_IT_IMPORT = (
    "Full Name,Email,Username,Item name,serial number,Category,manufacturer,purchase date,purchase cost,purchase order,"
    "order number,Licensed To Name,Licensed to Email,expiration date,termination date,maintained,reassignable,seats,"
    "minimum quantity,company,supplier,notes,asset tag,checkout type,id"
)
RALPH = (
    "price,price_currency,manufacturer,manufacturer_str,licence_type,licence_type_str,software,software_str,region,"
    "region_str,users,users_str,base_objects,base_objects_str,id,created,modified,remarks,property_of,property_of_str,"
    "number_bought,sn,niw,invoice_date,valid_thru,order_no,depreciation_rate,provider,invoice_no,license_details,start_usage"
)


def sheet_of(text: str) -> Sheet:
    return read_file(name="licences.csv", content=text.encode())[0]


def read(text: str, answers: Answers | None = None, **choices: str) -> ReadRows:
    sheet = sheet_of(text)
    return read_rows(sheet, chosen(sheet, propose(sheet), choices), answers)


def targets(matching: Matching) -> dict[str, str]:
    return {column.header: column.target for column in matching.columns if column.fills}


def rules(rows: ReadRows) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.rule) for error in rows.errors]


def test_the_sheet_of_the_start_page_is_matched():
    sheet = sheet_of(
        "Software Name;Qty;Renewal;Price (NOK);Licence Key;Resp.;Comment\n"
        "Creative Suite;160;14.01.2027;1 420 000,00;AAAAA-BBBBB-CCCCC;I. Duarte;see mail 2022\n"
        "Issue Tracker;450;3/4/2027;85 500,50;DDDDD-EEEEE-FFFFF;tomasz;\n"
    )
    assert targets(propose(sheet)) == {
        "Software Name": "product", "Qty": "units", "Renewal": "valid_until", "Price (NOK)": "price",
        "Licence Key": "key", "Resp.": "owner", "Comment": "remarks",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Produkt;Hersteller;Anzahl;Lizenztyp;Gültig bis;Stückpreis;Währung;Kostenstelle\nA;B;5;je Gerät;31.12.2026;9,90;EUR;IT\n",
            {
                "product",
                "publisher",
                "units",
                "metric",
                "valid_until",
                "unit_price",
                "currency",
                "cost_centre",
            },
        ),
        (
            "Logiciel;Éditeur;Quantité;Type de licence;Date d'échéance;Prix total HT;N° de commande\nA;B;5;par poste;31/12/2026;9,90;7\n",
            {"product", "publisher", "units", "metric", "valid_until", "total_price", "order_number"},
        ),
        (
            "SOFTWARE_NAME,Vendor,No. of Licences,license-type,Expiry Date,PO Number\nA,B,5,per core,2026-12-31,7\n",
            {"product", "publisher", "units", "metric", "valid_until", "order_number"},
        ),
    ],
    ids=["German", "French", "English"],
)
def test_headers_of_three_languages_are_known(text, expected):
    assert set(targets(propose(sheet_of(text))).values()) == expected


def test_values_decide_what_a_word_means_and_what_has_no_name():
    by_day = propose(sheet_of("Product,Units,Renewal\nCAD,5,2026-12-31\n"))
    by_flag = propose(sheet_of("Product,Units,Renewal\nCAD,5,yes\n"))
    assert (targets(by_day)["Renewal"], targets(by_flag)["Renewal"]) == ("valid_until", "auto_renew")
    blind = propose(sheet_of("Product,Units,F1,F2,F3\nCAD,5,$5.00,a@b.example,AAAAA-BBBBB-CCCCC\n"))
    assert targets(blind) == {
        "Product": "product",
        "Units": "units",
        "F1": "price",
        "F2": "owner",
        "F3": "key",
    }
    assert blind.columns[2].reason is Reason.VALUES


def test_unmatched_columns_are_listed_and_kept_as_a_note():
    text = "Product,Units,Colour,Empty\nCAD,5,green,\n"
    matching = propose(sheet_of(text))
    assert [column.header for column in matching.unmatched] == ["Colour", "Empty"]
    assert read(text).licences[0].remarks == "Colour: green"
    assert read(text, Colour="-").licences[0].remarks == ""


def test_a_choice_wins_and_takes_the_field_from_its_former_column():
    text = "Product,Title,Units\nSKU-1,CAD,5\n"
    assert read(text).licences[0].product == "SKU-1"
    rows = read(text, Title="product")
    assert (rows.licences[0].product, rows.licences[0].remarks) == ("CAD", "Product: SKU-1")
    with pytest.raises(UnknownColumnError, match="The columns are: Product, Title, Units"):
        read(text, Colour="product")
    with pytest.raises(UnknownColumnError, match="no field “colour”"):
        read(text, Title="colour")


@pytest.mark.parametrize(
    ("header", "source", "some"),
    [
        (SNIPE_IT_EXPORT, "snipe-it", {"id": "external_id", "Name": "product", "Seats": "units", "Purchase Cost": "price"}),
        (SNIPE_IT_IMPORT, "snipe-it", {"Item name": "product", "seats": "units", "asset tag": "holder_device"}),
        (RALPH, "ralph", {"software_str": "product", "number_bought": "units", "valid_thru": "valid_until", "sn": "key"}),
        ("Name,ID,Entity,Number,Type,Expiration,Software,Serial number", "glpi", {"Software": "product", "Number": "units"}),
        ("Nom;ID;Entité;Nombre;Type;Logiciel;Numéro de série", "glpi", {"Logiciel": "product", "Nombre": "units"}),
    ],
    ids=["Snipe-IT export", "Snipe-IT import", "Ralph", "GLPI", "GLPI in French"],
)  # fmt: skip
def test_known_exports_need_no_matching(header, source, some):
    """U-036, U-037, U-038: recognised by their headers; every column has its place, none is a guess."""
    delimiter = ";" if ";" in header else ","
    sheet = sheet_of(f"{header}\n{delimiter.join('1' for _ in header.split(delimiter))}\n")
    matching = propose(sheet)
    assert matching.export is not None
    assert matching.export.source == source
    assert some.items() <= targets(matching).items()
    assert matching.unmatched == ()


def test_a_row_becomes_values():
    """R-038 to R-046; the last covered day is stored as the day after it."""
    rows = read(
        "Id;Produkt;Hersteller;Edition;Version;Lizenztyp;Anzahl;Region;Bestellnummer;Rechnungsdatum;Rechnungsnummer;"
        "Gesamtpreis;Kostenstelle;Gültig ab;Gültig bis;Lieferant;Verantwortlich;Tags;Bemerkung;Kündigungsfrist;"
        "Automatische Verlängerung;Inventarnummer\n"
        "7;CAD;Initech;Pro;2026;je Gerät;1.500;EU;B-1;02.01.2026;R-1;1.234,50 €;IT-1;01.01.2026;31.12.2026;Shop;"
        "carol;design, 2026;gut;90;ja;INV-7\n"
    )
    assert rows.errors == ()
    (row,) = rows.licences
    assert (row.row, row.external_id, row.product, row.publisher) == (2, "7", "CAD", "Initech")
    assert (row.edition, row.version, row.metric, row.units, row.region) == (
        "Pro",
        "2026",
        "per_device",
        1500,
        "EU",
    )
    assert (row.order_number, row.invoice_date, row.invoice_number) == ("B-1", date(2026, 1, 2), "R-1")
    assert (row.price, row.currency, row.price_basis) == (Decimal("1234.5"), "EUR", PriceBasis.TOTAL)
    assert (row.valid_from, row.valid_until) == (date(2026, 1, 1), date(2027, 1, 1))
    assert (row.owner, row.tags, row.remarks) == ("carol", ("design", "2026"), "gut")
    assert (row.notice_days, row.auto_renew, row.inventory_number) == (90, True, "INV-7")


def test_every_error_is_collected_with_row_column_value_and_way_out():
    """U-035: never the first only; a good row among bad ones is kept."""
    rows = read(
        "Product,Units,Valid from,Valid until,Price,Currency\n"
        "CAD,-5,2026-01-01,2025-12-31,-3.00,EUR\n"
        ",ten,2026-02-31,never,5.00,Taler\n"
        "Office,1,2026-01-01,2026-12-31,5.00,EUR\n"
    )
    assert rules(rows) == [
        (2, "Units", "negative number"),
        (2, "Price", "negative price"),
        (2, "Valid until", "ends before it starts"),
        (3, "Units", "not a number"),
        (3, "Valid from", "not a date"),
        (3, "Currency", "unknown currency"),
        (3, "Product", "missing product"),
        (3, "Price", "no currency"),
    ]
    assert [row.row for row in rows.licences] == [4]
    assert rows.rejected == {2, 3}
    first = rows.errors[0]
    assert (first.letter, first.value, first.way_out) == ("B", "-5", "Write 0 or more.")


def test_a_missing_column_is_one_error():
    rows = read("Product,Colour\n" + "CAD,green\n" * 50)
    assert rules(rows) == [(1, "units", "missing column")]


def test_total_price_is_not_multiplied_by_seats():
    """D-064: what a price is for is asked, not guessed; for one unit there is nothing to ask."""
    text = "Product,Units,Cost\nCAD,50,$5000\nOffice,1,$100\n"
    assert rules(read(text)) == [(2, "Cost", "unclear price")]
    (question,) = questions(read(text).errors)
    assert (question.answer, question.rows) == ("price_basis", 1)
    answered = read(text, Answers(price_basis=PriceBasis.TOTAL))
    assert [(row.price, row.price_basis) for row in answered.licences] == [(5000, "total"), (100, "total")]


def test_a_named_price_column_needs_no_question():
    row = read("Product,Units,Unit price\nCAD,50,$5.00\n").licences[0]
    assert (row.price, row.currency, row.price_basis) == (5, "USD", PriceBasis.UNIT)


def test_ambiguous_dates_are_asked_per_column():
    """D-067"""
    text = "Product,Units,Start,Expires\nCAD,5,03/04/2026,13/04/2027\nOffice,5,05/06/2026,01/02/2028\n"
    rows = read(text)
    assert rules(rows) == [(2, "Start", "unclear date"), (3, "Start", "unclear date")]
    (question,) = questions(rows.errors)
    assert (question.answer, question.columns, question.examples) == (
        "date_order",
        ("Start",),
        ("03/04/2026", "05/06/2026"),
    )
    answered = read(text, Answers(date_order=DayOrder.DAY_FIRST))
    assert [row.valid_from for row in answered.licences] == [date(2026, 4, 3), date(2026, 6, 5)]
    assert [row.valid_until for row in answered.licences] == [date(2027, 4, 14), date(2028, 2, 2)]


def test_blank_units_and_nines_are_asked():
    text = "Product,Units\nCAD,\nOffice,9999\nViewer,-1\n"
    assert [question.answer for question in questions(read(text).errors)] == ["blank_units", "nines"]
    answered = read(text, Answers(blank_units=1, nines=NoLimit.UNLIMITED))
    assert [row.units for row in answered.licences] == [1, None, None]


def test_a_masked_key_keeps_its_row_and_no_error_shows_a_whole_key():
    rows = read("Product,Units,Serial number\nCAD,5,------------\nOffice,5,AAAAA-BBBBB-CCCCC-DDDDD\n")
    assert [(row.product, row.key) for row in rows.licences] == [
        ("CAD", None),
        ("Office", "AAAAA-BBBBB-CCCCC-DDDDD"),
    ]
    assert rules(rows) == [(2, "Serial number", "masked key")]
    assert rows.rejected == frozenset()
    assert "BBBBB" not in repr(rows.licences)


def test_far_ends_and_words_are_perpetual():
    """R-044"""
    rows = read("Product,Units,Valid until\nA,1,9999-12-31\nB,1,unbefristet\nC,1,31.12.2099\nD,1,\n")
    assert rows.errors == ()
    assert {row.valid_until for row in rows.licences} == {None}
    assert len(rows.licences) == 4


def test_totals_and_repeated_headers_are_no_licences():
    rows = read(
        "Product,Units,Price\nCAD,5,$5\nProduct,Units,Price\nOffice,1,$7\n\nTotal,6,$12\n",
        Answers(price_basis=PriceBasis.UNIT),
    )
    assert [row.product for row in rows.licences] == ["CAD", "Office"]
    assert rows.skipped == (3, 6)


def test_ralphs_price_is_for_the_row_and_xxx_is_no_currency():
    head = RALPH.split(",")
    values = {"id": "10", "software_str": "DB", "number_bought": "25", "price": "100.00", "price_currency": "XXX",
              "licence_type_str": "per core", "users_str": "carol,dave", "valid_thru": "2027-01-13"}  # fmt: skip
    line = ",".join(f'"{values.get(name, "")}"' for name in head)
    other = ",".join(
        f'"{(values | {"id": "11", "price_currency": "EUR", "number_bought": "-1"}).get(name, "")}"'
        for name in head
    )
    rows = read(f"{RALPH}\n{line}\n{other}\n")
    assert [(row.external_id, row.price, row.currency, row.metric) for row in rows.licences] == [
        ("10", None, "", "per_core"),
        ("11", 100, "EUR", "per_core"),
    ]
    assert rows.licences[0].holder_people == ("carol", "dave")
    assert rules(rows) == [(2, "price", "no currency")]


def test_two_currencies_in_one_row_are_an_error():
    rows = read("Product,Units,Total price,Currency\nCAD,5,€ 5.00,USD\n")
    assert rules(rows) == [(2, "Total price", "two currencies")]


def test_glpi_entities_become_companies():
    """U-037: one file for many companies."""
    rows = read("Name,Software,Number,Entity\nCAD 5,CAD,5,Root > Clients > Acme\n")
    assert (rows.licences[0].company, rows.licences[0].name) == ("Acme", "CAD 5")
