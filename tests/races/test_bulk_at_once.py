"""Lists and single hands at the same licence at once: no unit twice, no circle of waiting. First the stage's teeth."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from tests.cast import NOW, TODAY, a_device, a_licence, holder, set_stage
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.bulk import assign_list, plan_assign_list, release_list
from trueup.assignments.models import Assignment
from trueup.assignments.moving import change_units, move_units
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import Mode
from trueup.assignments.undoing import undo_batch
from trueup.audit.queries import first_broken_link
from trueup.base.problems import Conflict
from trueup.licences.models import Licence, Movement

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 8
ROWS = 30
UNITS = 100


def at_once(work, hands=HANDS):
    def one(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(one, range(hands)))


@pytest.fixture
def scene():
    stage = set_stage()
    licence = a_licence(stage.acme, UNITS)
    devices = [a_device(stage.acme, f"host{number:03}") for number in range(HANDS * ROWS)]
    return stage, licence, devices


def rows_of(devices) -> list[Wish]:
    return [Wish(name=one.hostname, row=row) for row, one in enumerate(devices, start=1)]


def assigned() -> int:
    return int(Assignment.objects.filter(released_at=None).aggregate(n=Sum("units"))["n"] or 0)


def assert_sound(stage, licence) -> None:
    """What is held is what is assigned, never beyond what was bought, and the ledger and chain hold."""
    moved = Movement.objects.filter(licence=licence, account="held").aggregate(n=Sum("units"))["n"]
    assert Licence.objects.get(pk=licence.pk).held == assigned() == moved
    balances = Movement.objects.filter(licence=licence, account="held").values_list("balance", flat=True)
    assert all(0 <= balance <= UNITS for balance in balances)
    assert first_broken_link(company_id=stage.acme.pk) is None


def test_looking_before_taking_is_not_enough(scene):
    """K-028: lists that only look and then write go over; if this fails, the tests below prove nothing."""
    stage, licence, devices = scene

    def look_then_write(number):
        mine = rows_of(devices[number * ROWS : (number + 1) * ROWS])
        with transaction.atomic():
            plan = plan_assign_list(actor=stage.alice, licence_id=licence.pk, wishes=mine, on=TODAY)
            time.sleep(0.2)
            for item in plan.ready:
                Assignment.objects.create(
                    company=stage.acme, licence=licence, device=item.holder, units=1, assigned_at=NOW, assigned_by="?"
                )  # fmt: skip

    at_once(look_then_write)

    assert assigned() > UNITS


def test_eight_lists_fill_one_licence(scene):
    """U-021, D-071: exactly what there is; each list is told what it got."""
    stage, licence, devices = scene

    def fill(number):
        mine = rows_of(devices[number * ROWS : (number + 1) * ROWS])
        done = assign_list(
            actor=stage.alice, licence_id=licence.pk, wishes=mine, mode=Mode.FILL, at=NOW, on=TODAY
        )
        return len(done.finished)

    assert sum(at_once(fill)) == UNITS == assigned()
    assert_sound(stage, licence)


def test_all_or_nothing_at_once(scene):
    """D-053: three lists of thirty fit into a hundred, the others leave nothing behind."""
    stage, licence, devices = scene

    def take(number):
        mine = rows_of(devices[number * ROWS : (number + 1) * ROWS])
        try:
            assign_list(
                actor=stage.alice, licence_id=licence.pk, wishes=mine, mode=Mode.ALL, at=NOW, on=TODAY
            )
        except Conflict as refused:
            return refused.name
        return "done"

    assert Counter(at_once(take)) == {"done": 3, "NotAllFit": 5}
    assert assigned() == 3 * ROWS
    assert_sound(stage, licence)


def test_the_same_list_in_every_order_on_the_first_morning(scene):
    """The same devices in lists forwards and backwards, and one by one, while the day's balance is not rolled in yet."""
    stage, licence, devices = scene
    tomorrow, later, few = TODAY + timedelta(days=1), NOW + timedelta(days=1), devices[:20]

    def take(number):
        order = few if number % 2 else few[::-1]
        if number < 4:
            done = assign_list(
                actor=stage.alice, licence_id=licence.pk, wishes=rows_of(order), mode=Mode.FILL, at=later, on=tomorrow
            )  # fmt: skip
            return len(done.finished)
        made = 0
        for device in order[:5]:
            try:
                assign_units(
                    actor=stage.alice, licence_id=licence.pk, holder=holder(device), units=1, at=later, on=tomorrow
                )  # fmt: skip
            except Conflict:
                continue
            made += 1
        return made

    assert sum(at_once(take)) == len(few) == assigned()
    assert_sound(stage, licence)


def test_assigning_releasing_changing_moving_and_undoing_at_once(scene):
    """Every path at one licence: whatever wins, the balance is the sum of the assignments, and nobody waits in a circle."""
    stage, licence, devices = scene
    when = {"at": NOW, "on": TODAY}
    first = assign_list(
        actor=stage.alice, licence_id=licence.pk, wishes=rows_of(devices[:40]), mode=Mode.ALL, **when
    )
    ids = [item.assignment_id for item in first.finished]

    def act(number):
        mine = rows_of(devices[40 + number * 10 : 50 + number * 10])
        works = (
            lambda: undo_batch(actor=stage.alice, batch_id=first.batch_id, **when),
            lambda: release_list(
                actor=stage.alice, licence_id=licence.pk, wishes=rows_of(devices[:20]), mode=Mode.FILL, **when
            ),
            lambda: [release_units(actor=stage.alice, assignment_id=one, **when) for one in ids[30:][::-1]],
            lambda: [
                change_units(actor=stage.alice, assignment_id=one, units=3, **when) for one in ids[10:20]
            ],
            lambda: [
                move_units(
                    actor=stage.alice, assignment_id=one, holder=holder(devices[150 + one % 50]), **when
                )
                for one in ids[20:25]
            ],
            lambda: assign_list(
                actor=stage.alice, licence_id=licence.pk, wishes=mine, mode=Mode.FILL, **when
            ),
        )
        try:
            works[number % len(works)]()
        except Conflict as refused:
            return refused.name
        return "done"

    answers = at_once(act, 12)

    assert set(answers) <= {
        "done",
        "NotHeld",
        "NotEnoughUnits",
        "AlreadyUndone",
        "AlreadyHeld",
        "NothingToUndo",
    }
    assert_sound(stage, licence)
