"""The pages for lists of holders, without script: write, look, carry out, undo."""

from __future__ import annotations

import io
import re

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import NOW, TODAY, Stage, a_device, a_licence, a_person, holder
from trueup.assignments.actions import assign_units
from trueup.assignments.models import Assignment
from trueup.audit.models import Batch
from trueup.licences.models import Licence
from trueup.web.bulk.reading import wishes_of


@pytest.fixture
def alice(stage: Stage) -> Client:
    return of(stage, "alice")


def of(stage: Stage, name: str) -> Client:
    client = Client()
    client.force_login(stage.users[name])
    return client


def held(licence: Licence) -> int:
    return Licence.objects.get(pk=licence.pk).held


def twenty(stage: Stage) -> str:
    return "\n".join(a_device(stage.acme, f"host{n}").hostname for n in range(20))


def fields_of(page: str) -> dict[str, str]:
    """What the page of checked rows would send."""
    text = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)
    assert text is not None
    return {"list": text[1]} | dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_paste_look_fill_and_undo(stage, alice):
    """U-020, U-021: 12 of 20 fit; the twelve are done as one batch, and taken back as one."""
    licence = a_licence(stage.acme, 12)
    page = f"/licences/{licence.pk}/many/assign/"
    assert "Assign many" in alice.get(f"/licences/{licence.pk}/").content.decode()

    looked = alice.post(page, {"list": twenty(stage), "units": "1"}).content.decode()
    assert "12 of 20 fit" in looked
    assert (held(licence), Batch.objects.count()) == (0, 0)

    refused = alice.post(page + "carry-out/", fields_of(looked) | {"mode": "all"})
    assert refused.status_code == 409
    assert "8 of 20 rows cannot be carried out" in refused.content.decode()
    assert (held(licence), Batch.objects.count()) == (0, 0)

    done = alice.post(page + "carry-out/", fields_of(looked) | {"mode": "fill"}, follow=True)
    told = done.content.decode()
    assert "Units assigned to 12 holders" in told
    assert "does not fit" in told
    assert held(licence) == 12

    batch = Batch.objects.get()
    undo = f"/licences/{licence.pk}/many/{batch.pk}/undo/"
    assert undo in told
    assert "Taken back: 12 units" in alice.post(undo, follow=True).content.decode()
    assert held(licence) == 0
    assert "taken back before" in alice.post(undo, follow=True).content.decode()
    assert "taken back" in alice.get(f"/licences/{licence.pk}/many/before/").content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_with_headings_in_any_order(stage, alice, kind):
    """U-020: the column of units is found by its heading; rows keep the numbers a person sees."""
    licence = a_licence(stage.acme, 12, metric="per_named_user")
    a_person(stage.acme, "carol", email="carol@acme.example")
    records = [
        ["Units", "Department", "E-mail"],
        [3, "Ink", "CAROL@acme.example"],
        [1, "Ink", "gone@acme.example"],
    ]
    if kind == "csv":
        content = "\n".join(";".join(map(str, record)) for record in records).encode("utf-8-sig")
    else:
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target)
        sheet = book.add_worksheet()
        for number, record in enumerate(records):
            sheet.write_row(number, 0, record)
        book.close()
        content = target.getvalue()
    file = SimpleUploadedFile(f"people.{kind}", content)

    page = f"/licences/{licence.pk}/many/assign/"
    looked = alice.post(page, {"file": file, "units": "1"}).content.decode()
    assert "1 of 2 fit" in looked
    alice.post(page + "carry-out/", fields_of(looked) | {"mode": "fill"})

    assert Assignment.objects.get().units == held(licence) == 3


def test_a_list_without_headings(stage):
    """Names first, units after; what is no number is said in its row."""
    rows = wishes_of("carol\n\ndave;2\neve;many\n", units=4)

    assert [(row.row, row.name, row.units, row.kind) for row in rows] == [
        (1, "carol", 4, ""), (3, "dave", 2, ""), (4, "eve", None, ""),
    ]  # fmt: skip


def test_correcting_keeps_what_was_written(stage, alice):
    licence = a_licence(stage.acme, 1)
    page = f"/licences/{licence.pk}/many/assign/"
    looked = alice.post(page, {"list": "<b>nobody</b>", "units": "2", "reason": "why"}).content.decode()
    assert "<b>nobody" not in looked

    again = alice.post(page, {"list": "<b>nobody</b>", "units": "2", "reason": "why", "again": "1"})

    assert again.status_code == 200
    assert "&lt;b&gt;nobody" in again.content.decode()
    assert 'value="why"' in again.content.decode()


@pytest.mark.parametrize("given", [{"list": " \n"}, {"units": "x", "list": "a"}, {}])
def test_an_empty_or_wrong_form_says_so(stage, alice, given):
    licence = a_licence(stage.acme, 1)

    answer = alice.post(f"/licences/{licence.pk}/many/assign/", given)

    assert answer.status_code == 422
    assert b'role="alert"' in answer.content


def test_releasing_by_the_same_list(stage, alice):
    """D-052: the message says what the ledger says."""
    licence = a_licence(stage.acme, 30)
    text = twenty(stage)
    page = f"/licences/{licence.pk}/many/assign/carry-out/"
    alice.post(page, {"list": text, "units": "1", "mode": "all"})
    assert held(licence) == 20

    page = f"/licences/{licence.pk}/many/release/"
    looked = alice.post(page, {"list": text + "\nother", "units": "1"}).content.decode()
    assert "20 of 21 hold units" in looked
    done = alice.post(page + "carry-out/", fields_of(looked) | {"mode": "fill"}, follow=True).content.decode()

    assert "Units of 20 holders released: 20" in done
    assert held(licence) == 0


def test_releasing_everybody_shows_them_first(stage, alice):
    """R-088, D-050: whoever came in between is shown before anything is released."""
    licence = a_licence(stage.acme, 9)
    page = f"/licences/{licence.pk}/many/everybody/"
    for number in range(2):
        device = holder(a_device(stage.acme, f"host{number}"))
        assign_units(actor=stage.alice, licence_id=licence.pk, holder=device, units=2, at=NOW, on=TODAY)
        if not number:
            first = alice.get(page).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', first)
    assert seen is not None

    late = alice.post(page, {"seen": seen[1], "reason": "retiring"})
    assert (late.status_code, held(licence)) == (409, 4)
    now = re.search(r'name="seen" value="([^"]+)"', late.content.decode())
    assert now is not None
    done = alice.post(page, {"seen": now[1], "reason": "retiring"}, follow=True)

    assert "Units of 2 holders released: 4" in done.content.decode()
    assert held(licence) == 0


def test_a_release_is_taken_back_from_its_toast(stage, alice):
    """One release, and those ticked on the page: each message carries its way back."""
    licence = a_licence(stage.acme, 9)
    devices = [holder(a_device(stage.acme, f"host{number}")) for number in range(3)]
    made = [
        assign_units(actor=stage.alice, licence_id=licence.pk, holder=one, units=2, at=NOW, on=TODAY)
        for one in devices
    ]
    told = alice.post(f"/assignments/{made[0].pk}/release/", {"reason": "left"}, follow=True).content.decode()
    assert f"/assignments/{made[0].pk}/restore/" in told
    assert held(licence) == 4
    assert (
        "The release is taken back"
        in alice.post(f"/assignments/{made[0].pk}/restore/", follow=True).content.decode()
    )
    twice = alice.post(f"/assignments/{made[0].pk}/restore/", follow=True).content.decode()
    assert "has units of this licence already" in twice
    assert held(licence) == 6

    ticked = {"selected": [str(made[1].pk), str(made[2].pk)]}
    told = alice.post(f"/licences/{licence.pk}/release/", ticked, follow=True).content.decode()
    undo = re.search(rf"/licences/{licence.pk}/many/\d+/undo/", told)
    assert undo is not None
    assert held(licence) == 2
    alice.post(undo[0])
    assert held(licence) == 6


def test_bob_reads_and_assigns_to_nobody(stage):
    """A viewer gets no menu entry and no page; another licence's batch is not found under this one."""
    licence = a_licence(stage.acme, 9)
    bob, alice = of(stage, "bob"), of(stage, "alice")
    a_device(stage.acme, "host")
    assert "Assign many" not in bob.get(f"/licences/{licence.pk}/").content.decode()

    answer = bob.post(
        f"/licences/{licence.pk}/many/assign/carry-out/", {"list": "host", "units": "1", "mode": "all"}
    )
    assert (answer.status_code, held(licence)) == (403, 0)

    other = a_licence(stage.acme, 9, product=licence.product)
    alice.post(
        f"/licences/{licence.pk}/many/assign/carry-out/", {"list": "host", "units": "1", "mode": "all"}
    )
    batch = Batch.objects.get()
    assert alice.get(f"/licences/{licence.pk}/many/{batch.pk}/").status_code == 200
    assert alice.get(f"/licences/{other.pk}/many/{batch.pk}/").status_code == 404
    assert of(stage, "mallory").post(f"/licences/{licence.pk}/many/{batch.pk}/undo/").status_code == 404
    assert held(licence) == 1
