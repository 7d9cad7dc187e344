"""Concurrent licences: twenty are eligible, five use it at once, and the sixth is refused and counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import NOW, ROOT, TODAY, a_licence, a_person, a_product, holder
from trueup.assignments.actions import assign_many, assign_units, release_units
from trueup.assignments.bulk import assign_list
from trueup.assignments.ledger import ledger_faults
from trueup.assignments.models import Assignment, Eligible, RefusalsOfDay
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import Mode, Outcome
from trueup.assignments.simultaneous import (
    NotConcurrent,
    NotEligible,
    add_eligible,
    days_of_use,
    eligible_people,
    peak_that_counts,
    remove_eligible,
)
from trueup.base.problems import NotAllowed, NotFound
from trueup.licences.balances import NotEnoughUnits

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(stage):
    """A licence for five at once, with eight people eligible."""
    licence = a_licence(stage.acme, 5, metric="concurrent_peak")
    people = [a_person(stage.acme, f"p{n}") for n in range(8)]
    add_eligible(actor=stage.alice, licence_id=licence.pk, person_ids=[one.pk for one in people], at=NOW)
    return licence, people


def out(stage, licence, person, day=0):
    return assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(person), units=1,
        at=NOW + timedelta(days=day), on=TODAY + timedelta(days=day),
    )  # fmt: skip


def back(stage, made, day=0):
    release_units(
        actor=stage.alice, assignment_id=made.pk, at=NOW + timedelta(days=day), on=TODAY + timedelta(days=day)
    )


def days(stage, licence, day=0, count=3):
    found = days_of_use(actor=stage.alice, licence_id=licence.pk, on=TODAY + timedelta(days=day), days=count)
    return [(one.peak, one.refusals) for one in found]


def test_eight_are_eligible_and_the_sixth_is_refused(stage, five):
    """R-021, U-031: eligible and simultaneous are two lists; the refusal is counted, and stores no use."""
    licence, people = five
    for person in people[:5]:
        out(stage, licence, person)

    with pytest.raises(NotEnoughUnits):
        out(stage, licence, people[5])
    with pytest.raises(NotEnoughUnits):
        assign_many(
            actor=stage.alice, licence_id=licence.pk, holders=[(holder(people[6]), 1)], at=NOW, on=TODAY
        )

    assert eligible_people(actor=stage.alice, licence_id=licence.pk).count() == 8
    assert Assignment.objects.filter(licence=licence, released_at=None).count() == 5
    assert days(stage, licence) == [(0, 0), (0, 0), (5, 2)]
    assert ledger_faults(actor=ROOT) == ()


def test_the_daily_peak_is_what_counts(stage, five):
    """R-021, U-031: the most at once on a day, carried over midnight; the highest day of the window is what is needed."""
    licence, people = five
    first = [out(stage, licence, one) for one in people[:4]]
    back(stage, first[0])
    out(stage, licence, people[4])
    for made in first[1:]:
        back(stage, made, day=1)
    out(stage, licence, people[5], day=2)

    assert days(stage, licence, day=2) == [(4, 0), (4, 0), (2, 0)]
    found = days_of_use(actor=stage.alice, licence_id=licence.pk, on=TODAY + timedelta(days=2))
    assert peak_that_counts(days=found, on=TODAY) == 4
    later = days_of_use(actor=stage.alice, licence_id=licence.pk, on=TODAY + timedelta(days=40))
    assert peak_that_counts(days=later, on=TODAY) == 2


def test_who_is_not_eligible_is_refused_on_every_path(stage, five):
    """R-021: 422, one by one and in a list; nothing is stored."""
    licence, _people = five
    stranger = a_person(stage.acme, "zoe")

    with pytest.raises(NotEligible) as refused:
        out(stage, licence, stranger)
    listing = assign_list(
        actor=stage.alice, licence_id=licence.pk, wishes=[Wish(name="zoe", row=1)], mode=Mode.FILL,
        at=NOW, on=TODAY,
    )  # fmt: skip

    assert refused.value.status == 422
    assert [item.outcome for item in listing.items] == [Outcome.NOT_ELIGIBLE]
    assert not Assignment.objects.exists()
    assert not RefusalsOfDay.objects.exists()


def test_without_a_list_everybody_may(stage):
    licence = a_licence(stage.acme, 1, metric="concurrent_peak")

    assert out(stage, licence, a_person(stage.acme, "zoe")).units == 1


def test_the_list_is_kept_by_who_may_assign(stage, five):
    licence, people = five

    assert add_eligible(actor=stage.alice, licence_id=licence.pk, person_ids=[people[0].pk], at=NOW) == 0
    with pytest.raises(NotAllowed):
        remove_eligible(actor=stage.bob, licence_id=licence.pk, person_id=people[0].pk, at=NOW)
    with pytest.raises(NotFound):
        add_eligible(actor=stage.mallory, licence_id=licence.pk, person_ids=[people[0].pk], at=NOW)
    theirs = a_person(stage.globex, "rosa")
    with pytest.raises(NotFound):
        add_eligible(actor=stage.alice, licence_id=licence.pk, person_ids=[theirs.pk], at=NOW)
    with pytest.raises(NotConcurrent):
        add_eligible(actor=stage.alice, licence_id=another(stage).pk, person_ids=[people[0].pk], at=NOW)
    assert Eligible.objects.count() == 8
    remove_eligible(actor=stage.alice, licence_id=licence.pk, person_id=people[0].pk, at=NOW)
    assert Eligible.objects.count() == 7


def another(stage):
    return a_licence(stage.acme, 5, product=a_product(stage.acme, "Paint"))
