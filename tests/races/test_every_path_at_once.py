"""Every way to units with forty hands at once: never beyond what the licence gives, no error, no circle of waiting, and
the ledger adds up afterwards.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, holder, set_stage
from tests.races.test_assigning_at_once import HANDS, at_once, units_assigned
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.cooling import TooSoon, cooling_of
from trueup.assignments.ledger import ledger_faults
from trueup.assignments.models import Assignment
from trueup.assignments.moving import change_units, move_units, restore_units
from trueup.assignments.undoing import release_chosen, undo_batch
from trueup.base.problems import Conflict
from trueup.licences.actions import add_purchase, void_purchase
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, Purchase
from trueup.licences.seat_terms import SeatTerms
from trueup.tenancy.actions import create_token

pytestmark = pytest.mark.django_db(transaction=True)
UNITS = 10
WHEN = {"at": NOW, "on": TODAY}
TOMORROW = {"at": NOW + timedelta(days=1), "on": TODAY + timedelta(days=1)}


@pytest.fixture
def stage():
    return set_stage()


@pytest.fixture
def devices(stage):
    return [a_device(stage.acme, f"host{n}") for n in range(HANDS)]


@pytest.fixture
def licence(stage):
    return a_licence(stage.acme, UNITS)


def give(stage, licence, thing, units=1, when=WHEN, **more):
    return assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units, **when, **more
    )


def take(stage, made):
    return release_units(actor=stage.alice, assignment_id=made.pk, **WHEN)


def tried(work):
    """What came of it: the name of the refusal, or ``done``. Anything but a refusal fails the test."""

    def one(number):
        try:
            work(number)
        except Conflict as refused:
            return refused.name
        return "done"

    return Counter(at_once(one))


def assert_sound(licence, most=UNITS):
    row = Licence.objects.get(pk=licence.pk)
    assert row.held - row.burnt == units_assigned()
    assert row.held <= most
    assert row.granted == most
    assert ledger_faults(actor=ROOT) == ()


def programs(stage):
    return create_token(
        actor=stage.alice, user=stage.users["alice"], name="race", can_write=True, at=timezone.now()
    )


def post(token, path, body):
    answer = Client().post(
        path, json.dumps(body), content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    return answer.status_code


def test_u_006_forty_pages(stage, licence, devices):
    """U-006, D-001, D-070: the form for one holder."""

    def submit(number):
        client = Client()
        client.force_login(stage.users["alice"])
        page = f"/licences/{licence.pk}/assign/device/"
        return client.post(page, {"holder": [devices[number].pk], "units": "1"}).status_code

    assert Counter(at_once(submit)) == {302: UNITS, 409: HANDS - UNITS}
    assert_sound(licence)


def test_u_006_forty_lists_of_programs(stage, licence, devices):
    """U-006, U-021: two holders a list, all or nothing, and what fits; each list in another order."""
    token = programs(stage)

    def submit(number):
        rows = [{"kind": "device", "id": devices[(number + step) % HANDS].pk} for step in (0, 1)]
        body = {"holders": rows[:: 1 if number % 2 else -1], "mode": "fill" if number % 3 else "all"}
        return post(token, f"/api/licences/{licence.pk}/assignments/batch/", body)

    assert set(at_once(submit)) <= {200, 409}
    assert units_assigned() == UNITS
    assert_sound(licence)


def test_u_006_forty_moves_to_the_same_ten(stage, licence, devices):
    """Each of ten holders is moved by four hands to four others: one moves, units stay ten."""
    made = [give(stage, licence, device) for device in devices[:UNITS]]

    def move(number):
        to = devices[UNITS + number % 30]
        move_units(actor=stage.alice, assignment_id=made[number % UNITS].pk, holder=holder(to), **WHEN)

    told = tried(move)

    assert told["done"] == UNITS
    assert units_assigned() == UNITS
    assert_sound(licence)


def test_u_006_forty_hands_want_more_for_the_same_holder(stage, licence, devices):
    """Numbers are set, not added: whatever comes last stands, and never more than there is."""
    made = give(stage, licence, devices[0])

    told = tried(
        lambda number: change_units(
            actor=stage.alice, assignment_id=made.pk, units=1 + number % (UNITS + 2), **WHEN
        )
    )

    assert set(told) == {"done", "NotEnoughUnits"}
    assert_sound(licence)


def test_u_006_forty_releases_taken_back(stage, licence, devices):
    """Released units were given to others meanwhile: what no longer fits is not restored."""
    made = [give(stage, licence, device) for device in devices[:UNITS]]
    for one in made:
        take(stage, one)

    def back(number):
        if number % 2:
            give(stage, licence, devices[number])
        else:
            restore_units(actor=stage.alice, assignment_id=made[number % UNITS].pk, **WHEN)

    assert tried(back)["done"] == UNITS
    assert_sound(licence)


def test_u_006_forty_hands_take_batches_back(stage, licence, devices):
    made = [give(stage, licence, device) for device in devices[:UNITS]]
    batches = [
        release_chosen(actor=stage.alice, licence_id=licence.pk, assignment_ids=[one.pk], **WHEN)[1]
        for one in made
    ]

    def back(number):
        if number % 2:
            give(stage, licence, devices[number])
        else:
            undo_batch(actor=stage.alice, batch_id=batches[number % UNITS], **WHEN)

    assert tried(back)["done"] <= UNITS
    assert_sound(licence)


def test_d_003_reducing_and_assigning_at_once(stage, licence, devices):
    """D-003, U-002: a reduction at renewal, lines taken back and forty hands: never held beyond what is left."""
    line = LineTerms(units=5, valid_from=TODAY)
    extra = add_purchase(actor=stage.alice, licence_id=licence.pk, line=line, **WHEN)

    def work(number):
        if number == 7:
            cut = LineTerms(units=-5, valid_from=TODAY, kind="reduction")
            add_purchase(actor=stage.alice, licence_id=licence.pk, line=cut, **WHEN)
        elif number == 23:
            void_purchase(
                actor=stage.alice, licence_id=licence.pk, purchase_id=extra.pk, reason="twice", **WHEN
            )
        else:
            give(stage, licence, devices[number])

    told = tried(work)

    row = Licence.objects.get(pk=licence.pk)
    lines = Purchase.objects.filter(licence=licence, voided_at=None).aggregate(n=Sum("units"))["n"]
    assert set(told) <= {"done", "NotEnoughUnits", "StillHeld"}
    assert row.held == units_assigned() == min(row.granted, told["done"])
    assert row.granted == lines >= row.held
    assert ledger_faults(actor=ROOT) == ()


def test_u_005_forty_hands_on_the_morning_after_an_expiry(stage, devices):
    """U-005, D-007: the balance is brought to the day once; what ended the evening before is not given."""
    licence = a_licence(stage.acme, UNITS)
    more = LineTerms(units=20, valid_from=date(2026, 1, 1), valid_until=TOMORROW["on"])
    add_purchase(actor=stage.alice, licence_id=licence.pk, line=more, **WHEN)

    told = tried(lambda number: give(stage, licence, devices[number], when=TOMORROW))

    assert told == {"done": UNITS, "NotEnoughUnits": HANDS - UNITS}
    assert_sound(licence)


def test_u_027_forty_hands_leave_cooling_units_alone(stage, devices):
    """U-027: six of ten units wait; the other four are given, and each waiting one only to whoever gave it back."""
    licence = a_licence(stage.acme, UNITS, seats=SeatTerms(cooldown_days=90))
    for device in devices[:6]:
        take(stage, give(stage, licence, device))

    told = tried(lambda number: give(stage, licence, devices[number]))

    assert told["done"] == UNITS
    assert set(told) <= {"done", TooSoon.__name__, "NotEnoughUnits"}
    theirs = Assignment.objects.filter(released_at=None, device__in=devices[:6])
    assert theirs.count() == 6
    assert cooling_of(licence=licence, on=TODAY).units == 0
    assert_sound(licence)


def test_u_028_forty_hands_never_get_a_burnt_unit(stage, devices):
    """U-028: twenty assign while twenty release: what was burnt is never given again."""
    licence = a_licence(stage.acme, UNITS, seats=SeatTerms(units_on_release="burn"))
    made = [give(stage, licence, device) for device in devices[:5]]

    def work(number):
        if number < 20:
            take(stage, made[number % 5])
        else:
            give(stage, licence, devices[number])

    told = tried(work)

    assert told["done"] == 10
    assert Licence.objects.get(pk=licence.pk).burnt == 5
    assert units_assigned() == 5
    assert_sound(licence)


def test_u_046_forty_hands_give_one_person_one_unit(stage):
    """U-046, D-008: one is done, the others learn that it is held, and none gets a second by changing the number."""
    licence = a_licence(stage.acme, UNITS, metric="per_named_user", seats=SeatTerms(one_per_person=True))
    carol = a_person(stage.acme, "carol")

    assert tried(lambda _: give(stage, licence, carol)) == {"done": 1, "AlreadyHeld": HANDS - 1}
    made = Assignment.objects.get()
    told = tried(lambda _: change_units(actor=stage.alice, assignment_id=made.pk, units=2, **WHEN))

    assert told == {"AlreadyHeld": HANDS}
    assert_sound(licence)
