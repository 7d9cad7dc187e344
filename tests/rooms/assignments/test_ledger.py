"""The ledger checked from outside: sound after real work, and a slip in any of its sums is found."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.cast import NOW, ROOT, TODAY, Stage, a_licence, a_person, holder
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.ledger import ledger_faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def licence(stage: Stage):
    licence = a_licence(stage.acme, 10, metric="per_named_user")
    for name in ("carol", "dora"):
        person = a_person(stage.acme, name)
        held = assign_units(
            actor=ROOT, licence_id=licence.pk, holder=holder(person), units=3, at=NOW, on=TODAY
        )
    release_units(actor=ROOT, assignment_id=held.pk, reason="left", at=NOW, on=TODAY)
    return licence


def test_real_work_leaves_a_ledger_that_adds_up(licence):
    assert ledger_faults(actor=ROOT) == ()


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("UPDATE assignments_assignment SET units = units + 1 WHERE released_at IS NULL", "held is not what assignments hold"),
        ("UPDATE licences_licence SET granted = granted + 1", "purchased is not what lines in force grant"),
        ("UPDATE licences_movement SET balance = balance + 1 WHERE cause = 'assigned'", "movements whose balance is not the running sum"),
        ("UPDATE licences_movement SET units = units - 1 WHERE account = 'held'", "held is not what movements come to"),
    ],
)  # fmt: skip
def test_a_slip_in_any_sum_is_found(licence, damage, fault):
    with connection.cursor() as cursor:
        cursor.execute(damage)
    assert fault in {found.fault for found in ledger_faults(actor=ROOT)}


def test_only_the_companies_one_sees_are_checked(stage, licence):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE licences_licence SET granted = granted + 1")
    assert ledger_faults(actor=stage.mallory) == ()
    assert {found.company_id for found in ledger_faults(actor=stage.alice)} == {stage.acme.pk}
