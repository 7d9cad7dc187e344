"""Rules on giving units on: waiting time, burnt units, hardware, one per person. The same on every path."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, holder
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.bulk import assign_list, plan_assign_list, release_list
from trueup.assignments.cooling import TooSoon, cooling_of
from trueup.assignments.ledger import ledger_faults
from trueup.assignments.models import Assignment
from trueup.assignments.moving import change_units, move_units, restore_units
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import Mode, NotAllFit
from trueup.assignments.retiring import retire_with_everybody
from trueup.assignments.seats import AlreadyHeld, NotDeactivated
from trueup.assignments.undoing import everybody_holding, release_chosen, undo_batch
from trueup.audit.models import Entry
from trueup.base.problems import InvalidValue
from trueup.licences.actions import change_licence
from trueup.licences.balances import NotEnoughUnits
from trueup.licences.models import Licence, Movement
from trueup.licences.seat_terms import NotTransferable, SeatTerms
from trueup.licences.transfers import TransferTerms, transfer_units

WHEN = {"at": NOW, "on": TODAY}


def later(days):
    return {"at": NOW + timedelta(days=days), "on": TODAY + timedelta(days=days)}


@pytest.fixture(autouse=True)
def _the_ledger_adds_up(db):
    yield
    assert ledger_faults(actor=ROOT) == ()


@pytest.fixture
def acme(stage):
    class Scene:
        alice, company = stage.alice, stage.acme

        def licence(self, units=2, **rules):
            metric = rules.pop("metric", "per_device")
            policy = rules.pop("policy", "")
            return a_licence(
                stage.acme,
                units,
                metric=metric,
                policy=policy,
                seats=SeatTerms(**rules),
                product=self.product,
            )

        def give(self, licence, thing, units=1, when=WHEN, **more):
            return assign_units(
                actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units, **when, **more
            )

        def take(self, made, when=WHEN, **more):
            return release_units(actor=stage.alice, assignment_id=made.pk, **when, **more)

    scene = Scene()
    scene.product = None
    scene.one, scene.two, scene.three = (a_device(stage.acme, f"host{n}") for n in range(3))
    return scene


def figures(licence):
    row = Licence.objects.get(pk=licence.pk)
    return row.granted, row.held, row.burnt


def stored():
    return list(Assignment.objects.order_by("pk").values()), Movement.objects.count(), Entry.objects.count()


def test_u_027_a_unit_waits_before_it_goes_to_another_holder(acme):
    """U-027: on day 30 of 90 another holder is refused with the day; on the 90th it may have it."""
    licence = acme.licence(1, cooldown_days=90)
    acme.take(acme.give(licence, acme.one))
    before = stored()

    with pytest.raises(TooSoon) as refused:
        acme.give(licence, acme.two, when=later(30))

    day = TODAY + timedelta(days=90)
    assert refused.value.facts == {"free_from": str(day), "cooling": 1, "days": 90}
    assert str(day) in refused.value.detail
    assert stored() == before
    with pytest.raises(TooSoon):
        acme.give(licence, acme.two, when=later(89))
    assert acme.give(licence, acme.two, when=later(90)).units == 1


def test_u_027_the_same_holder_has_it_back_at_once(acme):
    """And nothing waits any more; another unit that never was given goes to anybody."""
    licence = acme.licence(2, cooldown_days=90)
    acme.take(acme.give(licence, acme.one))
    acme.give(licence, acme.two)

    assert acme.give(licence, acme.one, when=later(1)).units == 1
    assert cooling_of(licence=licence, on=TODAY).units == 0


@pytest.mark.parametrize(("exemption", "reason"), [("", "why"), ("bored", "why"), ("hardware_failed", " ")])
def test_u_027_an_exemption_needs_a_name_and_a_reason(acme, exemption, reason):
    licence = acme.licence(1, cooldown_days=90)
    acme.take(acme.give(licence, acme.one))
    before = stored()

    with pytest.raises((TooSoon, InvalidValue)):
        acme.give(licence, acme.two, exemption=exemption, reason=reason)

    assert stored() == before


def test_u_027_a_lawful_exemption_is_recorded(acme):
    """One where it was needed, in the row and in the audit entry; none where units were free anyway."""
    licence = acme.licence(2, cooldown_days=90)
    acme.take(acme.give(licence, acme.one))
    given = {"exemption": "hardware_failed", "reason": "mainboard died"}

    first, second = acme.give(licence, acme.two, **given), acme.give(licence, acme.three, **given)

    assert (first.exemption, second.exemption) == ("", "hardware_failed")
    entry = Entry.objects.filter(event="assignments.assigned").order_by("-pk")[0]
    assert (entry.details["exemption"], entry.details["reason"]) == ("hardware_failed", "mainboard died")
    assert cooling_of(licence=licence, on=TODAY).units == 0


@pytest.mark.parametrize("policy", ["block", "warn", "allow"])
def test_u_027_no_policy_gives_cooling_units_away(acme, policy):
    """The vendor's term is not the company's policy."""
    licence = acme.licence(1, cooldown_days=90, policy=policy)
    acme.take(acme.give(licence, acme.one))

    with pytest.raises(TooSoon):
        acme.give(licence, acme.two)

    assert figures(licence) == (1, 0, 0)


def test_u_027_too_few_units_is_said_before_too_soon(acme):
    licence = acme.licence(1, cooldown_days=90)
    acme.take(acme.give(licence, acme.one))

    with pytest.raises(NotEnoughUnits):
        acme.give(licence, acme.two, 2)


def test_u_027_on_the_way_of_moves_restores_and_more_units(acme):
    """Moving needs a unit that does not wait; a release taken back and fewer-then-more are the holder's own."""
    licence = acme.licence(2, cooldown_days=90)
    made = acme.give(licence, acme.one, 2)
    other = holder(acme.two)

    with pytest.raises(TooSoon):
        move_units(actor=acme.alice, assignment_id=made.pk, holder=other, **WHEN)
    change_units(actor=acme.alice, assignment_id=made.pk, units=1, **WHEN)
    with pytest.raises(TooSoon):
        acme.give(licence, acme.two)
    change_units(actor=acme.alice, assignment_id=made.pk, units=2, **WHEN)
    acme.take(made)
    again = restore_units(actor=acme.alice, assignment_id=made.pk, **WHEN)
    moved = move_units(
        actor=acme.alice,
        assignment_id=again.pk,
        holder=other,
        exemption="mistake",
        reason="wrong host",
        **WHEN,
    )

    assert (moved.units, moved.exemption) == (2, "mistake")
    assert figures(licence) == (2, 2, 0)


def test_u_027_in_a_list_row_by_row(acme):
    """A list says which rows wait and gives the rest; those who gave units back are not in their own way."""
    licence = acme.licence(3, cooldown_days=90)
    acme.take(acme.give(licence, acme.one, 2))
    wishes = [Wish(name=f"host{n}", row=n + 1) for n in (1, 2, 0)]
    ask = {"actor": acme.alice, "licence_id": licence.pk, "wishes": wishes}

    told = [str(item.outcome) for item in plan_assign_list(**ask, on=TODAY).items]
    with pytest.raises(NotAllFit):
        assign_list(**ask, mode=Mode.ALL, **WHEN)
    assign_list(**ask, mode=Mode.FILL, **WHEN)

    assert told == ["ready", "too_soon", "ready"]
    assert figures(licence) == (3, 2, 0)
    assert cooling_of(licence=licence, on=TODAY).units == 1


def test_u_027_a_batch_taken_back_cools_and_a_release_taken_back_does_not(acme):
    licence = acme.licence(1, cooldown_days=90)
    made = acme.give(licence, acme.one)

    _units, batch = release_chosen(actor=acme.alice, licence_id=licence.pk, assignment_ids=[made.pk], **WHEN)
    undo_batch(actor=acme.alice, batch_id=batch, **WHEN)
    assert figures(licence) == (1, 1, 0)
    assert cooling_of(licence=licence, on=TODAY).units == 0


def test_u_028_a_burnt_unit_is_never_free_again(acme):
    """U-028: release ends the holding, the unit stays held and is counted as burnt; movements and rows agree."""
    licence = acme.licence(2, units_on_release="burn")
    made = acme.give(licence, acme.one)

    released = acme.take(made, reason="scrapped")

    assert (released.burnt, figures(licence)) == (1, (2, 1, 1))
    acme.give(licence, acme.two)
    with pytest.raises(NotEnoughUnits):
        acme.give(licence, acme.three)
    with pytest.raises(NotEnoughUnits):
        restore_units(actor=acme.alice, assignment_id=made.pk, **WHEN)
    assert list(Movement.objects.filter(account="burnt").values_list("units", "balance")) == [(1, 1)]
    entry = Entry.objects.get(event="assignments.released")
    assert entry.details["reason"] == "scrapped"


def test_u_028_fewer_units_burn_the_difference_and_a_move_needs_another_unit(acme):
    licence = acme.licence(5, units_on_release="burn")
    made = acme.give(licence, acme.one, 3)

    change_units(actor=acme.alice, assignment_id=made.pk, units=2, **WHEN)
    assert figures(licence) == (5, 3, 1)
    move_units(actor=acme.alice, assignment_id=made.pk, holder=holder(acme.two), **WHEN)
    assert figures(licence) == (5, 5, 3)
    release_list(
        actor=acme.alice, licence_id=licence.pk, wishes=[Wish(name="host1", row=1)], mode=Mode.ALL, **WHEN
    )
    assert figures(licence) == (5, 5, 5)


def test_u_028_deactivated_units_are_free_others_are_burnt_and_nobody_guesses(acme):
    licence = acme.licence(3, units_on_release="deactivate")
    one, two, three = (acme.give(licence, thing) for thing in (acme.one, acme.two, acme.three))
    before = stored()

    with pytest.raises(NotDeactivated):
        acme.take(one)
    assert stored() == before
    acme.take(one, is_deactivated=True)
    assert figures(licence) == (3, 2, 0)
    acme.take(two, is_deactivated=False)
    assert figures(licence) == (3, 2, 1)
    seen = everybody_holding(actor=acme.alice, licence_id=licence.pk).mark
    retire_with_everybody(actor=acme.alice, licence_id=licence.pk, seen=seen, **WHEN)
    assert figures(licence) == (3, 2, 2)
    assert Licence.objects.get(pk=licence.pk).retired_at == NOW
    assert Assignment.objects.get(pk=three.pk).burnt == 1


def test_r_014_a_licence_bound_to_its_hardware_cannot_move(acme, stage):
    """R-014, D-049: no holder is replaced, no unit goes to another company, nothing is stored."""
    licence = acme.licence(2, is_transferable=False)
    made = acme.give(licence, acme.one)
    before = stored()

    with pytest.raises(NotTransferable):
        move_units(actor=acme.alice, assignment_id=made.pk, holder=holder(acme.two), **WHEN)
    terms = TransferTerms(units=1, to_company_id=stage.globex.pk, moved_on=TODAY)
    with pytest.raises(NotTransferable):
        transfer_units(actor=ROOT, licence_id=licence.pk, terms=terms, **WHEN)

    assert stored() == before


def test_u_046_one_unit_for_a_person_however_it_is_asked(acme):
    """U-046: a second unit is refused when given, when added and in a list."""
    licence = acme.licence(5, metric="per_named_user", one_per_person=True)
    carol, dave = a_person(acme.company, "carol"), a_person(acme.company, "dave")
    with pytest.raises(AlreadyHeld):
        acme.give(licence, carol, 2)
    made = acme.give(licence, carol)

    with pytest.raises(AlreadyHeld):
        acme.give(licence, carol)
    with pytest.raises(AlreadyHeld):
        change_units(actor=acme.alice, assignment_id=made.pk, units=2, **WHEN)
    plan = plan_assign_list(
        actor=acme.alice, licence_id=licence.pk, wishes=[Wish(name=dave.username, units=2, row=1)], on=TODAY
    )

    assert [str(item.outcome) for item in plan.items] == ["wrong_units"]
    assert figures(licence) == (5, 1, 0)


@pytest.mark.parametrize(
    ("field", "value"), [("cooldown_days", 0), ("cooldown_days", -1), ("units_on_release", "melt")]
)
def test_rules_that_are_none_are_refused(acme, field, value):
    licence = acme.licence()

    with pytest.raises(InvalidValue):
        change_licence(actor=acme.alice, licence_id=licence.pk, changes={field: value}, revision=None, **WHEN)

    assert Licence.objects.get(pk=licence.pk).revision == 1
