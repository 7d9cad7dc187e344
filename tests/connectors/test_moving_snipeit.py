"""Moving in from Snipe-IT and GLPI: API and files, in many companies. Alice runs Acme, Mallory belongs to Globex."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_person
from tests.connectors.wire import served
from trueup.assignments.models import Assignment
from trueup.connectors.fetching import SourceRefused, SourceSilent
from trueup.connectors.landing.landing import Report, Wishes, land_arrivals, land_file
from trueup.connectors.snipeit.client import read_snipeit, snipeit_at
from trueup.connectors.spreadsheet.answers import answers_of
from trueup.connectors.spreadsheet.file_rows import read_licences
from trueup.connectors.spreadsheet.questions import questions
from trueup.connectors.spreadsheet.reading import read_file
from trueup.devices.models import Device
from trueup.licences.arrivals import Arrivals
from trueup.licences.models import Licence, LicenceKey, Purchase
from trueup.people.models import Person
from trueup.tenancy.models import Company

SAMPLES = Path(__file__).parents[2] / "src/trueup/connectors/snipeit/samples"
LICENCES, SEATS, ASSETS = (
    json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("licenses", "seats", "hardware")
)
ANSWERS = answers_of({"currency": "EUR", "price_basis": "unit", "metric": "per_named_user"})


class SnipeIT:
    """A Snipe-IT: two rows a page, offsets past the end begin again, errors come with status 200."""

    def __init__(self, *, missing: int = 0) -> None:
        self.missing, self.asked = missing, 0

    def __call__(self, path: str, query: dict, headers: dict) -> tuple[int, object]:
        self.asked += 1
        if headers.get("Authorization") != "Bearer s3cret":
            return 200, {"status": "error", "messages": "Unauthorized."}
        parts = path.strip("/").split("/")
        if parts[2] == "hardware":
            found = ASSETS.get(parts[3])
            return 200, found or {"status": "error", "messages": "Asset not found"}
        rows = LICENCES if len(parts) == 3 else SEATS[parts[3]]
        start = int(query["offset"]) if int(query["offset"]) < len(rows) else 0
        return 200, {"total": len(rows) + self.missing, "rows": rows[start : start + 2]}


def read(script: SnipeIT, *, token: str = "s3cret") -> Arrivals:
    with served(script) as url:
        return read_snipeit(source=snipeit_at(url=url, token=token, wait=[].append))


def land(*, actor=ROOT, **wishes) -> Report:
    return land_arrivals(
        actor=actor,
        arrivals=read(SnipeIT()),
        at=NOW,
        on=TODAY,
        wishes=Wishes(**{"answers": ANSWERS} | wishes),
    )


def file_of(text: str, **answers: str):
    return read_licences(
        read_file(name="moving.csv", content=text.encode())[0],
        answers=answers_of({"metric": "per_named_user", "currency": "EUR"} | answers),
    )


def land_text(text: str, *, answers: dict | None = None, actor=ROOT, **wishes) -> Report:
    file = file_of(text, **answers or {})
    return land_file(
        actor=actor, file=file, file_name="moving.csv", wishes=Wishes(**wishes), at=NOW, on=TODAY
    )


def rules(report: Report) -> list[tuple[int, str, str]]:
    return sorted((error.row, error.column, error.rule) for error in report.all_errors)


def test_pages_stop_at_the_total_and_text_is_unescaped_once():
    found = read(SnipeIT())
    assert [(one.number, one.product, one.publisher) for one in found.licences] == [
        (4, "Example CAD", "Draft & Sons"), (5, "AT&T Dialler", "Draft & Sons"), (6, "Example Plan", "Draft & Sons"),
    ]  # fmt: skip
    first, second, _third = found.licences
    assert [(one.holder.name, one.units) for one in first.holdings] == [("Carol Clerk", 2)]
    assert [(one.holder.hostname, one.holder.serial) for one in second.holdings] == [("lap-70", "SNP70")]
    assert (first.price, first.basis, first.invoice_date) == (Decimal("299.99"), "", date(2024, 11, 14))
    assert [(left.number, left.column, left.rule) for left in found.left_behind] == [
        (4, "product_key", "masked key"), (6, "product_key", "masked key"),
    ]  # fmt: skip


def test_an_error_with_status_200_and_missing_rows_are_said():
    with pytest.raises(SourceRefused, match="Unauthorized"):
        read(SnipeIT(), token="wrong")
    with pytest.raises(SourceSilent, match="showed"):
        read(SnipeIT(missing=5))


def test_u_036_seats_with_holders_arrive_each_in_its_company(stage: Stage):
    report = land()
    assert report.counts["create"] == 2
    assert rules(report)[-1] == (6, "product_key", "masked key")
    assert (6, "company", "no company") in rules(report)
    cad, dialler = Licence.objects.get(external_id="4"), Licence.objects.get(external_id="5")
    assert (cad.company, cad.granted, cad.held, cad.tags) == (stage.acme, 3, 2, ["Graphics"])
    assert (dialler.company, dialler.product.publisher.name) == (stage.globex, "Draft & Sons")
    assert LicenceKey.objects.filter(licence=dialler).count() == 1
    line = Purchase.objects.get(licence=cad)
    assert (line.price, line.basis, line.order_number) == (Decimal("299.99"), "unit", "13503Q")
    assert Person.objects.get().username == "carol@acme.example"


def test_u_036_a_device_may_not_hold_what_people_hold_and_the_licence_still_arrives(stage: Stage):
    assert (5, "holder_device", "cannot hold") in rules(land())
    device = Device.objects.get()
    assert (device.company, device.serial, device.barcode) == (stage.globex, "SNP70", "A-0070")


def test_u_036_what_a_price_is_for_is_asked(stage: Stage):
    report = land(answers=answers_of({"currency": "EUR", "metric": "per_named_user"}), is_dry=True)
    assert [question.answer for question in questions(report.all_errors)] == ["price_basis"]
    assert not Licence.objects.exists()


def test_u_038_a_second_run_changes_nothing(stage: Stage):
    land(company_id=stage.acme.pk)
    before = (
        Licence.objects.count(),
        Assignment.objects.count(),
        Purchase.objects.count(),
        Person.objects.count(),
    )
    again = land(company_id=stage.acme.pk)
    after = (
        Licence.objects.count(),
        Assignment.objects.count(),
        Purchase.objects.count(),
        Person.objects.count(),
    )
    assert before == after
    assert (again.counts["create"], again.counts["people"]) == (0, 0)


def test_companies_that_are_not_here_are_made_only_when_asked(stage: Stage):
    Company.objects.filter(pk=stage.globex.pk).update(name="Elsewhere", slug="elsewhere")
    assert (5, "company", "unknown company") in rules(land(is_dry=True))
    would = land(is_dry=True, makes_companies=True)
    assert [(one.company, one.licences, one.plan is None) for one in would.landed] == [
        ("Acme", 1, False), ("Globex", 1, True),
    ]  # fmt: skip
    land(makes_companies=True)
    assert Licence.objects.get(external_id="5").company.name == "Globex"


EXPORT = (
    "id,Company,Name,Serial Number,Purchase Date,Purchase Cost,Order Number,Licenses available,Seats,Created By,"
    "Depreciation,Updated at,Deleted at,Email,Fully Depreciated,Supplier,Expiration Date,Purchase Order Number,"
    "Termination Date,Maintained,Manufacturer,Category,Min. QTY,Reassignable,Notes,Created At\n"
    "4,Acme,Example CAD,KEY-1,2024-11-14 00:00:00,$12.58,O-1,9,10,,,,,,No,Sample Shop,2027-11-24 00:00:00,,,No,"
    'Draft & Sons,Graphics,,Yes,"two\nlines",2024-11-14\n'
    "5,Globex,Example Plan,,2024-11-14,,,1,1,,,,,,No,,,,,No,Draft & Sons,Graphics,,Yes,,2024-11-14\n"
)


def test_u_036_d_067_the_export_of_26_columns_lands_in_its_companies(stage: Stage):
    report = land_text(EXPORT, answers={"price_basis": "total"})
    assert (report.title, report.counts["create"], rules(report)) == ("Snipe-IT (licence export)", 2, [])
    cad = Licence.objects.get(external_id="4")
    assert (cad.company, cad.source, cad.granted) == (stage.acme, "snipe-it", 10)
    line = Purchase.objects.get(licence=cad)
    assert (line.price, line.currency, line.basis, line.valid_until) == (
        Decimal("12.58"), "USD", "total", date(2027, 11, 25),
    )  # fmt: skip
    assert land_text(EXPORT, answers={"price_basis": "total"}).counts["create"] == 0
    assert Purchase.objects.count() == 2


ENGLISH = (
    '"Name";"ID";"Number";"Type";"Expiration";"Software";"User";"Entity";"Valid"\r\n'
    '"CAD seats";"1";"5";"per user";"2027-03-31";"Example CAD";"carol";"Root entity > Acme";"Yes"\r\n'
    '"Plan";"2";"-1";"per user";"";"Example Plan";"nobody";"Root entity > Globex";"Yes"\r\n'
    '"Lost";"3";"1";"per user";"";"Example Lost";"";"Root entity > Initech";"Yes"\r\n'
)
GERMAN = (
    '"Name";"ID";"Anzahl";"Typ";"Ablaufdatum";"Software";"Benutzer";"Einheit"\r\n'
    '"CAD";"1";"5";"je Nutzer";"31.03.2027";"Example CAD";"carol";"Root entity > Acme"\r\n'
    '"Plan";"2";"-1";"je Nutzer";"";"Example Plan";"";"Root entity > Globex"\r\n'
)


@pytest.mark.parametrize("text", [ENGLISH, GERMAN], ids=["english", "german"])
def test_u_037_d_086_one_file_of_glpi_lands_in_many_companies_with_its_holders(stage: Stage, text: str):
    carol = a_person(stage.acme, "carol")
    report = land_text(text)
    assert (report.title, report.counts["create"]) == ("GLPI", 2)
    cad, plan = Licence.objects.get(external_id="1"), Licence.objects.get(external_id="2")
    assert (cad.company, plan.company, plan.is_unlimited) == (stage.acme, stage.globex, True)
    assert Assignment.objects.get().person == carol
    assert Assignment.objects.get().licence == cad
    assert land_text(text).counts["create"] == 0


def test_d_015_holders_and_companies_nobody_knows_are_named(stage: Stage):
    a_device(stage.acme)
    report = land_text(ENGLISH)
    assert rules(report) == [
        (2, "User", "unknown person"), (3, "User", "unknown person"), (4, "company", "unknown company"),
    ]  # fmt: skip


def test_a_stranger_lands_nothing_in_another_company(stage: Stage):
    report = land_text(ENGLISH, actor=stage.mallory)
    assert [one.company for one in report.landed] == ["Globex"]
    assert not Licence.objects.filter(company=stage.acme).exists()
