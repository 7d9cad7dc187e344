"""More or fewer units for a holder, the units for another one, and a release taken back: the rules stay the rules."""

from __future__ import annotations

import pytest
from django.db.models import Sum

from tests.cast import NOW, TODAY, Stage, a_device, a_licence, a_person, holder
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.lawful import RegionMismatch, WrongHolder
from trueup.assignments.models import Assignment
from trueup.assignments.moving import StillHolding, change_units, move_units, restore_units
from trueup.assignments.seats import AlreadyHeld, NotHeld
from trueup.audit.models import Entry
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.licences.balances import NotEnoughUnits
from trueup.licences.models import Licence, Movement
from trueup.tenancy.models import Region

WHEN = {"at": NOW, "on": TODAY}


def give(stage: Stage, licence: Licence, thing, units: int = 1) -> Assignment:
    return assign_units(actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units, **WHEN)


def stored() -> tuple[object, ...]:
    """What a refusal must leave alone."""
    held = list(Licence.objects.order_by("pk").values_list("held", "granted", "excess"))
    return (
        held,
        list(Assignment.objects.order_by("pk").values()),
        Movement.objects.count(),
        Entry.objects.count(),
    )


def ledger(licence: Licence) -> int:
    return int(Movement.objects.filter(licence=licence, account="held").aggregate(n=Sum("units"))["n"] or 0)


@pytest.fixture
def scene(stage):
    licence = a_licence(stage.acme, 10)
    return stage, licence, give(stage, licence, a_device(stage.acme, "db1"), 4)


@pytest.mark.parametrize(("units", "moved"), [(10, 6), (5, 1), (1, -3)])
def test_the_difference_moves_the_balance(scene, units, moved):
    """U-007, D-088: one holding with another number, one movement, one entry with old and new."""
    stage, licence, made = scene

    change_units(actor=stage.alice, assignment_id=made.pk, units=units, reason="grew", **WHEN)

    assert Assignment.objects.get().units == units
    assert Licence.objects.get(pk=licence.pk).held == ledger(licence) == units
    assert Movement.objects.filter(account="held").order_by("-pk")[0].units == moved
    entry = Entry.objects.get(event="assignments.units_changed")
    assert (entry.details["units"], entry.details["reason"]) == ([4, units], "grew")


def test_more_than_is_free_is_refused_with_the_figure(scene):
    """D-050: 7 asked beyond the 4, 6 free; nothing is stored."""
    stage, _, made = scene
    before = stored()

    with pytest.raises(NotEnoughUnits) as refused:
        change_units(actor=stage.alice, assignment_id=made.pk, units=11, **WHEN)

    assert refused.value.facts["free"] == 6
    assert stored() == before


def test_the_same_number_changes_nothing(scene):
    stage, _, made = scene
    before = stored()

    change_units(actor=stage.alice, assignment_id=made.pk, units=4, **WHEN)

    assert stored() == before


@pytest.mark.parametrize("units", [0, -1, 2**31])
def test_no_number_of_units_is_refused(scene, units):
    stage, _, made = scene
    before = stored()

    with pytest.raises(InvalidValue):
        change_units(actor=stage.alice, assignment_id=made.pk, units=units, **WHEN)
    assert stored() == before


def test_100000_units_in_one_edit(stage, django_assert_max_num_queries):
    """D-066: one row, one movement, whatever the number."""
    licence = a_licence(stage.acme, 200_000)
    made = give(stage, licence, a_device(stage.acme, "farm"))

    with django_assert_max_num_queries(20):
        change_units(actor=stage.alice, assignment_id=made.pk, units=100_001, **WHEN)

    assert (Licence.objects.get(pk=licence.pk).held, Assignment.objects.count()) == (100_001, 1)


def test_units_go_to_another_holder_at_once(scene):
    """One entry for both sides, two movements, the balance as before; the old assignment stays in the history."""
    stage, licence, made = scene
    other = a_device(stage.acme, "db2")

    new = move_units(actor=stage.alice, assignment_id=made.pk, holder=holder(other), **WHEN)

    made.refresh_from_db()
    assert (new.device, new.units, made.release_reason) == (other, 4, "moved to db2")
    assert made.released_at == new.assigned_at == NOW
    assert Licence.objects.get(pk=licence.pk).held == ledger(licence) == 4
    assert Entry.objects.get(event="assignments.moved").details["holder"] == ["db1", "db2"]
    assert not Entry.objects.filter(event="assignments.released").exists()


def test_a_full_licence_can_be_moved(stage):
    """The old holder's units are free for the new one in the same moment."""
    licence = a_licence(stage.acme, 4)
    made = give(stage, licence, a_device(stage.acme, "db1"), 4)

    move_units(actor=stage.alice, assignment_id=made.pk, holder=holder(a_device(stage.acme, "db2")), **WHEN)

    assert Licence.objects.get(pk=licence.pk).held == 4


def test_moving_keeps_the_rules(scene):
    """D-013, D-049: kind, region, one holding a holder; nobody is replaced, nothing is stored."""
    stage, licence, made = scene
    far = Region.objects.create(company=stage.acme, name="North")
    holding = a_device(stage.acme, "db2")
    give(stage, licence, holding)
    things = {
        WrongHolder: holder(a_person(stage.acme)),
        RegionMismatch: holder(a_device(stage.acme, "far", region_id=far.pk)),
        AlreadyHeld: holder(holding),
        NotFound: holder(a_device(stage.globex, "theirs")),
    }
    before = stored()

    for problem, thing in things.items():
        with pytest.raises(problem):
            move_units(actor=stage.alice, assignment_id=made.pk, holder=thing, **WHEN)
        assert stored() == before
    with pytest.raises(AlreadyHeld):
        move_units(actor=stage.alice, assignment_id=made.pk, holder=holder(made.device), **WHEN)
    assert stored() == before


def test_what_was_released_is_neither_changed_nor_moved(scene):
    stage, _, made = scene
    other = holder(a_device(stage.acme, "db2"))
    release_units(actor=stage.alice, assignment_id=made.pk, **WHEN)
    before = stored()

    with pytest.raises(NotHeld):
        change_units(actor=stage.alice, assignment_id=made.pk, units=5, **WHEN)
    with pytest.raises(NotHeld):
        move_units(actor=stage.alice, assignment_id=made.pk, holder=other, **WHEN)
    assert stored() == before


def test_a_release_is_taken_back(scene):
    """The same holder, the same units, one entry; not twice, and not for what was never released."""
    stage, licence, made = scene
    with pytest.raises(StillHolding):
        restore_units(actor=stage.alice, assignment_id=made.pk, **WHEN)
    release_units(actor=stage.alice, assignment_id=made.pk, **WHEN)

    back = restore_units(actor=stage.alice, assignment_id=made.pk, **WHEN)

    assert (back.device, back.units, Licence.objects.get(pk=licence.pk).held) == (made.device, 4, 4)
    assert Entry.objects.filter(event="assignments.restored").count() == 1
    before = stored()
    with pytest.raises(AlreadyHeld):
        restore_units(actor=stage.alice, assignment_id=made.pk, **WHEN)
    assert stored() == before


def test_a_release_is_not_taken_back_at_anothers_cost(scene):
    """Its units went to somebody else meanwhile."""
    stage, licence, made = scene
    release_units(actor=stage.alice, assignment_id=made.pk, **WHEN)
    give(stage, licence, a_device(stage.acme, "db2"), 10)
    before = stored()

    with pytest.raises(NotEnoughUnits):
        restore_units(actor=stage.alice, assignment_id=made.pk, **WHEN)
    assert stored() == before


@pytest.mark.parametrize(("name", "problem"), [("bob", NotAllowed), ("mallory", NotFound)])
def test_only_who_may_assign_changes_moves_and_restores(scene, name, problem):
    """K-021."""
    stage, _, made = scene
    actor, other = getattr(stage, name), holder(a_device(stage.acme, "db2"))
    before = stored()

    for act in (
        lambda: change_units(actor=actor, assignment_id=made.pk, units=5, **WHEN),
        lambda: move_units(actor=actor, assignment_id=made.pk, holder=other, **WHEN),
        lambda: restore_units(actor=actor, assignment_id=made.pk, **WHEN),
    ):
        with pytest.raises(problem):
            act()
    assert stored() == before
