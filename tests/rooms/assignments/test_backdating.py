"""Units given and taken back from an earlier day on: with a reason, marked, and only if it could have been so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import NOW, TODAY, a_device, a_licence, a_person, holder
from tests.doors.api.conftest import program_of
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.models import Assignment
from trueup.audit.models import Entry
from trueup.base.problems import InvalidValue
from trueup.licences.balances import LicenceExpired, NotEnoughUnits
from trueup.licences.models import Licence, Movement

WEEK = TODAY - timedelta(days=7)


def give(stage, licence, thing, units=1, **more):
    asked = {"actor": stage.alice, "licence_id": licence.pk, "holder": holder(thing), "units": units}
    return assign_units(**asked, **({"at": NOW, "on": TODAY} | more))


@pytest.fixture
def licence(stage):
    return a_licence(stage.acme, 5, metric="cal", valid_from=TODAY - timedelta(days=30))


def test_a_past_start_needs_a_reason_and_is_marked(stage, licence):
    """R-082: on any day, today without and an earlier one with a reason; row, ledger and log say that it is backdated."""
    carol, dave = a_person(stage.acme, "carol"), a_person(stage.acme, "dave")
    for since, reason in ((WEEK, " "), (TODAY + timedelta(days=1), "too early")):
        with pytest.raises(InvalidValue):
            give(stage, licence, carol, since=since, reason=reason)
    assert not Assignment.objects.exists()
    assert Licence.objects.get(pk=licence.pk).held == 0

    today, past = (
        give(stage, licence, dave, since=TODAY),
        give(stage, licence, carol, 2, since=WEEK, reason="found out"),
    )

    assert (today.assigned_at, today.recorded_at) == (NOW, None)
    assert (timezone.localdate(past.assigned_at), past.recorded_at) == (WEEK, NOW)
    moved = Movement.objects.get(assignment_id=past.pk)
    assert (moved.effective_on, moved.moved_at, moved.units) == (WEEK, NOW, 2)
    entry = Entry.objects.filter(event="assignments.assigned").latest("position")
    assert (entry.details["backdated_to"], entry.details["reason"]) == (str(WEEK), "found out")
    assert Licence.objects.get(pk=licence.pk).held == 3
    on_that_day = program_of(stage, "alice").get(f"/api/licences/{licence.pk}/assignments/?on={WEEK}").json()
    assert [row["holder_name"] for row in on_that_day["results"]] == ["Carol"]


def test_a_past_end_needs_a_reason_too(stage, licence):
    """R-082: released since an earlier day, not before it was given."""
    held = give(stage, licence, a_person(stage.acme), since=WEEK, reason="found out")
    asked = {"actor": stage.alice, "assignment_id": held.pk, "at": NOW, "on": TODAY}
    for since, reason in ((TODAY - timedelta(days=2), ""), (WEEK - timedelta(days=1), "before")):
        with pytest.raises(InvalidValue):
            release_units(**asked, since=since, reason=reason)
    assert Licence.objects.get(pk=licence.pk).held == 1

    ended = release_units(**asked, since=TODAY - timedelta(days=2), reason="left on Monday")

    assert timezone.localdate(ended.released_at) == TODAY - timedelta(days=2)
    assert Movement.objects.latest("pk").effective_on == TODAY - timedelta(days=2)
    assert Licence.objects.get(pk=licence.pk).held == 0


def test_what_could_not_have_been_is_refused(stage, licence):
    """Units that somebody else held in between, days before the first line, and days the holder held units already."""
    gone = give(stage, licence, a_device(stage.acme, "db1"), 4, since=WEEK, reason="found out")
    release_units(actor=stage.alice, assignment_id=gone.pk, at=NOW, on=TODAY)
    carol = a_person(stage.acme)
    with pytest.raises(NotEnoughUnits) as refused:
        give(stage, licence, carol, 2, since=WEEK, reason="found out")
    assert refused.value.facts["free"] == 1
    with pytest.raises((NotEnoughUnits, LicenceExpired)):
        give(stage, licence, carol, since=TODAY - timedelta(days=31), reason="found out")
    with pytest.raises(InvalidValue):
        give(stage, licence, a_device(stage.acme, "other") and gone.device, since=WEEK, reason="found out")
    assert Licence.objects.get(pk=licence.pk).held == 0
    assert Assignment.objects.count() == 1


def test_by_page_and_program(stage):
    """R-082: the form has a day; without a reason it comes back with the sentence, with one the row says backdated."""
    today = timezone.localdate()
    licence = a_licence(stage.acme, 5, metric="cal", valid_from=today - timedelta(days=30))
    carol, db1 = a_person(stage.acme), a_device(stage.acme)
    alice = Client()
    alice.force_login(stage.users["alice"])
    since = str(today - timedelta(days=3))
    form = {"holder": carol.pk, "units": "1", "since": since}
    address = f"/licences/{licence.pk}/assign/person/"
    assert 'name="since"' in alice.get(address).content.decode()

    assert alice.post(address, form).status_code == 422
    assert alice.post(address, form | {"since": "soon"}).status_code == 422
    assert not Assignment.objects.exists()
    assert alice.post(address, form | {"reason": "found out"}).status_code == 302
    assert Assignment.objects.get().recorded_at is not None
    assert "Backdated on" in alice.get(f"/licences/{licence.pk}/").content.decode()

    body = {"holder": {"kind": "device", "id": db1.pk}, "since": since}
    program = program_of(stage, "alice")
    refused = program.post(f"/api/licences/{licence.pk}/assignments/", body)
    assert (refused.status_code, refused.json()["name"]) == (422, "InvalidValue")
    made = program.post(f"/api/licences/{licence.pk}/assignments/", body | {"reason": "found out"})
    assert made.json()["recorded_at"]
    ended = program.post(
        f"/api/assignments/{made.json()['id']}/release/",
        {"since": str(today - timedelta(days=1)), "reason": "back"},
    )
    assert ended.json()["released_at"] < made.json()["recorded_at"]
