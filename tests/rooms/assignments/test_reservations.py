"""Units held back for a department until a day: who gets them, who does not, and what becomes of them. Alice runs Acme."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, holder
from trueup.assignments.actions import assign_many, assign_units, release_units
from trueup.assignments.bulk import assign_list, plan_assign_list
from trueup.assignments.ledger import ledger_faults
from trueup.assignments.models import Assignment
from trueup.assignments.moving import change_units, move_units
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import Mode, Outcome
from trueup.audit.models import Entry
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.licences.actions import add_purchase, retire_licence
from trueup.licences.balances import LicenceRetired, NotEnoughUnits, roll_balances
from trueup.licences.bulk import Scene, change_lines
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, Movement, Purchase
from trueup.licences.queries import licence_for
from trueup.licences.reducing import StillHeld
from trueup.licences.reservation_tables import Reservation
from trueup.licences.reserving import (
    NothingToReserve,
    NotReserved,
    ReservationTerms,
    ReservedAlready,
    end_reservation,
    reservations_of,
    reserve_units,
)
from trueup.licences.seat_terms import SeatTerms
from trueup.licences.standings import write_standings
from trueup.tenancy.actions import ensure_departments
from trueup.tenancy.models import Department

WHEN = {"at": NOW, "on": TODAY}
YEAR_END = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def _the_ledger_adds_up(db):
    yield
    assert ledger_faults(actor=ROOT) == ()


@pytest.fixture
def acme(stage):
    """Ten units; Finance with its part Payroll, and Ops; somebody in each."""

    class Scene:
        alice, bob, mallory, company = stage.alice, stage.bob, stage.mallory, stage.acme

        def __init__(self):
            names = ["Finance", "Payroll", "Ops"]
            self.ids = ensure_departments(actor=ROOT, company_id=self.company.pk, names=names, at=NOW)
            Department.objects.filter(pk=self.ids["payroll"]).update(parent_id=self.ids["finance"])
            self.licence = a_licence(self.company, 10, metric="per_named_user")
            self.fay, self.fred, self.pia, self.olga = (
                a_person(self.company, name, department=where)
                for name, where in (("fay", "Finance"), ("fred", "Finance"), ("pia", "Payroll"), ("olga", "Ops"))
            )  # fmt: skip

        def reserve(self, units=4, department="finance", until=YEAR_END, actor=None):
            terms = ReservationTerms(self.ids[department], units, until, "for the audit")
            return reserve_units(actor=actor or self.alice, licence_id=self.licence.pk, terms=terms, **WHEN)

        def give(self, person, units=1, when=WHEN):
            return assign_units(
                actor=self.alice, licence_id=self.licence.pk, holder=holder(person), units=units, **when
            )

        def figures(self):
            now = Licence.objects.get(pk=self.licence.pk)
            return now.held, now.reserved, licence_for(actor=ROOT, licence_id=now.pk, on=TODAY).free

        def buy(self, units, **more):
            line = LineTerms(units=units, valid_from=TODAY, **more)
            return add_purchase(actor=ROOT, licence_id=self.licence.pk, line=line, **WHEN)

    return Scene()


def test_what_is_reserved_is_not_free(acme):
    acme.reserve(4)
    assert acme.figures() == (0, 4, 6)
    write_standings()
    assert acme.figures() == (0, 4, 6)
    acme.give(acme.fay, 2)
    assert acme.figures() == (2, 2, 6)
    entry = Entry.objects.filter(event="licences.units_reserved").get()
    assert (entry.details["department"], entry.details["units"]) == ("Finance", 4)


def test_others_are_refused_and_told_for_whom(acme):
    acme.reserve(4)
    with pytest.raises(NotEnoughUnits) as refused:
        acme.give(acme.olga, 7)
    assert (refused.value.facts["free"], refused.value.facts["reserved"]) == (6, 4)
    assert "4 for Finance until 2026-12-31" in refused.value.detail
    assert not Assignment.objects.exists()
    acme.give(acme.olga, 6)
    assert acme.figures() == (6, 4, 0)


def test_the_department_and_its_parts_draw_on_it_then_on_what_is_free(acme):
    row = acme.reserve(4)
    acme.give(acme.pia, 3)
    made = acme.give(acme.fay, 3)
    row.refresh_from_db()
    assert (row.taken, made.reservation_id, made.reserved_units) == (4, row.pk, 1)
    assert acme.figures() == (6, 0, 4)


def test_no_policy_lets_others_have_what_is_reserved(acme):
    Licence.objects.filter(pk=acme.licence.pk).update(policy="allow")
    acme.reserve(4)
    with pytest.raises(NotEnoughUnits):
        acme.give(acme.olga, 7)
    acme.give(acme.fay, 4)
    acme.give(acme.olga, 7)
    assert acme.figures() == (11, 0, -1)


def test_released_units_go_back_to_the_reservation(acme):
    row = acme.reserve(4)
    made = acme.give(acme.fay, 4)
    change_units(actor=acme.alice, assignment_id=made.pk, units=3, **WHEN)
    assert acme.figures() == (3, 1, 6)
    change_units(actor=acme.alice, assignment_id=made.pk, units=5, **WHEN)
    assert acme.figures() == (5, 0, 5)
    release_units(actor=acme.alice, assignment_id=made.pk, **WHEN)
    row.refresh_from_db()
    assert (row.taken, acme.figures()) == (0, (0, 4, 6))


def test_handing_on_stays_within_the_department(acme):
    acme.reserve(4)
    acme.give(acme.olga, 6)
    made = acme.give(acme.fay, 4)
    with pytest.raises(NotEnoughUnits):
        move_units(
            actor=acme.alice, assignment_id=made.pk, holder=holder(a_person(acme.company, "dan")), **WHEN
        )
    assert acme.figures() == (10, 0, 0)
    move_units(actor=acme.alice, assignment_id=made.pk, holder=holder(acme.fred), **WHEN)
    assert acme.figures() == (10, 0, 0)


def test_it_ends_on_its_day(acme):
    row = acme.reserve(4, until=TODAY + timedelta(days=1))
    acme.give(acme.fay, 1)
    for days, figures in ((1, (1, 3, 6)), (2, (1, 0, 9))):
        later = NOW + timedelta(days=days)
        roll_balances(actor=ROOT, on=later.date(), at=later)
        assert acme.figures() == figures
    row.refresh_from_db()
    assert row.ended_at is not None
    moved = (
        Movement.objects.filter(account="reserved").order_by("pk").values_list("units", "balance", "cause")
    )
    assert list(moved) == [(4, 4, "reserved"), (-1, 3, "drawn"), (-3, 0, "ended")]


def test_the_first_deed_of_its_day_ends_it_too(acme):
    acme.reserve(4, until=TODAY)
    acme.give(acme.olga, 10, {"at": NOW + timedelta(days=1), "on": TODAY + timedelta(days=1)})
    assert acme.figures() == (10, 0, 0)


def test_ending_it_frees_what_nobody_took(acme):
    row = acme.reserve(4)
    made = acme.give(acme.fay, 1)
    end_reservation(actor=acme.alice, licence_id=acme.licence.pk, reservation_id=row.pk, **WHEN)
    assert acme.figures() == (1, 0, 9)
    assert not reservations_of(actor=acme.alice, licence_id=acme.licence.pk)
    with pytest.raises(NotReserved):
        end_reservation(actor=acme.alice, licence_id=acme.licence.pk, reservation_id=row.pk, **WHEN)
    release_units(actor=acme.alice, assignment_id=made.pk, **WHEN)
    assert acme.figures() == (0, 0, 10)


def test_units_are_not_taken_from_under_a_reservation(acme):
    acme.reserve(4)
    with pytest.raises(StillHeld, match="End a reservation first"):
        acme.buy(-7, kind="reduction")
    line = LineTerms(units=-7, valid_from=TODAY, kind="reduction")
    bulk = Scene(actor=ROOT, company_id=acme.company.pk, batch_id=None, at=NOW, on=TODAY)
    with pytest.raises(StillHeld, match="End a reservation first"):
        change_lines(scene=bulk, added=[(acme.licence.pk, line)])
    assert (Purchase.objects.count(), acme.figures()) == (1, (0, 4, 6))


def test_time_cuts_the_latest_reservation_first(acme):
    acme.licence = a_licence(
        acme.company, 10, metric="per_named_user", product=acme.licence.product, valid_until=date(2026, 12, 1)
    )
    acme.buy(3)
    first, second = acme.reserve(2), acme.reserve(9, "ops")
    later = NOW + timedelta(days=30)
    roll_balances(actor=ROOT, on=later.date(), at=later)
    for row in (first, second):
        row.refresh_from_db()
    assert (first.units, second.units, second.ended_at) == (2, 1, None)
    assert Licence.objects.get(pk=acme.licence.pk).reserved == 3


def test_burnt_units_are_gone_from_the_reservation(acme):
    acme.licence = a_licence(
        acme.company, 5, metric="per_named_user", product=acme.licence.product, seats=SeatTerms(units_on_release="burn")
    )  # fmt: skip
    row = acme.reserve(2)
    release_units(actor=acme.alice, assignment_id=acme.give(acme.fay, 1).pk, **WHEN)
    row.refresh_from_db()
    assert (row.units, row.taken, acme.figures()) == (1, 0, (1, 1, 3))


def test_a_list_gives_each_row_what_is_there_for_it(acme):
    acme.reserve(4)
    wishes = [
        Wish(kind="person", id=who.pk, units=units, row=row)
        for row, (who, units) in enumerate(((acme.olga, 6), (acme.fred, 1), (acme.fay, 3)), start=1)
    ]
    wishes.append(Wish(kind="person", id=a_person(acme.company, "dan").pk, row=4))
    plan = plan_assign_list(actor=acme.alice, licence_id=acme.licence.pk, wishes=wishes, on=TODAY)
    assert [item.outcome for item in plan.items] == [Outcome.READY] * 3 + [Outcome.DOES_NOT_FIT]
    assign_list(actor=acme.alice, licence_id=acme.licence.pk, wishes=wishes, mode=Mode.FILL, **WHEN)
    assert acme.figures() == (10, 0, 0)


def test_a_device_belongs_where_its_user_does(acme):
    acme.licence = a_licence(acme.company, 2, metric="per_device", product=acme.licence.product)
    acme.reserve(2)
    theirs, others = a_device(acme.company, "pc1", user_id=acme.fay.pk), a_device(acme.company, "pc2")
    with pytest.raises(NotEnoughUnits):
        acme.give(others)
    seats = [(holder(theirs), 2)]
    assign_many(actor=acme.alice, licence_id=acme.licence.pk, holders=seats, **WHEN)
    assert acme.figures() == (2, 0, 0)


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ({"units": 11}, NotEnoughUnits),
        ({"units": 0}, InvalidValue),
        ({"until": TODAY - timedelta(days=1)}, InvalidValue),
        ({"until": date.max}, InvalidValue),
        ({"actor": "bob"}, NotAllowed),
        ({"actor": "mallory"}, NotFound),
    ],
)
def test_what_cannot_be_reserved(acme, terms, problem):
    given = dict(terms)
    if "actor" in given:
        given["actor"] = getattr(acme, given["actor"])
    with pytest.raises(problem):
        acme.reserve(**given)
    assert (Reservation.objects.count(), acme.figures()) == (0, (0, 0, 10))


def test_one_reservation_for_a_department_and_none_of_what_is_endless(acme):
    acme.reserve(1)
    with pytest.raises(ReservedAlready):
        acme.reserve(1)
    end_reservation(
        actor=acme.alice, licence_id=acme.licence.pk, reservation_id=Reservation.objects.get().pk, **WHEN
    )
    retire_licence(actor=acme.alice, licence_id=acme.licence.pk, **WHEN)
    with pytest.raises(LicenceRetired):
        acme.reserve(1)
    line = LineTerms(units=0, is_unlimited=True, valid_from=TODAY)
    acme.licence = a_licence(acme.company, metric="per_named_user", product=acme.licence.product, line=line)
    with pytest.raises(NothingToReserve):
        acme.reserve(1)
    assert Reservation.objects.filter(ended_at=None).count() == 0


def test_retiring_ends_it(acme):
    row = acme.reserve(4)
    retire_licence(actor=acme.alice, licence_id=acme.licence.pk, **WHEN)
    row.refresh_from_db()
    assert (row.ended_at, acme.figures()) == (NOW, (0, 0, 10))


def test_the_database_itself_keeps_reserved_units_free(acme):
    acme.reserve(4)
    with pytest.raises(IntegrityError, match="reserved_units_are_free"), transaction.atomic():
        Licence.objects.filter(pk=acme.licence.pk).update(held=7)
    assert acme.figures() == (0, 4, 6)


def test_the_check_sees_a_wrong_reserve(acme):
    acme.reserve(4)
    acme.give(acme.fay, 1)
    with transaction.atomic():
        Licence.objects.filter(pk=acme.licence.pk).update(reserved=2)
        Reservation.objects.update(taken=0)
        faults = {one.fault for one in ledger_faults(actor=ROOT)}
        transaction.set_rollback(True)
    assert faults == {
        "reserved is not what reservations hold back",
        "reserved is not what movements come to",
        "taken of reservations is not what assignments drew",
    }
