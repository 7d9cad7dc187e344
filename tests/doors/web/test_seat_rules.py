"""Rules on giving units on, in pages: set in the form, seen beside the licence, asked about where they bite."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import a_device, a_licence, holder
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.models import Assignment
from trueup.licences.models import Licence
from trueup.licences.seat_terms import SeatTerms


@pytest.fixture
def alice(stage):
    client = Client()
    client.force_login(stage.users["alice"])
    return client


def give(stage, licence, device):
    return assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(device), units=1,
        at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip


def take(stage, made):
    release_units(actor=stage.alice, assignment_id=made.pk, at=timezone.now(), on=timezone.localdate())


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_rules_are_set_in_the_form_and_shown_beside_the_licence(stage, alice):
    """U-027, U-028, R-014, U-046."""
    licence = a_licence(stage.acme, 5)
    form = {
        "policy": "block", "revision": "1", "cooldown_days": "90", "units_on_release": "burn", "one_per_person": "on",
    }  # fmt: skip

    saved = alice.post(f"/licences/{licence.pk}/change/", form)

    assert saved.status_code == 302, saved.content.decode()
    row = Licence.objects.get(pk=licence.pk)
    assert (row.cooldown_days, row.is_transferable, row.one_per_person) == (90, False, True)
    shown = words_of(alice.get(f"/licences/{licence.pk}/"))
    for words in (
        "90 days after a release",
        "Burnt: never free again",
        "bound to the hardware",
        "One unit at most",
    ):
        assert words in shown


def test_assigning_too_soon_says_the_day_and_takes_an_exemption(stage, alice):
    """U-027: 409 with the day on the page; with an exemption and a reason it is done."""
    licence = a_licence(stage.acme, 1, seats=SeatTerms(cooldown_days=90))
    one, two = a_device(stage.acme, "one"), a_device(stage.acme, "two")
    take(stage, give(stage, licence, one))
    page = f"/licences/{licence.pk}/assign/device/"
    asked = {"holder": [two.pk], "units": "1", "reason": "mainboard died"}
    assert "1 free unit was given back lately" in words_of(alice.get(page))

    refused = alice.post(page, asked)
    assert refused.status_code == 409
    assert "Given back too lately" in words_of(refused)
    assert not Assignment.objects.filter(released_at=None).exists()

    assert alice.post(page, asked | {"exemption": "hardware_failed"}).status_code == 302
    assert Assignment.objects.get(released_at=None).exemption == "hardware_failed"


def test_releasing_asks_whether_it_was_deactivated(stage, alice):
    """U-028: no answer, no release; “not deactivated” burns the unit, and the licence says so."""
    licence = a_licence(stage.acme, 2, seats=SeatTerms(units_on_release="deactivate"))
    made = give(stage, licence, a_device(stage.acme, "one"))
    page = f"/assignments/{made.pk}/release/"
    assert "Deactivated where it was?" in words_of(alice.get(page))

    alice.post(page, {"reason": "scrapped"})
    assert Assignment.objects.get(pk=made.pk).released_at is None
    assert alice.post(page, {"reason": "scrapped", "deactivated": "no"}).status_code == 302

    assert Licence.objects.get(pk=licence.pk).burnt == 1
    assert "Burnt 1" in words_of(alice.get(f"/licences/{licence.pk}/"))
