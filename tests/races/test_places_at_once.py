"""Many hands at a concurrent licence, and at a site that is given back meanwhile. Each with its negative control."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from django.db import transaction

from tests.cast import NOW, ROOT, TODAY, a_licence, a_person, holder, set_stage
from tests.races.test_assigning_at_once import HANDS, at_once
from trueup.assignments.actions import Holder, assign_units, release_units
from trueup.assignments.ledger import ledger_faults
from trueup.assignments.models import Assignment, RefusalsOfDay
from trueup.assignments.simultaneous import days_of_use
from trueup.assignments.sites import OutOfScope, StillWithin
from trueup.licences.balances import NotEnoughUnits
from trueup.tenancy.parts import add_part

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage():
    return set_stage()


def tried(deed, *refusals):
    try:
        deed()
    except refusals as refused:
        return type(refused).__name__
    return "done"


def test_counting_refusals_needs_its_guard(stage):
    """The control: read, then write, and refusals are lost."""
    licence = a_licence(stage.acme, 5, metric="concurrent_peak")
    row = RefusalsOfDay.objects.create(company=stage.acme, licence=licence, day=TODAY)

    def read_then_write(_number):
        known = RefusalsOfDay.objects.get(pk=row.pk).refusals
        time.sleep(0.02)
        RefusalsOfDay.objects.filter(pk=row.pk).update(refusals=known + 1)

    at_once(read_then_write)

    assert RefusalsOfDay.objects.get(pk=row.pk).refusals < HANDS


def test_forty_hands_check_out_five(stage):
    """R-021, U-031: five are out, thirty-five are refused, each of them is counted, and the peak is five."""
    licence = a_licence(stage.acme, 5, metric="concurrent_peak")
    people = [a_person(stage.acme, f"p{n}") for n in range(HANDS)]

    def check_out(number):
        return tried(
            lambda: assign_units(
                actor=stage.alice,
                licence_id=licence.pk,
                holder=holder(people[number]),
                units=1,
                at=NOW,
                on=TODAY,
            ),
            NotEnoughUnits,
        )

    answers = Counter(at_once(check_out))

    assert answers == {"done": 5, "NotEnoughUnits": 35}
    [today] = days_of_use(actor=stage.alice, licence_id=licence.pk, on=TODAY, days=1)
    assert (today.peak, today.refusals) == (5, 35)
    assert ledger_faults(actor=ROOT) == ()


@pytest.fixture
def site(stage):
    """A site licence held by Oslo, and forty people there."""
    licence = a_licence(stage.acme, 1, metric="site_license")
    oslo = add_part(actor=ROOT, company=stage.acme, kind="location", values={"name": "Oslo"}, at=NOW)
    place = Holder("location", oslo.pk)
    held = assign_units(actor=ROOT, licence_id=licence.pk, holder=place, units=1, at=NOW, on=TODAY)
    return licence, held, [a_person(stage.acme, f"p{n}", location="Oslo") for n in range(HANDS)]


def lost_within():
    """People who use a site licence through a place that has it no more."""
    return Assignment.objects.filter(released_at=None, within__released_at__isnull=False).count()


def test_a_site_is_lost_under_its_people_without_the_guard(stage, site):
    """The control: who looks first and writes later is left within a place that was given back."""
    licence, held, people = site

    def look_then_write(number):
        if number == 0:
            time.sleep(0.02)
            Assignment.objects.filter(pk=held.pk).update(released_at=NOW)
            return
        with transaction.atomic():
            if Assignment.objects.filter(pk=held.pk, released_at=None).exists():
                time.sleep(0.1)
                Assignment.objects.create(
                    company=stage.acme, licence=licence, person=people[number], within=held, units=1,
                    assigned_at=NOW, assigned_by="?",
                )  # fmt: skip

    at_once(look_then_write)

    assert lost_within() > 0


def test_nobody_is_left_within_a_site_that_is_given_back(stage, site):
    """R-020: whichever comes first wins; the other is refused, and nobody uses what no place holds."""
    licence, held, people = site

    def reach(number):
        if number == HANDS // 2:
            return tried(
                lambda: release_units(actor=stage.alice, assignment_id=held.pk, at=NOW, on=TODAY), StillWithin
            )
        return tried(
            lambda: assign_units(
                actor=stage.alice,
                licence_id=licence.pk,
                holder=holder(people[number]),
                units=1,
                at=NOW,
                on=TODAY,
            ),
            OutOfScope,
        )

    at_once(reach)

    assert lost_within() == 0
    assert ledger_faults(actor=ROOT) == ()
