"""Forty hands at a waiting list and at a reservation, each with its negative control."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date

import pytest
from django.db import transaction
from django.db.models import F, Q, Sum

from tests.cast import NOW, ROOT, TODAY, a_licence, a_person, holder, set_stage
from tests.races.test_assigning_at_once import HANDS, at_once
from tests.races.test_places_at_once import tried
from trueup.assignments.actions import assign_units, release_units
from trueup.assignments.ledger import ledger_faults
from trueup.assignments.models import Assignment, Waiting
from trueup.assignments.waiting import UnitsAreFree, join_waiting_list, serve_all_waiting
from trueup.licences.actions import add_purchase
from trueup.licences.balances import NotEnoughUnits
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence
from trueup.licences.reservation_tables import Reservation
from trueup.licences.reserving import ReservationTerms, reserve_units
from trueup.tenancy.actions import ensure_departments

pytestmark = pytest.mark.django_db(transaction=True)
WHEN = {"at": NOW, "on": TODAY}
UNITS = 12


@pytest.fixture
def scene():
    """Twelve units, all held; forty more people."""
    stage = set_stage()
    licence = a_licence(stage.acme, UNITS, metric="per_named_user")
    held = [
        assign_units(
            actor=ROOT, licence_id=licence.pk, holder=holder(a_person(stage.acme, f"h{n}")), units=1, **WHEN
        )
        for n in range(UNITS)
    ]
    return stage, licence, held, [a_person(stage.acme, f"p{n}") for n in range(HANDS)]


def test_the_line_is_served_twice_over_without_the_lock(scene):
    """The control: who looks for the first in line and then serves it serves it with others."""
    stage, licence, held, people = scene
    row = Waiting.objects.create(
        company=stage.acme, licence=licence, person=people[0], units=1, asked_at=NOW, asked_by="?"
    )
    served = []

    def look_then_serve(_number):
        with transaction.atomic():
            first = Waiting.objects.filter(licence=licence, ended_at=None).order_by("pk").first()
            time.sleep(0.02)
            if first is not None:
                Waiting.objects.filter(pk=row.pk).update(ended_at=NOW, outcome="served", assignment=held[0])
                served.append(first.pk)

    at_once(look_then_serve)

    assert len(served) > 1


def test_forty_join_while_twelve_are_released(scene):
    """Whoever comes first is first; the freed units go to the first in line, one each, and nobody twice."""
    stage, licence, held, people = scene

    def work(number):
        if number % 4 == 3 and number // 4 < UNITS:
            release_units(actor=stage.alice, assignment_id=held[number // 4].pk, **WHEN)
            return "released"
        return tried(
            lambda: join_waiting_list(
                actor=stage.alice, licence_id=licence.pk, holder=holder(people[number]), units=1, **WHEN
            ),
            UnitsAreFree,
        )

    answers = Counter(at_once(work))

    serve_all_waiting(actor=ROOT, **WHEN)
    ended = list(Waiting.objects.filter(licence=licence).order_by("pk").values_list("outcome", flat=True))
    served = ended.count("served")
    assert answers["released"] == HANDS // 4
    assert ended == ["served"] * served + [""] * (len(ended) - served)
    assert answers["done"] == len(ended)
    holding = Assignment.objects.filter(licence=licence, released_at=None)
    assert holding.filter(reason="from the waiting list").count() == served
    assert holding.values("person").distinct().count() == holding.count() <= UNITS
    assert ledger_faults(actor=ROOT) == ()


def test_units_bought_while_forty_reach_past_the_line(scene):
    """Those who wait get what is bought, in their order, however many others reach for it at the same moment."""
    stage, licence, _held, people = scene
    for person in people[:5]:
        join_waiting_list(actor=stage.alice, licence_id=licence.pk, holder=holder(person), units=1, **WHEN)

    def work(number):
        if number == 0:
            line = LineTerms(units=3, valid_from=TODAY)
            return type(add_purchase(actor=ROOT, licence_id=licence.pk, line=line, **WHEN)).__name__
        if number % 3 == 0:
            return str(serve_all_waiting(actor=ROOT, **WHEN))
        person = people[number] if number >= 5 else people[-number]
        return tried(
            lambda: assign_units(
                actor=stage.alice, licence_id=licence.pk, holder=holder(person), units=1, **WHEN
            ),
            NotEnoughUnits,
        )

    answers = at_once(work)

    serve_all_waiting(actor=ROOT, **WHEN)
    served = Waiting.objects.filter(outcome="served").order_by("pk").values_list("person", flat=True)
    assert list(served) == [person.pk for person in people[:3]]
    assert "done" not in answers
    assert ledger_faults(actor=ROOT) == ()


def over_reserved():
    """Units held and held back beyond those there are."""
    return Licence.objects.filter(granted__lt=F("held") + F("reserved")).exists()


def test_reserving_needs_its_guard(scene):
    """The control: who adds up what is free first and reserves later holds back more than there is."""
    stage, licence, *_rest = scene
    names = [f"D{n}" for n in range(HANDS)]
    ids = [*ensure_departments(actor=ROOT, company_id=stage.acme.pk, names=names, at=NOW).values()]
    Assignment.objects.all().delete()

    def look_then_write(number):
        back = Reservation.objects.filter(licence=licence).aggregate(n=Sum("units"))["n"] or 0
        time.sleep(0.02)
        if back + 5 <= UNITS:
            Reservation.objects.create(
                company=stage.acme, licence=licence, department_id=ids[number], units=5, until_on=date(2027, 1, 1),
                made_at=NOW, made_by="?",
            )  # fmt: skip

    at_once(look_then_write)

    assert Reservation.objects.aggregate(n=Sum("units"))["n"] > UNITS


def test_forty_reserve_and_reach_at_once(scene):
    """What is reserved is there for the department, and never more than is free."""
    stage, licence, held, people = scene
    names = [f"D{n}" for n in range(HANDS)]
    ids = [*ensure_departments(actor=ROOT, company_id=stage.acme.pk, names=names, at=NOW).values()]
    for row in held:
        release_units(actor=ROOT, assignment_id=row.pk, **WHEN)
    type(people[0]).objects.filter(username="p39").update(department_id=ids[0])

    def assign(number):
        assign_units(actor=stage.alice, licence_id=licence.pk, holder=holder(people[number]), units=1, **WHEN)

    def reserve(number):
        terms = ReservationTerms(ids[number], 2, date(2026, 12, 31))
        reserve_units(actor=stage.alice, licence_id=licence.pk, terms=terms, **WHEN)

    def work(number):
        deed = assign if number % 2 else reserve
        return tried(lambda: deed(number), NotEnoughUnits)

    answers = Counter(at_once(work))

    now = Licence.objects.get(pk=licence.pk)
    assert now.held + now.reserved == UNITS
    assert answers["done"] >= UNITS // 2
    assert not over_reserved()
    assert Reservation.objects.filter(~Q(taken=0)).count() <= 1
    assert ledger_faults(actor=ROOT) == ()
