"""The waiting list of a licence: who may join it, in which order it is served, and on which ways. Alice runs Acme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product, holder
from trueup.assignments.actions import Holder, assign_units, release_many, release_units
from trueup.assignments.bulk import assign_list, plan_assign_list, release_list
from trueup.assignments.crossing import Crossing, move_person_to_company
from trueup.assignments.ledger import ledger_faults
from trueup.assignments.models import Assignment, Waiting
from trueup.assignments.moving import change_units, move_units, restore_units
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import Mode, Outcome
from trueup.assignments.retiring import retire_with_everybody
from trueup.assignments.returning import check_in_device
from trueup.assignments.seats import AlreadyHeld
from trueup.assignments.undoing import everybody_holding, release_chosen, undo_batch
from trueup.assignments.waiting import (
    UnitsAreFree,
    WaitsAlready,
    WaitsNoMore,
    join_waiting_list,
    leave_waiting_list,
    serve_all_waiting,
    waiting_list_of,
)
from trueup.audit.models import Entry
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.catalogue.models import Product
from trueup.licences.actions import add_purchase
from trueup.licences.balances import LicenceExpired, NotEnoughUnits, roll_balances
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence
from trueup.licences.reserving import ReservationTerms, end_reservation, reserve_units
from trueup.licences.seat_terms import SeatTerms
from trueup.people.actions import mark_left
from trueup.tenancy.actions import ensure_departments
from trueup.tenancy.parts import add_part

WHEN: dict[str, Any] = {"at": NOW, "on": TODAY}


@pytest.fixture(autouse=True)
def _the_ledger_adds_up(db):
    yield
    assert ledger_faults(actor=ROOT) == ()


@dataclass
class Scene:
    """Two units, held by Hal and Hugo; three who would have one."""

    alice: Actor
    company: Any
    globex: Any
    licence: Licence
    held: list[Assignment]
    people: dict[str, Any]

    def wait(self, name, units=1, actor=None, licence=None):
        return join_waiting_list(
            actor=actor or self.alice,
            licence_id=(licence or self.licence).pk,
            holder=holder(self.people[name]),
            units=units,
            **WHEN,
        )

    def give(self, name, units=1):
        return assign_units(
            actor=self.alice,
            licence_id=self.licence.pk,
            holder=holder(self.people[name]),
            units=units,
            **WHEN,
        )

    def release(self, number=0):
        release_units(actor=self.alice, assignment_id=self.held[number].pk, reason="done", **WHEN)

    def buy(self, units, begins=TODAY):
        line = LineTerms(units=units, valid_from=begins)
        add_purchase(actor=ROOT, licence_id=self.licence.pk, line=line, **WHEN)

    def serve(self, days=0):
        later = NOW + timedelta(days=days)
        return serve_all_waiting(actor=ROOT, at=later, on=later.date())

    @property
    def holding(self):
        rows = Assignment.objects.filter(licence=self.licence, released_at=None).order_by("pk")
        return [row.person.username if row.person else row.device.hostname for row in rows]

    @property
    def waiting(self):
        places = waiting_list_of(actor=self.alice, licence_id=self.licence.pk)
        return [(place.row.person or place.row.device).name for place in places]


@pytest.fixture
def acme(stage):
    of_the_library = a_product(stage.acme)
    Product.objects.update(company=None)
    licence = a_licence(stage.acme, 2, metric="per_named_user", product=of_the_library)
    people = {name: a_person(stage.acme, name) for name in ("hal", "hugo", "ann", "ben", "cid")}
    scene = Scene(stage.alice, stage.acme, stage.globex, licence, [], people)
    scene.held = [scene.give("hal"), scene.give("hugo")]
    return scene


def test_a_released_unit_goes_to_the_first_in_line(acme):
    assert [acme.wait(name).number for name in ("ann", "ben", "cid")] == [1, 2, 3]
    acme.release()
    assert (acme.holding, acme.waiting) == (["hugo", "ann"], ["Ben", "Cid"])
    row = Waiting.objects.get(person=acme.people["ann"])
    assert (row.outcome, row.assignment.reason, row.ended_by) == ("served", "from the waiting list", "Alice")
    events = [one.event for one in Entry.objects.filter(subject_kind="licence").order_by("-position")[:2]]
    assert events == ["assignments.served", "assignments.released"]


def test_the_order_holds_where_the_first_needs_more(acme):
    acme.wait("ann", 2)
    acme.wait("ben")
    acme.release()
    assert (acme.holding, acme.waiting) == (["hugo"], ["Ann", "Ben"])
    acme.release(1)
    assert (acme.holding, acme.waiting) == (["ann"], ["Ben"])


def test_nobody_gets_past_those_who_wait(acme):
    acme.wait("ann", 2)
    acme.release()
    with pytest.raises(NotEnoughUnits, match="1 holder waits") as refused:
        acme.give("ben")
    assert refused.value.facts["waiting"] == 1
    with pytest.raises(NotEnoughUnits):
        change_units(actor=acme.alice, assignment_id=acme.held[1].pk, units=2, **WHEN)
    with pytest.raises(NotEnoughUnits):
        restore_units(actor=acme.alice, assignment_id=acme.held[0].pk, **WHEN)
    wishes = [Wish(kind="person", id=acme.people["ben"].pk, row=1)]
    plan = plan_assign_list(actor=acme.alice, licence_id=acme.licence.pk, wishes=wishes, on=TODAY)
    assert [item.outcome for item in plan.items] == [Outcome.DOES_NOT_FIT]
    assert acme.holding == ["hugo"]
    move_units(actor=acme.alice, assignment_id=acme.held[1].pk, holder=holder(acme.people["ben"]), **WHEN)
    assert (acme.holding, acme.waiting) == (["ben"], ["Ann"])


def test_whoever_waits_may_be_given_less_at_once(acme):
    acme.wait("ann", 2)
    acme.release()
    acme.give("ann", 1)
    assert (acme.holding, acme.waiting) == (["hugo", "ann"], [])
    assert Waiting.objects.get().assignment == Assignment.objects.get(person=acme.people["ann"])


def _in_bulk(acme):
    wishes = [Wish(kind="person", id=acme.people["hal"].pk, row=1)]
    release_list(actor=acme.alice, licence_id=acme.licence.pk, wishes=wishes, mode=Mode.ALL, **WHEN)


def _chosen(acme):
    release_chosen(actor=acme.alice, licence_id=acme.licence.pk, assignment_ids=[acme.held[0].pk], **WHEN)


def _many(acme):
    ids = [acme.held[0].pk]
    release_many(actor=acme.alice, licence=acme.licence, assignment_ids=ids, **WHEN)


def _bought(acme):
    acme.buy(1)
    assert acme.serve() == 1


def _begun(acme):
    acme.buy(1, begins=TODAY + timedelta(days=1))
    assert acme.serve() == 0
    later = NOW + timedelta(days=1)
    roll_balances(actor=ROOT, on=later.date(), at=later)
    assert acme.serve(days=1) == 1


def _left_for_good(acme):
    crossing = Crossing(acme.globex.pk, {acme.held[0].pk: "release"}, "gone")
    move_person_to_company(actor=ROOT, person_id=acme.people["hal"].pk, crossing=crossing, **WHEN)


@pytest.mark.parametrize("way", [_in_bulk, _chosen, _many, _bought, _begun, _left_for_good])
def test_on_every_way_units_come_free_exactly_one_is_served(acme, way):
    for name in ("ann", "ben"):
        acme.wait(name)
    way(acme)
    assert ("ann" in acme.holding, acme.waiting) == (True, ["Ben"])
    assert Entry.objects.filter(event="assignments.served").count() == 1


def test_fewer_units_for_one_are_units_for_the_next(acme):
    acme.release()
    acme.release(1)
    held = acme.give("hal", 2)
    acme.wait("ann")
    change_units(actor=acme.alice, assignment_id=held.pk, units=1, **WHEN)
    assert (acme.holding, acme.waiting) == (["hal", "ann"], [])


def test_units_that_go_along_to_another_company_are_not_given_to_who_waits(acme):
    acme.wait("ann")
    crossing = Crossing(acme.globex.pk, {acme.held[0].pk: "move"}, "moved")
    move_person_to_company(actor=ROOT, person_id=acme.people["hal"].pk, crossing=crossing, **WHEN)
    assert (acme.holding, acme.waiting) == (["hugo"], ["Ann"])


def test_a_batch_taken_back_frees_its_units_for_the_line(acme):
    acme.release()
    wishes = [Wish(kind="person", id=acme.people["cid"].pk, row=1)]
    done = assign_list(actor=acme.alice, licence_id=acme.licence.pk, wishes=wishes, mode=Mode.ALL, **WHEN)
    acme.wait("ann")
    undo_batch(actor=acme.alice, batch_id=done.batch_id, **WHEN)
    assert (acme.holding, acme.waiting) == (["hugo", "ann"], [])


def test_retiring_serves_nobody_and_ends_the_waiting(acme):
    acme.wait("ann")
    seen = everybody_holding(actor=acme.alice, licence_id=acme.licence.pk).mark
    retire_with_everybody(actor=acme.alice, licence_id=acme.licence.pk, seen=seen, **WHEN)
    assert acme.serve() == 0
    assert (acme.holding, acme.waiting) == ([], [])
    assert Waiting.objects.get().outcome == "refused"


def test_who_left_is_passed_over_with_the_reason(acme):
    acme.wait("ann")
    acme.wait("ben")
    mark_left(actor=ROOT, person_id=acme.people["ann"].pk, left_on=TODAY, at=NOW)
    acme.release()
    assert acme.holding == ["hugo", "ben"]
    row = Waiting.objects.get(person=acme.people["ann"])
    assert (row.outcome, row.detail) == ("refused", "No longer in use here: left, or decommissioned.")
    assert Entry.objects.filter(event="assignments.waiting_ended").count() == 1


def test_leaving_the_list_moves_the_others_up(acme):
    places = [acme.wait("ann", 2), acme.wait("ben")]
    acme.release()
    gone = places[0].row.pk
    leave_waiting_list(
        actor=acme.alice, licence_id=acme.licence.pk, waiting_id=gone, reason="no need", **WHEN
    )
    assert (acme.holding, acme.waiting) == (["hugo", "ben"], [])
    with pytest.raises(WaitsNoMore):
        leave_waiting_list(actor=acme.alice, licence_id=acme.licence.pk, waiting_id=gone, **WHEN)


def test_units_that_cool_down_are_given_once_they_may_be(acme):
    acme.licence = a_licence(
        acme.company, 1, metric="per_named_user", product=acme.licence.product, seats=SeatTerms(cooldown_days=90)
    )  # fmt: skip
    acme.held = [acme.give("hal")]
    acme.wait("ann")
    acme.release()
    assert (acme.holding, acme.waiting, acme.serve(days=89)) == ([], ["Ann"], 0)
    assert (acme.serve(days=90), acme.holding) == (1, ["ann"])


def test_a_reservation_that_ends_serves_who_waits(acme):
    ids = ensure_departments(actor=ROOT, company_id=acme.company.pk, names=["Ops"], at=NOW)
    acme.release()
    terms = ReservationTerms(ids["ops"], 1, date(2027, 1, 1))
    row = reserve_units(actor=acme.alice, licence_id=acme.licence.pk, terms=terms, **WHEN)
    acme.wait("ann")
    end_reservation(actor=acme.alice, licence_id=acme.licence.pk, reservation_id=row.pk, **WHEN)
    assert (acme.serve(), acme.holding) == (1, ["hugo", "ann"])


def test_a_device_that_comes_back_makes_room_for_the_next(acme):
    product = acme.licence.product
    acme.licence = a_licence(acme.company, 1, metric="per_device", product=product)
    back, next_one = a_device(acme.company, "pc1"), a_device(acme.company, "pc2")
    held = Holder("device", back.pk)
    assign_units(actor=acme.alice, licence_id=acme.licence.pk, holder=held, units=1, **WHEN)
    join_waiting_list(
        actor=acme.alice, licence_id=acme.licence.pk, holder=Holder("device", next_one.pk), units=1, **WHEN
    )
    check_in_device(actor=acme.alice, device_id=back.pk, release=True, **WHEN)
    assert acme.holding == ["pc2"]


def test_only_who_is_refused_for_want_of_units_may_wait(acme, stage):
    with pytest.raises(AlreadyHeld):
        acme.wait("hal")
    acme.wait("ann")
    with pytest.raises(WaitsAlready):
        acme.wait("ann")
    with pytest.raises(NotAllowed):
        acme.wait("ben", actor=stage.bob)
    with pytest.raises(NotFound):
        acme.wait("ben", actor=stage.mallory)
    with pytest.raises(InvalidValue):
        acme.wait("ben", units=0)
    ended = a_licence(
        acme.company, 1, metric="per_named_user", product=acme.licence.product, valid_until=date(2026, 6, 1)
    )
    with pytest.raises(LicenceExpired):
        acme.wait("ben", licence=ended)
    assert (Waiting.objects.count(), acme.holding) == (1, ["hal", "hugo"])


def test_nobody_waits_for_what_is_there(acme):
    acme.release()
    with pytest.raises(UnitsAreFree):
        acme.wait("ann")
    assert (Waiting.objects.count(), acme.holding) == (0, ["hugo"])


def test_a_place_cannot_wait(acme):
    oslo = add_part(actor=ROOT, company=acme.company, kind="location", values={"name": "Oslo"}, at=NOW)
    site = a_licence(acme.company, 1, metric="site_license", product=acme.licence.product)
    with pytest.raises(InvalidValue):
        join_waiting_list(
            actor=acme.alice, licence_id=site.pk, holder=Holder("location", oslo.pk), units=2, **WHEN
        )
    assert not Waiting.objects.exists()


def test_the_check_sees_a_wrong_count(acme):
    acme.wait("ann")
    Licence.objects.filter(pk=acme.licence.pk).update(waiting=0)
    [fault] = ledger_faults(actor=ROOT)
    assert (fault.fault, fault.expected, fault.stored) == ("waiting is not how many wait", 1, 0)
    Licence.objects.filter(pk=acme.licence.pk).update(waiting=1)
