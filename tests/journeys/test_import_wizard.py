"""Bringing a sheet in through the pages: file, match columns, check rows, import, undo; without script."""

import io
import os
import re
import time

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Stage
from tests.connectors.spreadsheet.big_sheet import as_xlsx, rows_of, with_errors
from trueup.audit.models import Batch
from trueup.licences.models import Licence

SHEET = (
    "Software,Vendor,Licence type,Seats,Cost,Expires,Licence Key,Colour\n"
    "Draw,Initech,per user,50,€ 900.00,03/04/2027,CANARY-QWERT-ZUIOP-ASDFG,green\n"
    "Paint,Hooli,per device,9999,€ 1.50,05/06/2027,,\n"
    "Broken,Hooli,per device,many,€ 1.50,05/06/2027,,\n"
)


@pytest.fixture(autouse=True)
def uploads(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path / "uploads"


@pytest.fixture
def alice(stage: Stage) -> Client:
    return signed_in(stage, "alice")


def signed_in(stage: Stage, name: str) -> Client:
    client = Client()
    client.force_login(stage.users[name])
    return client


def choose(client: Client, stage: Stage, content: str | bytes, name: str = "software.csv"):
    data = content.encode() if isinstance(content, str) else content
    return client.post("/imports/", {"company": stage.acme.pk, "file": SimpleUploadedFile(name, data)})


def fields_of(page: str) -> dict[str, str]:
    """The form's fields with their chosen values, as a browser without script would send them."""
    fields = {}
    for select in re.finditer(r'<select[^>]* name="([^"]+)".*?</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', select[0])
        first = re.search(r'<option value="([^"]*)"', select[0])
        fields[select[1]] = (chosen or first)[1]
    fields |= dict(re.findall(r'<input type="text" name="([^"]+)" value="([^"]*)"', page))
    return fields


def test_from_a_file_to_licences_and_back(stage: Stage, alice: Client, uploads):
    """SCREENS 4; U-035, D-067: proposed, asked, checked, imported, undone."""
    there = choose(alice, stage, SHEET)
    assert there.status_code == 302
    match_url = there["Location"]
    page = alice.get(match_url).content.decode()
    fields = fields_of(page)
    assert [fields[f"column-{index}"] for index in range(8)] == [
        "product", "publisher", "metric", "units", "price", "valid_until", "key", "note",
    ]  # fmt: skip
    assert {"date_order", "nines", "price_basis"} <= set(fields)
    assert "QWERT" not in page

    answered = alice.post(
        match_url, fields | {"date_order": "day-first", "nines": "unlimited", "price_basis": "total"}
    )
    assert answered["Location"].endswith("/check/")
    check_url = answered["Location"]
    page = alice.get(check_url).content.decode()
    assert "Import 2 licences" in page
    assert "Seats (D)" in page
    assert "1 key will be sealed" in page
    assert not Licence.objects.exists()

    mend = b"".join(alice.get(check_url.replace("check", "errors")).streaming_content).decode("utf-8-sig")
    assert mend.splitlines()[1].startswith("Broken,Hooli,per device,many")
    assert len(mend.splitlines()) == 2

    done = alice.post(check_url)
    assert done.status_code == 302
    assert list(Licence.objects.order_by("pk").values_list("product__name", "granted", "is_unlimited")) == [
        ("Draw", 50, False),
        ("Paint", 0, True),
    ]
    assert not any(uploads.iterdir())
    page = alice.get(done["Location"]).content.decode()
    assert "Take the import back" in page
    assert "not a number" in page

    batch = Batch.objects.get()
    assert alice.post(f"/imports/{batch.pk}/undo/").status_code == 302
    assert not Licence.objects.filter(withdrawn_at=None).exists()
    page = alice.get(done["Location"]).content.decode()
    assert "taken back" in page
    assert "Take the import back" not in page
    assert "software.csv" in alice.get("/imports/").content.decode()


def test_a_choice_of_ones_own_is_kept(stage: Stage, alice: Client):
    match_url = choose(alice, stage, "Product,Title,Licence type,Seats\nSKU-1,Draw,per user,5\n")["Location"]
    fields = fields_of(alice.get(match_url).content.decode()) | {"column-0": "-", "column-1": "product"}
    check_url = alice.post(match_url, fields)["Location"]
    assert fields_of(alice.get(match_url).content.decode())["column-1"] == "product"
    alice.post(check_url)
    assert Licence.objects.get().product.name == "Draw"


def test_a_file_that_cannot_be_read_says_why(stage: Stage, alice: Client, uploads):
    refused = choose(alice, stage, b"\xd0\xcf\x11\xe0" + bytes(100), "old.xls")
    assert refused.status_code == 422
    assert "Save it as .xlsx" in refused.content.decode()
    assert not uploads.exists() or not any(uploads.iterdir())


def test_what_lies_on_disk_is_sealed_and_goes_by_itself(stage: Stage, alice: Client, uploads):
    choose(alice, stage, SHEET)
    (sheet,) = uploads.glob("*.sheet")
    assert b"QWERT" not in sheet.read_bytes()
    assert oct(sheet.stat().st_mode & 0o777) == "0o600"
    yesterday = time.time() - 2 * 24 * 3600
    os.utime(sheet, (yesterday, yesterday))
    choose(alice, stage, SHEET)
    assert not sheet.exists()


def test_nobody_else_sees_the_file_or_the_import(stage: Stage, alice: Client):
    """A stranger's file is not found; who may not import gets no page at all."""
    match_url = choose(alice, stage, SHEET)["Location"]
    fields = fields_of(alice.get(match_url).content.decode()) | {
        "date_order": "day-first", "nines": "number", "price_basis": "total",
    }  # fmt: skip
    check_url = alice.post(match_url, fields)["Location"]
    mallory, bob = signed_in(stage, "mallory"), signed_in(stage, "bob")
    for url in (match_url, check_url, check_url.replace("check", "errors")):
        assert mallory.get(url).status_code == 404
        assert bob.get(url).status_code == 403
    assert mallory.post(check_url).status_code == 404
    assert choose(mallory, stage, SHEET).status_code == 422
    alice.post(check_url)
    batch = Batch.objects.get()
    assert mallory.get(f"/imports/{batch.pk}/").status_code == 404
    assert mallory.post(f"/imports/{batch.pk}/undo/").status_code == 404
    assert Licence.objects.filter(withdrawn_at=None).count() == 2


def test_a_forgotten_file_is_gone(stage: Stage, alice: Client, uploads):
    match_url = choose(alice, stage, SHEET)["Location"]
    assert alice.post(match_url.replace("match", "drop")).status_code == 302
    assert alice.get(match_url).status_code == 404
    assert not any(uploads.iterdir())


def test_a_workbook_of_many_rows_shows_the_first_and_counts_all(stage: Stage, alice: Client):
    rows = rows_of(400)
    with_errors(rows, first_row=2)
    match_url = choose(alice, stage, as_xlsx(rows), "lizenzen.xlsx")["Location"]
    fields = fields_of(alice.get(match_url).content.decode())
    check_url = alice.post(match_url, fields)["Location"]
    page = alice.get(
        check_url if check_url.endswith("check/") else check_url.replace("match", "check")
    ).content.decode()
    assert "Import 380 licences" in page
    assert "20 errors" in page
    assert io.StringIO(page).read().count("<tr") < 120
