"""Holders that go to another company or come back into stock: what they hold is settled, and counts move once."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product, holder
from tests.doors.api.conftest import program_of
from trueup.assignments.actions import assign_units
from trueup.assignments.crossing import Crossing, move_device_to_company, move_person_to_company
from trueup.assignments.models import Assignment
from trueup.assignments.returning import check_in_device
from trueup.assignments.settling import HoldingsUnsettled
from trueup.audit.models import Entry
from trueup.base.access import Role
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.catalogue.models import Product, Publisher
from trueup.devices.models import Device, Status
from trueup.licences.models import Licence, Purchase
from trueup.licences.queries import licences_visible_to
from trueup.people.models import Person
from trueup.tenancy.actions import grant_role


@pytest.fixture
def ruth(stage):
    """Runs both companies."""
    return Actor(name="Ruth", roles={stage.acme.pk: Role.OWNER, stage.globex.pk: Role.OWNER})


def give(stage, licence, thing, units=1):
    return assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units, at=NOW, on=TODAY
    )


def counted(actor):
    """Purchased and used by company, over everything the actor sees."""
    sums: dict[str, tuple[int, int]] = {}
    for one in licences_visible_to(actor=actor, on=TODAY).select_related("company"):
        purchased, used = sums.get(one.company.name, (0, 0))
        sums[one.company.name] = (purchased + one.purchased, used + one.used)
    return sums


@pytest.fixture
def shared(db):
    """A product of no company, as the library has them."""
    publisher = Publisher.objects.create(name="Initech")
    return Product.objects.create(publisher=publisher, name="Draw", metric="cal")


@pytest.mark.parametrize("kind", ["person", "device"])
def test_company_transfer_settles_holdings(stage, ruth, shared, kind):
    """U-045, D-077: what is held is listed; one goes along, one is released, each with its entry; nothing counts twice."""
    draw = a_licence(stage.acme, 5, product=shared, metric="cal")
    paint = a_licence(stage.acme, 3, product=a_product(stage.acme, "Paint"), metric="cal")
    thing = a_person(stage.acme) if kind == "person" else a_device(stage.acme, serial="S-1")
    goes, stays = give(stage, draw, thing, 2), give(stage, paint, thing)
    move = move_person_to_company if kind == "person" else move_device_to_company
    asked = {f"{kind}_id": thing.pk, "actor": ruth, "at": NOW, "on": TODAY}
    before = counted(ruth)
    assert before == {"Acme": (8, 3)}

    for fates in ({}, {goes.pk: "move"}):
        with pytest.raises(HoldingsUnsettled) as refused:
            move(crossing=Crossing(stage.globex.pk, fates), **asked)
        unsaid = {goes.pk, stays.pk} - set(fates)
        assert {one["assignment"] for one in refused.value.facts["holdings"]} == unsaid
    assert counted(ruth) == before
    assert Assignment.objects.filter(released_at=None).count() == 2

    made = move(crossing=Crossing(stage.globex.pk, {goes.pk: "move", stays.pk: "release"}), **asked)

    assert counted(ruth) == {"Acme": (6, 0), "Globex": (2, 2)}, (
        "8 units and 2 held, as before less what was released"
    )
    assert made.company_id == stage.globex.pk
    there = Assignment.objects.get(released_at=None)
    assert (there.company_id, there.units, getattr(there, f"{kind}_id")) == (stage.globex.pk, 2, made.pk)
    assert Assignment.objects.filter(released_at__isnull=False, company=stage.acme).count() == 2
    thing.refresh_from_db()
    left = not thing.is_active if kind == "person" else thing.status == Status.DECOMMISSIONED
    assert left, "the old record stays, with its history"
    released = Entry.objects.filter(event="assignments.released", company_id=stage.acme.pk)
    assert {entry.details["assignment"] for entry in released} == {goes.pk, stays.pk}
    ends = [("assignments.holder_went", stage.acme.pk), ("assignments.holder_came", stage.globex.pk)]
    assert [
        (e.event, e.company_id)
        for e in Entry.objects.filter(event__contains=".holder_").order_by("company_id")
    ] == ends
    for entry in Entry.objects.filter(company_id=stage.globex.pk):
        assert "Acme" not in str(entry.details), "no company's log names another one"


def test_units_join_the_licence_that_is_there(stage, ruth, shared):
    """U-045: no second licence of the same product in the same region is made."""
    draw = a_licence(stage.acme, 5, product=shared, metric="cal")
    theirs = a_licence(stage.globex, 4, product=shared, metric="cal")
    device = a_device(stage.acme)
    held = give(stage, draw, device)

    move_device_to_company(
        actor=ruth,
        device_id=device.pk,
        crossing=Crossing(stage.globex.pk, {held.pk: "move"}),
        at=NOW,
        on=TODAY,
    )

    assert counted(ruth) == {"Acme": (4, 0), "Globex": (5, 1)}
    assert Licence.objects.count() == 2
    assert Assignment.objects.get(released_at=None).licence_id == theirs.pk


def test_who_may_not_change_both_companies_moves_nothing(stage, shared):
    device = a_device(stage.acme)
    held = give(stage, a_licence(stage.acme, 5, product=shared, metric="cal"), device)
    for actor in (stage.alice, stage.mallory, stage.bob):
        with pytest.raises((NotFound, NotAllowed)):
            move_device_to_company(
                actor=actor, device_id=device.pk, crossing=Crossing(stage.globex.pk, {held.pk: "move"}), at=NOW, on=TODAY
            )  # fmt: skip
    with pytest.raises(InvalidValue):
        move_device_to_company(
            actor=stage.alice, device_id=device.pk, crossing=Crossing(stage.acme.pk), at=NOW, on=TODAY
        )
    assert Device.objects.get().status == Status.DEPLOYED
    assert Purchase.objects.count() == 1
    assert Assignment.objects.get().released_at is None


def test_by_pages(stage, shared):
    """U-045, U-047: the holdings stand on the page; a form without script settles them."""
    grant_role(actor=ROOT, user=stage.users["alice"], role=Role.OWNER, company=stage.globex, at=NOW)
    alice = Client()
    alice.force_login(stage.users["alice"])
    device, carol = a_device(stage.acme, "db1"), a_person(stage.acme)
    held = give(stage, a_licence(stage.acme, 5, product=shared, metric="cal"), device)
    page = f"/devices/{device.pk}/company/"
    assert page in alice.get(f"/devices/{device.pk}/").content.decode()
    assert f'name="fate-{held.pk}"' in alice.get(page).content.decode()

    refused = alice.post(page, {"company": stage.globex.pk})
    assert (refused.status_code, Device.objects.count()) == (409, 1)
    moved = alice.post(page, {"company": stage.globex.pk, f"fate-{held.pk}": "move"})
    made = Device.objects.get(company=stage.globex)
    assert moved["Location"] == f"/devices/{made.pk}/"

    moved = alice.post(f"/people/{carol.pk}/company/", {"company": stage.globex.pk})
    assert moved["Location"] == f"/people/{Person.objects.get(company=stage.globex).pk}/"

    page = f"/devices/{made.pk}/check-in/"
    assert page in alice.get(f"/devices/{made.pk}/").content.decode()
    assert alice.post(page, {}).status_code == 409
    assert alice.post(page, {"release": "yes"})["Location"] == f"/devices/{made.pk}/"
    assert not Assignment.objects.filter(released_at=None).exists()


def test_by_the_api(stage, shared):
    """U-045, U-047: 409 with the holdings where nobody said, then done."""
    grant_role(actor=ROOT, user=stage.users["alice"], role=Role.OWNER, company=stage.globex, at=NOW)
    program = program_of(stage, "alice")
    device, carol = a_device(stage.acme, "db1"), a_person(stage.acme)
    licence = a_licence(stage.acme, 5, product=shared, metric="cal")
    held, hers = give(stage, licence, device), give(stage, licence, carol)

    address = f"/api/devices/{device.pk}/company/"
    refused = program.post(address, {"company": stage.globex.pk})
    assert (refused.status_code, refused.json()["name"]) == (409, "HoldingsUnsettled")
    assert [one["assignment"] for one in refused.json()["holdings"]] == [held.pk]
    settle = [{"assignment": held.pk, "how": "move"}]
    moved = program.post(address, {"company": stage.globex.pk, "settle": settle})
    assert moved.status_code == 201, moved.content
    assert moved.json()["company"]["id"] == stage.globex.pk
    settle = [{"assignment": hers.pk, "how": "release"}]
    moved = program.post(f"/api/people/{carol.pk}/company/", {"company": stage.globex.pk, "settle": settle})
    assert moved.json()["licences"] == []

    made = Device.objects.get(company=stage.globex)
    refused = program.post(f"/api/devices/{made.pk}/check-in/", {})
    assert (refused.status_code, refused.json()["name"]) == (409, "HoldingsUnsettled")
    back = program.post(f"/api/devices/{made.pk}/check-in/", {"release": True})
    assert (back.json()["status"], back.json()["user"]) == ("in_stock", None)
    assert not Assignment.objects.filter(released_at=None).exists()


def test_a_device_comes_back_with_its_licences(stage):
    """U-047: nobody's name stays on it; its units are asked about, released or kept; what its user holds is not touched."""
    carol = a_person(stage.acme)
    device = a_device(stage.acme, user_id=carol.pk)
    licence = a_licence(stage.acme, 5, metric="cal")
    held, hers = give(stage, licence, device, 2), give(stage, licence, carol)
    asked = {"actor": stage.alice, "device_id": device.pk, "at": NOW, "on": TODAY}

    with pytest.raises(HoldingsUnsettled):
        check_in_device(**asked)
    device.refresh_from_db()
    assert (device.status, device.user_id) == (Status.DEPLOYED, carol.pk)

    kept, units = check_in_device(**asked, release=False)
    assert (kept.status, kept.user_id, units) == (Status.IN_STOCK, None, 0)
    assert Licence.objects.get(pk=licence.pk).held == 3

    _device, units = check_in_device(**asked, release=True, reason="back in the store")
    assert units == 2
    held.refresh_from_db()
    hers.refresh_from_db()
    assert (held.released_at, held.release_reason, hers.released_at) == (NOW, "back in the store", None)
    assert Licence.objects.get(pk=licence.pk).held == 1


def test_who_may_not_assign_does_not_release_by_checking_in(stage):
    """An empty device comes back all the same; one that holds units needs the right to release."""
    device = a_device(stage.acme)
    licence = a_licence(stage.acme, 5, metric="cal")
    give(stage, licence, device)
    with pytest.raises(NotAllowed):
        check_in_device(actor=stage.bob, device_id=device.pk, release=True, at=NOW, on=TODAY)
    with pytest.raises(NotFound):
        check_in_device(actor=stage.mallory, device_id=device.pk, release=True, at=NOW, on=TODAY)
    assert Licence.objects.get(pk=licence.pk).held == 1
