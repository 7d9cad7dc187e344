"""Hand-overs, departures, decommissioning and check-ins: what is held moves or is released together, or somebody is asked."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_licence, a_person, a_product, holder
from tests.rooms.workflows.stage import a_set, begin, finish, outcomes, steps
from trueup.alerts.actions import tell_alerts
from trueup.alerts.models import Alert
from trueup.assignments.actions import assign_units
from trueup.assignments.ledger import ledger_faults
from trueup.assignments.models import Assignment
from trueup.assignments.seats import AlreadyHeld
from trueup.audit.models import Entry
from trueup.devices.actions import change_device
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, RenewalPlan
from trueup.licences.seat_terms import SeatTerms
from trueup.workflows.carrying_out import ChoicesMissing
from trueup.workflows.models import BoundUnits, Workflow
from trueup.workflows.queries import leftovers_of
from trueup.workflows.reducing import NothingToReduce, plan_reduction


def give(licence: Licence, thing) -> Assignment:
    return assign_units(actor=ROOT, licence_id=licence.pk, holder=holder(thing), units=1, at=NOW, on=TODAY)


def named(stage: Stage, name: str, **terms) -> Licence:
    """Five units for people."""
    return a_licence(stage.acme, 5, metric="per_named_user", product=a_product(stage.acme, name), **terms)


def holders(licence: Licence) -> list[str]:
    rows = Assignment.objects.filter(licence=licence, released_at=None).order_by("pk")
    return [row.person.name if row.person else row.device.hostname for row in rows]


@pytest.fixture
def laptop(stage: Stage):
    """Carol's laptop: the device holds System, and Carol holds Draw for it."""
    system, draw = a_licence(stage.acme, 5, product=a_product(stage.acme, "System")), named(stage, "Draw")
    a_set(stage, system.product, draw.product, is_for="device", name="Laptops")
    carol, device = a_person(stage.acme, "carol"), a_device(stage.acme, "lap1", kind="laptop")
    finish(stage, begin(stage, "deploy", device_id=device.pk, person_id=carol.pk))
    device.refresh_from_db()
    return device, carol, system, draw


def test_handing_a_device_over_moves_its_units(stage: Stage, laptop):
    """R-117: what its user holds for it goes along in one transaction; the device keeps its own."""
    device, carol, system, draw = laptop
    dora = a_person(stage.acme, "dora")
    workflow = begin(stage, "hand_over", device_id=device.pk, person_id=dora.pk)
    finish(stage, workflow)

    device.refresh_from_db()
    assert device.user_id == dora.pk
    assert (holders(system), holders(draw)) == (["lap1"], ["Dora"])
    assert BoundUnits.objects.filter(assignment__released_at=None).get().assignment.person_id == dora.pk
    moved = Entry.objects.get(event="assignments.moved")
    assert moved.details["holder"] == [carol.name, "Dora"]
    assert ledger_faults(actor=ROOT) == ()


def test_the_licences_own_rules_hold_for_a_hand_over(stage: Stage, laptop):
    """R-117: who holds units already is refused, and nothing has moved; bound to hardware is asked for."""
    device, carol, _system, draw = laptop
    dora = a_person(stage.acme, "dora")
    give(draw, dora)
    workflow = begin(stage, "hand_over", device_id=device.pk, person_id=dora.pk)
    with pytest.raises(AlreadyHeld):
        finish(stage, workflow)
    device.refresh_from_db()
    assert (device.user_id, holders(draw)) == (carol.pk, ["Carol", "Dora"])
    finish(stage, workflow, Draw="release")
    assert holders(draw) == ["Dora"]
    Licence.objects.filter(pk=draw.pk).update(is_transferable=False)
    emil = a_person(stage.acme, "emil")
    bound = Assignment.objects.get(licence=draw, person=dora, released_at=None)
    BoundUnits.objects.create(company=stage.acme, assignment=bound, device=device)
    with pytest.raises(ChoicesMissing):
        finish(stage, begin(stage, "hand_over", device_id=device.pk, person_id=emil.pk))
    assert holders(draw) == ["Dora"]


def test_decommission_releases_user_units_too(stage: Stage, laptop):
    """R-116, D-042: units of the device and those people hold for it."""
    device, carol, system, draw = laptop
    other = named(stage, "Mail")
    give(other, carol)
    workflow = begin(stage, "decommission", device_id=device.pk)
    finish(stage, workflow)

    device.refresh_from_db()
    assert (device.status, device.user_id) == ("decommissioned", None)
    assert (holders(system), holders(draw), holders(other)) == ([], [], ["Carol"])
    assert leftovers_of(actor=stage.alice, company_id=stage.acme.pk) == []
    assert ledger_faults(actor=ROOT) == ()


def test_what_a_decommissioned_device_still_holds_is_told(stage: Stage, laptop):
    """R-116: kept, or decommissioned without the workflow: a finding until it is released."""
    device, _carol, system, draw = laptop
    change_device(
        actor=ROOT, device_id=device.pk, changes={"status": "decommissioned"}, revision=None, at=NOW
    )
    [left] = leftovers_of(actor=stage.alice, company_id=stage.acme.pk)
    assert (left.hostname, left.units) == ("lap1", 2)
    assert leftovers_of(actor=stage.mallory, company_id=stage.acme.pk) == []
    tell_alerts(actor=ROOT, on=TODAY, at=NOW)
    alert = Alert.objects.get(kind="leftover")
    assert (alert.subject, alert.subject_id, alert.level) == ("device", device.pk, 2)
    finish(stage, begin(stage, "decommission", device_id=device.pk))
    tell_alerts(actor=ROOT, on=TODAY, at=NOW)
    alert.refresh_from_db()
    assert alert.closed_at is not None
    assert (holders(system), holders(draw)) == ([], [])


def test_device_check_in_settles_its_units(stage: Stage, laptop):
    """D-061: asked where the device may keep them; nobody's name stays on it."""
    device, _carol, system, draw = laptop
    workflow = begin(stage, "check_in", device_id=device.pk)
    with pytest.raises(ChoicesMissing) as asked:
        finish(stage, workflow)
    assert [one["name"] for one in asked.value.facts["steps"]] == ["System"]
    assert (holders(system), holders(draw)) == (["lap1"], ["Carol"])
    finish(stage, workflow, System="keep")
    device.refresh_from_db()
    assert (device.status, device.user_id) == ("in_stock", None)
    assert (holders(system), holders(draw)) == (["lap1"], [])
    assert outcomes(workflow) == {"System": "left", "Draw": "done"}


def test_a_leaver_gives_everything_back_in_one_step(stage: Stage, laptop):
    """R-148, R-149, R-151: devices returned or not, units released together, devices into stock or out of use."""
    device, carol, system, draw = laptop
    mail = named(stage, "Mail")
    give(mail, carol)
    old = a_device(stage.acme, "old1", user_id=carol.pk, owner_id=carol.pk)
    give(system, old)
    workflow = begin(stage, "leaver", person_id=carol.pk, last_day=date(2026, 11, 30))
    with pytest.raises(ChoicesMissing) as asked:
        finish(stage, workflow)
    assert sorted(one["name"] for one in asked.value.facts["steps"]) == ["lap1", "old1"]
    assert holders(draw) == ["Carol"]

    finish(stage, workflow, lap1="stock", old1="retire")

    device.refresh_from_db()
    old.refresh_from_db()
    carol.refresh_from_db()
    assert (device.status, device.user_id) == ("in_stock", None)
    assert (old.status, old.user_id, old.owner_id) == ("decommissioned", None, None)
    assert (carol.is_active, carol.left_on) == (False, date(2026, 11, 30))
    assert (holders(draw), holders(mail), holders(system)) == ([], [], ["lap1"])
    events = Entry.objects.filter(event__startswith="workflows.", subject_id__in=[old.pk, carol.pk])
    assert {"workflows.returned", "workflows.departed"} <= set(events.values_list("event", flat=True))
    assert ledger_faults(actor=ROOT) == ()


def test_a_device_that_was_not_returned_stays_with_its_person(stage: Stage, laptop):
    """R-148."""
    device, carol, system, draw = laptop
    workflow = begin(stage, "leaver", person_id=carol.pk)
    finish(stage, workflow, lap1="missing")
    device.refresh_from_db()
    assert (device.user_id, holders(system), holders(draw)) == (carol.pk, ["lap1"], [])
    assert outcomes(workflow)["lap1"] == "left"


def test_shared_and_locked_units_are_asked_for(stage: Stage):
    """R-149: burnt or to be deactivated on release, bound to hardware, of a device that others use too."""
    carol, dora = a_person(stage.acme, "carol"), a_person(stage.acme, "dora")
    burnt = named(stage, "Burnt", seats=SeatTerms(units_on_release="burn"))
    off = named(stage, "Off", seats=SeatTerms(units_on_release="deactivate"))
    bound = named(stage, "Bound", seats=SeatTerms(is_transferable=False))
    plain, shared = named(stage, "Plain"), named(stage, "Shared")
    for one in (burnt, off, bound, plain):
        give(one, carol)
    device = a_device(stage.acme, "both", user_id=carol.pk, owner_id=dora.pk)
    BoundUnits.objects.create(company=stage.acme, assignment=give(shared, carol), device=device)
    workflow = begin(stage, "leaver", person_id=carol.pk)

    with pytest.raises(ChoicesMissing) as asked:
        finish(stage, workflow)
    named_ones = {one["name"] for one in asked.value.facts["steps"]}
    assert named_ones == {"Burnt", "Off", "Bound", "Shared", "both"}
    assert all(one["why"] for one in asked.value.facts["steps"])
    assert Assignment.objects.filter(person=carol, released_at=None).count() == 5
    finish(stage, workflow, Burnt="release", Off="burn", Bound="keep", Shared="release", both="missing")

    assert (holders(plain), holders(shared), holders(bound)) == ([], [], ["Carol"])
    burnt.refresh_from_db()
    off.refresh_from_db()
    assert (burnt.burnt, off.burnt) == (1, 1)


def test_the_result_says_what_was_freed_and_when_fewer_can_be_paid_for(stage: Stage):
    """R-150, U-048: units, subscription, the first day to reduce, and the task at the renewal, once."""
    carol = a_person(stage.acme, "carol")
    term = LineTerms(
        units=5, valid_from=date(2026, 2, 1), valid_until=date(2027, 2, 1), renews_itself=True, notice_days=30
    )
    rented, owned = named(stage, "Rented", line=term), named(stage, "Owned")
    for one in (rented, owned):
        give(one, carol)
    workflow = begin(stage, "leaver", person_id=carol.pk)
    finish(stage, workflow)

    facts = {step.product.name: step.facts for step in steps(workflow)}
    assert (facts["Rented"]["units"], facts["Rented"]["reducible_on"]) == (1, "2027-02-01")
    assert (facts["Owned"]["is_subscription"], facts["Owned"]["reducible_on"]) == (False, None)
    by_name = {step.product.name: step.pk for step in steps(workflow)}
    when = {"at": NOW, "on": TODAY}
    for _twice in range(2):
        plan = plan_reduction(actor=stage.alice, workflow_id=workflow.pk, step_id=by_name["Rented"], **when)
    assert (plan.kind, plan.units, plan.due_on) == ("renew", 4, date(2027, 1, 1))
    assert RenewalPlan.objects.count() == 1
    with pytest.raises(NothingToReduce):
        plan_reduction(actor=stage.alice, workflow_id=workflow.pk, step_id=by_name["Owned"], **when)
    dora = a_person(stage.acme, "dora")
    give(rented, dora)
    again = begin(stage, "leaver", person_id=dora.pk)
    finish(stage, again)
    [step] = steps(again)
    plan = plan_reduction(actor=stage.alice, workflow_id=again.pk, step_id=step.pk, **when)
    assert (RenewalPlan.objects.count(), plan.units) == (1, 3)


def test_what_is_given_meanwhile_goes_too(stage: Stage):
    """R-149: the steps are looked at again when the workflow is finished."""
    carol = a_person(stage.acme, "carol")
    first, later = named(stage, "First"), named(stage, "Later")
    give(first, carol)
    workflow = begin(stage, "leaver", person_id=carol.pk)
    give(later, carol)
    finish(stage, workflow)
    assert (holders(first), holders(later)) == ([], [])
    assert Workflow.objects.get().state == "done"
