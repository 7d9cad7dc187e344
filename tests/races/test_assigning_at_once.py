"""Many hands reaching for the same units at the same moment. The first test shows that the stage has teeth."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from tests.cast import NOW, TODAY, a_device, a_licence, a_person, holder, set_stage
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.models import Assignment
from trueup.assignments.seats import AlreadyHeld
from trueup.licences.actions import add_purchase
from trueup.licences.balances import NotEnoughUnits
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, Movement
from trueup.tenancy.actions import create_token

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 40


def at_once(work, hands=HANDS):
    def one(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(one, range(hands)))


def units_assigned():
    return Assignment.objects.filter(released_at=None).aggregate(n=Sum("units"))["n"] or 0


@pytest.fixture
def scene():
    stage = set_stage()
    licence = a_licence(stage.acme, 100)
    devices = [a_device(stage.acme, f"host{n}") for n in range(HANDS)]
    return stage, licence, devices


def test_the_race_is_real_without_the_guard(scene):
    """K-028: if this fails, the tests below prove nothing."""
    stage, licence, devices = scene

    def read_then_write(number):
        with transaction.atomic():
            if units_assigned() + 10 <= 100:
                time.sleep(0.05)
                Assignment.objects.create(
                    company=stage.acme,
                    licence=licence,
                    device=devices[number],
                    units=10,
                    assigned_at=NOW,
                    assigned_by="?",
                )

    at_once(read_then_write)

    assert units_assigned() > 100


def test_forty_hands_share_one_hundred_units(scene):
    """R-003, U-006, D-001: exactly 100 held, the rest refused."""
    stage, licence, devices = scene

    def assign(number):
        try:
            assign_units(
                actor=stage.alice,
                licence_id=licence.pk,
                holder=holder(devices[number]),
                units=10,
                at=NOW,
                on=TODAY,
            )
        except NotEnoughUnits:
            return "refused"
        return "assigned"

    answers = at_once(assign)

    held = Licence.objects.get(pk=licence.pk).held
    assert (answers.count("assigned"), answers.count("refused")) == (10, 30)
    assert held == units_assigned() == 100


def test_forty_programs_share_one_hundred_units(scene):
    """The same through the API: 201 for ten, 409 NotEnoughUnits for the rest, never 500."""
    stage, licence, devices = scene
    token = create_token(
        actor=stage.alice, user=stage.users["alice"], name="race", can_write=True, at=timezone.now()
    )

    def post(number):
        body = {"holder": {"kind": "device", "id": devices[number].pk}, "units": 10}
        answer = Client().post(
            f"/api/licences/{licence.pk}/assignments/",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        return answer.status_code, answer.json().get("name")

    answers = at_once(post)

    assert answers.count((201, None)) == 10
    assert answers.count((409, "NotEnoughUnits")) == 30
    assert Licence.objects.get(pk=licence.pk).held == units_assigned() == 100


def test_assigning_and_releasing_at_once_keeps_the_balance(scene):
    """Units move both ways at the same moment; what is held is what is assigned."""
    stage, licence, devices = scene
    first = [
        assign_units(
            actor=stage.alice, licence_id=licence.pk, holder=holder(device), units=5, at=NOW, on=TODAY
        )
        for device in devices[:20]
    ]

    def move(number):
        if number < 20:
            release_units(actor=stage.alice, assignment_id=first[number].pk, at=NOW, on=TODAY)
            return "released"
        try:
            assign_units(
                actor=stage.alice,
                licence_id=licence.pk,
                holder=holder(devices[number]),
                units=5,
                at=NOW,
                on=TODAY,
            )
        except NotEnoughUnits:
            return "refused"
        return "assigned"

    answers = at_once(move)

    assert answers.count("released") == 20
    assert Licence.objects.get(pk=licence.pk).held == units_assigned() <= 100
    assert all(0 <= balance <= 100 for balance in Movement.objects.values_list("balance", flat=True))


def test_the_same_assignment_twice_at_once(scene):
    """D-008: one is stored, the rest learn that it is held already."""
    stage, licence, _ = scene
    person = holder(a_person(stage.acme))
    many = a_licence(stage.acme, 100, metric="per_named_user", product=licence.product)

    def assign(_):
        try:
            assign_units(actor=stage.alice, licence_id=many.pk, holder=person, units=1, at=NOW, on=TODAY)
        except AlreadyHeld:
            return "held"
        return "assigned"

    answers = at_once(assign, 12)

    assert sorted(set(answers)) == ["assigned", "held"]
    assert answers.count("assigned") == 1
    assert Licence.objects.get(pk=many.pk).held == 1


def test_purchase_lines_added_at_once_all_count(scene):
    """Two buyers on the first day after an expiry: both lines stand, nobody deadlocks."""
    stage, licence, _ = scene
    tomorrow = TODAY + timedelta(days=1)
    line = LineTerms(units=3, valid_from=TODAY)

    at_once(
        lambda _: add_purchase(actor=stage.alice, licence_id=licence.pk, line=line, at=NOW, on=tomorrow), 8
    )

    row = Licence.objects.get(pk=licence.pk)
    assert row.granted == 100 + 8 * 3
    assert row.balanced_on == tomorrow
