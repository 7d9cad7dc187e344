"""Who holds what, from each side: the licence, the person, the device. The same rules, the same words."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import a_device, a_licence, a_person, holder
from trueup.assignments.actions import assign_units
from trueup.assignments.models import Assignment
from trueup.devices.models import Kind
from trueup.licences.models import Licence
from trueup.licences.seat_terms import SeatTerms


def client_of(stage, name):
    client = Client()
    client.force_login(stage.users[name])
    return client


@pytest.fixture
def alice(stage):
    return client_of(stage, "alice")


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def give(stage, licence, thing, units=1):
    return assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units,
        at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["person", "device"])
def test_assigning_from_the_holder_s_page(stage, alice, kind):
    """R-068, R-069, R-059, R-071: offered, given, and a link to the licence on the holder's page."""
    licence = a_licence(stage.acme, 5, metric="per_named_user" if kind == "person" else "per_device")
    thing = a_person(stage.acme) if kind == "person" else a_device(stage.acme)
    page = "/people/" if kind == "person" else "/devices/"
    page = f"{page}{thing.pk}/"
    assert f'href="{page}assign/"' in alice.get(page).content.decode()
    offered = alice.get(page + "assign/").content.decode()
    assert f'value="{licence.pk}"' in offered
    assert 'name="units" inputmode="numeric" value="1"' in offered

    given = alice.post(page + "assign/", {"licence": licence.pk, "units": "1", "reason": "new here"})

    assert (given.status_code, given["Location"]) == (302, page)
    assert Licence.objects.get(pk=licence.pk).held == 1
    assert f'href="/licences/{licence.pk}/"' in alice.get(page).content.decode()


def test_the_limit_is_the_limit_from_the_holder_s_side(stage, alice):
    """D-070, R-053: 409 with the free number from person and device alike; a number that is none is refused."""
    device = a_device(stage.acme)
    licence = a_licence(stage.acme, 1)
    page = f"/devices/{device.pk}/assign/"

    for units, status in (("2", 409), ("0", 422), ("-1", 422), ("1.5", 422)):
        refused = alice.post(page, {"licence": licence.pk, "units": units})
        assert refused.status_code == status, units
    assert alice.post(page, {"units": "1"}).status_code == 422
    assert "1 free of 1" in words_of(alice.post(page, {"licence": licence.pk, "units": "2"}))

    assert not Assignment.objects.exists()


def test_strangers_and_readers_cannot_assign_from_a_holder(stage):
    """Bob reads Acme and may not assign; for Mallory the device is not there."""
    device, licence = a_device(stage.acme), a_licence(stage.acme, 1)
    page, body = f"/devices/{device.pk}/assign/", {"licence": licence.pk, "units": "1"}

    assert client_of(stage, "bob").post(page, body).status_code == 403
    assert client_of(stage, "mallory").post(page, body).status_code == 404
    assert "/assign/" not in client_of(stage, "bob").get(f"/devices/{device.pk}/").content.decode()

    assert not Assignment.objects.exists()


def test_too_soon_offers_the_exemption(stage, alice):
    """U-027: the way out is on the page once it is needed."""
    licence = a_licence(stage.acme, 1, seats=SeatTerms(cooldown_days=90))
    one, two = a_device(stage.acme, "one"), a_device(stage.acme, "two")
    made = give(stage, licence, one)
    alice.post(f"/assignments/{made.pk}/release/", {"reason": "swap"})
    page, body = (
        f"/devices/{two.pk}/assign/",
        {"licence": licence.pk, "units": "1", "reason": "mainboard died"},
    )

    refused = alice.post(page, body)

    assert (refused.status_code, 'name="exemption"' in refused.content.decode()) == (409, True)
    assert alice.post(page, body | {"exemption": "hardware_failed"}).status_code == 302


@pytest.mark.parametrize("kind", ["person", "device"])
def test_a_release_moves_to_the_history_with_day_and_reason(stage, alice, kind):
    """R-070, R-113, R-083: what was held once stays on the holder's page, with who ended it and why."""
    licence = a_licence(stage.acme, 5, metric="per_named_user" if kind == "person" else "per_device")
    thing = a_person(stage.acme) if kind == "person" else a_device(stage.acme)
    made = give(stage, licence, thing)
    page = f"/people/{thing.pk}/" if kind == "person" else f"/devices/{thing.pk}/"
    assert "Held before" not in words_of(alice.get(page))

    alice.post(f"/assignments/{made.pk}/release/", {"reason": "returned the laptop"})

    shown = words_of(alice.get(page))
    assert "Held before" in shown
    assert "returned the laptop" in shown
    assert "Holds nothing" in shown


def test_people_and_devices_have_a_tab_and_a_count_each(stage, alice):
    """R-049, R-056, R-060, R-013: three units to a person and one to a device are two subtotals and one sum."""
    licence = a_licence(stage.acme, 10, metric="cal")
    give(stage, licence, a_person(stage.acme), 3)
    give(stage, licence, a_device(stage.acme), 1)

    people = alice.get(f"/licences/{licence.pk}/")

    tabs = re.findall(r"(People|Devices)\s*<span[^>]*>\s*(\d+)", people.content.decode())
    assert tabs[:2] == [("People", "3"), ("Devices", "1")]
    assert "db1" not in words_of(people).split("Activity")[0]
    assert "db1" in words_of(alice.get(f"/licences/{licence.pk}/devices/"))
    assert Licence.objects.get(pk=licence.pk).held == 4


@pytest.mark.parametrize(
    "kind", [Kind.SERVER, Kind.WORKSTATION, Kind.VIRTUAL, Kind.CLUSTER, Kind.APPLIANCE, Kind.OTHER]
)
def test_every_kind_of_hardware_can_hold_units(stage, alice, kind):
    """R-016, D-045: a virtual machine too; shown on both pages."""
    licence, device = a_licence(stage.acme, 5), a_device(stage.acme, "thing1", kind=kind)

    give(stage, licence, device)

    assert "thing1" in words_of(alice.get(f"/licences/{licence.pk}/devices/"))
    assert f"/licences/{licence.pk}/" in alice.get(f"/devices/{device.pk}/").content.decode()


@pytest.mark.parametrize(("held", "words"), [(9, "1 of 10 units are free"), (10, "0 of 10 units are free")])
def test_near_the_limit_the_page_says_so(stage, alice, held, words):
    """R-066."""
    licence = a_licence(stage.acme, 10)
    give(stage, licence, a_device(stage.acme), held)

    assert words in words_of(alice.get(f"/licences/{licence.pk}/devices/"))
