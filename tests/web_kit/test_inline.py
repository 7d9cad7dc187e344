"""Editing one field where it stands, without script and as htmx asks: saved, refused, and somebody else was faster."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product, holder
from trueup.assignments.actions import assign_units
from trueup.audit.models import Entry
from trueup.devices.models import Device
from trueup.licences.actions import change_licence
from trueup.licences.models import Licence, Purchase
from trueup.people.models import Person
from trueup.tenancy.actions import add_region
from trueup.tenancy.models import CostCentre

PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch):
    """Pages read the clock; here it stands on the stage's day."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: TODAY)


@pytest.fixture
def licence(stage):
    a_person(stage.acme, "carol", name="Carol Core")
    return a_licence(
        stage.acme,
        5,
        metric="per_named_user",
        product=a_product(stage.acme, "Draw"),
        valid_until=date(2027, 1, 1),
    )


@pytest.fixture
def alice(client, stage):
    client.force_login(stage.users["alice"])
    return client


def edit(licence, field):
    return reverse("licence_edit", args=[licence.pk, field])


def what_happened(event):
    return Entry.objects.filter(event=event).latest("pk").details


def test_the_form_is_a_page_without_script_and_a_part_with_it(alice, licence):
    page, part = alice.get(edit(licence, "tags")), alice.get(edit(licence, "tags"), **PART)

    assert b"<html" in page.content
    assert b"<html" not in part.content
    assert b'class="inline"' in page.content
    assert b'name="revision" value="1"' in part.content
    assert "HX-Request" in part["Vary"]


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("policy", "warn", {"policy": "warn"}),
        ("tags", "b, a, a", {"tags": ["a", "b"]}),
        ("inventory_number", "L-7", {"inventory_number": "L-7"}),
    ],
)
def test_one_field_is_saved_and_the_others_stay(alice, licence, field, value, stored):
    """D-097: old and new are in the history."""
    before = Licence.objects.values().get(pk=licence.pk)
    answer = alice.post(edit(licence, field), {field: value, "revision": "1"})
    after = Licence.objects.values().get(pk=licence.pk)

    assert answer["Location"] == reverse("licence", args=[licence.pk])
    assert {key: now for key, now in after.items() if before[key] != now} == {**stored, "revision": 2}
    assert what_happened("licences.changed")[field] == [before[field], after[field]]


def test_an_owner_is_named_by_login_and_shown_by_name(alice, licence):
    shown = alice.post(edit(licence, "owner"), {"owner": "carol", "revision": "1"}, **PART).content.decode()

    assert Licence.objects.get(pk=licence.pk).owner.name == "Carol Core"
    assert "Carol Core" in shown
    assert "autofocus" in shown


def test_a_wrong_value_is_named_under_the_field_and_stays(alice, licence):
    answer = alice.post(edit(licence, "owner"), {"owner": "nobody<b>", "revision": "1"}, **PART)
    shown = answer.content.decode()

    assert answer.status_code == 422
    assert 'value="nobody&lt;b&gt;"' in shown
    assert 'aria-invalid="true"' in shown
    assert Licence.objects.get(pk=licence.pk).owner_id is None


def test_somebody_else_was_faster_and_both_values_are_shown(alice, licence):
    change_licence(
        actor=ROOT,
        licence_id=licence.pk,
        changes={"inventory_number": "THEIRS"},
        revision=1,
        at=NOW,
        on=TODAY,
    )
    form = {"inventory_number": "MINE", "revision": "1", "was": ""}
    answer = alice.post(edit(licence, "inventory_number"), form, **PART)
    shown = answer.content.decode()

    assert answer.status_code == 412
    assert "THEIRS" in shown
    assert 'value="MINE"' in shown
    assert Licence.objects.get(pk=licence.pk).inventory_number == "THEIRS"
    mine = {"inventory_number": "MINE", "revision": "2", "was": "THEIRS"}
    assert alice.post(edit(licence, "inventory_number"), mine, **PART).status_code == 200
    assert Licence.objects.get(pk=licence.pk).inventory_number == "MINE"


def test_if_match_is_heard_as_programs_send_it(alice, licence):
    change_licence(
        actor=ROOT, licence_id=licence.pk, changes={"policy": "allow"}, revision=1, at=NOW, on=TODAY
    )
    answer = alice.post(edit(licence, "policy"), {"policy": "warn", "was": "block"}, HTTP_IF_MATCH='"r1"')

    assert answer.status_code == 412
    assert Licence.objects.get(pk=licence.pk).policy == "allow"


def test_a_change_of_another_field_meanwhile_is_no_conflict(alice, licence):
    change_licence(actor=ROOT, licence_id=licence.pk, changes={"tags": ["x"]}, revision=1, at=NOW, on=TODAY)
    form = {"policy": "warn", "revision": "1", "was": "block"}

    assert alice.post(edit(licence, "policy"), form).status_code == 302
    changed = Licence.objects.get(pk=licence.pk)
    assert (changed.policy, changed.tags) == ("warn", ["x"])


def test_the_last_covered_day_of_the_line_is_put_right(alice, licence):
    alice.post(edit(licence, "valid_to"), {"valid_to": "2027-06-30", "revision": "1"})
    line = Purchase.objects.get()

    assert line.valid_until == date(2027, 7, 1)
    assert what_happened("licences.line_corrected")["valid_until"] == ["2027-01-01", "2027-07-01"]
    assert Licence.objects.get(pk=licence.pk).granted == 5


def test_a_day_that_would_take_what_is_held_is_refused(alice, licence, stage):
    """The balance of today moves along, and never below what is held."""
    carol = Person.objects.get(username="carol")
    assign_units(actor=ROOT, licence_id=licence.pk, holder=holder(carol), units=1, at=NOW, on=TODAY)
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    answer = alice.post(edit(licence, "valid_to"), {"valid_to": yesterday, "revision": "1"}, **PART)

    assert answer.status_code == 409
    assert "Release some first" in answer.content.decode()
    assert Purchase.objects.get().valid_until == date(2027, 1, 1)
    assert Licence.objects.get(pk=licence.pk).granted == 5


def test_a_first_day_ahead_takes_the_units_out_of_today(alice, licence):
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    alice.post(edit(licence, "valid_from"), {"valid_from": tomorrow, "revision": "1"})

    assert Licence.objects.get(pk=licence.pk).granted == 0
    assert alice.post(edit(licence, "valid_to"), {"valid_to": "2027-02-01"}).status_code == 422


def test_the_cost_centre_is_one_of_the_company(alice, licence, stage):
    ours = CostCentre.objects.create(company=stage.acme, code="IT-1")
    theirs = CostCentre.objects.create(company=stage.globex, code="X")

    assert alice.post(edit(licence, "cost_centre"), {"cost_centre": theirs.pk}).status_code == 422
    assert alice.post(edit(licence, "cost_centre"), {"cost_centre": ours.pk}).status_code == 302
    assert Purchase.objects.get().cost_centre_id == ours.pk


def test_in_a_list_the_cell_comes_back_and_only_whoever_may_has_a_pencil(alice, client, licence, stage):
    address = f"{edit(licence, 'owner')}?in=cell"
    assert address.replace("&", "&amp;") in alice.get(reverse("licences")).content.decode()
    cell = alice.post(address, {"owner": "carol", "revision": "1"}, **PART).content.decode()
    assert 'class="who' in cell
    assert 'class="pen"' in cell

    client.force_login(stage.users["bob"])
    assert 'class="pen"' not in client.get(reverse("licences")).content.decode()
    assert client.post(address, {"owner": "", "revision": "2"}).status_code == 403
    assert Licence.objects.get(pk=licence.pk).owner is not None


@pytest.mark.parametrize("who", ["mallory"])
def test_a_stranger_finds_nothing_to_edit(client, licence, stage, who):
    client.force_login(stage.users[who])

    assert client.get(edit(licence, "tags")).status_code == 404
    assert client.post(edit(licence, "tags"), {"tags": "x"}, **PART).status_code == 404
    assert Licence.objects.get(pk=licence.pk).tags == []


def test_fields_that_are_none_are_not_found(alice, licence):
    assert alice.get(edit(licence, "granted")).status_code == 404


def test_changing_region_rechecks_holders(alice, stage, licence):
    """D-011: misfits are named, and the change is refused, on a page as by a program."""
    carol, server = Person.objects.get(username="carol"), a_device(stage.acme, "db1")
    devices = a_licence(stage.acme, product=a_product(stage.acme, "Store"))
    for one, thing in ((licence, carol), (devices, server)):
        assign_units(actor=ROOT, licence_id=one.pk, holder=holder(thing), units=1, at=NOW, on=TODAY)
    asia = add_region(actor=ROOT, company=stage.acme, name="Asia", at=NOW)

    for name, thing, product in (("person", carol, "Draw"), ("device", server, "Store")):
        answer = alice.post(reverse(f"{name}_edit", args=[thing.pk, "region"]), {"region": asia.pk}, **PART)
        assert answer.status_code == 409
        assert f"{product} (Default)" in answer.content.decode()
    assert not Person.objects.filter(region=asia).exists()
    assert not Device.objects.filter(region=asia).exists()


@pytest.mark.parametrize(
    ("kind", "field", "value", "column", "stored"),
    [
        ("device", "status", "repair", "status", "repair"),
        ("device", "asset_class", "data_centre", "environment", "data_centre"),
        ("device", "user", "carol", "user__username", "carol"),
        ("device", "hostname", "db9", "hostname", "db9"),
        ("person", "email", "carol@acme.example", "email", "carol@acme.example"),
        ("person", "manager", "dora", "manager__username", "dora"),
    ],
)
def test_devices_and_people_are_edited_alike(alice, stage, licence, kind, field, value, column, stored):
    a_person(stage.acme, "dora")
    record = a_device(stage.acme, "db1") if kind == "device" else Person.objects.get(username="carol")
    answer = alice.post(reverse(f"{kind}_edit", args=[record.pk, field]), {field: value, "revision": "1"})

    assert answer["Location"] == reverse(kind, args=[record.pk])
    assert type(record).objects.filter(pk=record.pk, revision=2, **{column: stored}).exists()


def test_numbers_that_are_taken_are_refused_at_the_field(alice, stage, licence):
    other = a_licence(stage.acme, product=a_product(stage.acme, "Store"), inventory_number="L-1")
    first, second = a_device(stage.acme, "db1", barcode="B1"), a_device(stage.acme, "db2")

    taken = alice.post(
        edit(licence, "inventory_number"), {"inventory_number": other.inventory_number}, **PART
    )
    assert taken.status_code == 409
    answer = alice.post(
        reverse("device_edit", args=[second.pk, "barcode"]), {"barcode": first.barcode}, **PART
    )
    assert answer.status_code == 409
    assert Device.objects.get(pk=second.pk).barcode == ""
