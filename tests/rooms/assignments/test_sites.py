"""Site licences: a place holds them, everybody there uses them, everybody elsewhere is refused."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product
from trueup.assignments.actions import Holder, assign_many, assign_units, release_units
from trueup.assignments.bulk import assign_list
from trueup.assignments.lawful import WrongHolder
from trueup.assignments.ledger import ledger_faults
from trueup.assignments.models import Assignment
from trueup.assignments.moving import change_units, move_units, restore_units
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import Mode, Outcome
from trueup.assignments.regions import HoldingsMisfit, change_person_holding
from trueup.assignments.sites import OutOfScope, StillWithin
from trueup.assignments.undoing import everybody_holding, release_everybody, undo_batch
from trueup.base.problems import NotFound
from trueup.licences.balances import LicenceRetired, NotEnoughUnits
from trueup.licences.models import Licence
from trueup.licences.queries import licence_for
from trueup.tenancy.parts import PartInUse, add_part, delete_part

pytestmark = pytest.mark.django_db


def a_place(stage, name="Oslo", kind="location", **values):
    return add_part(actor=ROOT, company=stage.acme, kind=kind, values={"name": name, **values}, at=NOW)


def give(stage, licence, kind, thing, units=1):
    return assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=Holder(kind, thing.pk), units=units, at=NOW, on=TODAY
    )


@pytest.fixture
def site(stage):
    """A site licence for one site, held by Oslo."""
    licence, oslo = a_licence(stage.acme, 1, metric="site_license"), a_place(stage)
    return licence, oslo, give(stage, licence, "location", oslo)


def figures(stage, licence):
    found = licence_for(actor=stage.alice, licence_id=licence.pk, on=TODAY)
    return found.purchased, found.used, found.free


def test_holders_at_the_location_are_unlimited(stage, site):
    """R-020: free reads unlimited; many people and a device there hold, and the balance does not move."""
    licence, oslo, _held = site
    people = [a_person(stage.acme, f"p{n}", location="Oslo") for n in range(30)]
    device = a_device(stage.acme, "db1", location_id=oslo.pk)

    holders = [(Holder("person", one.pk), 1) for one in people] + [(Holder("device", device.pk), 4)]
    made = assign_many(actor=stage.alice, licence_id=licence.pk, holders=holders, at=NOW, on=TODAY)

    assert len(made) == 31
    assert figures(stage, licence) == (1, 1, None)
    assert ledger_faults(actor=ROOT) == ()


def test_a_holder_elsewhere_is_refused_on_every_path(stage, site):
    """R-020: 422 OutOfScope when assigning, in a list and when moving; nothing is stored."""
    licence, _oslo, _held = site
    bergen = a_place(stage, "Bergen")
    here, there, nowhere = (
        a_person(stage.acme, "carol", location="Oslo"),
        a_person(stage.acme, "dora", location="Bergen"),
        a_device(stage.acme, "db1"),
    )
    assert bergen.pk == there.location_id
    carols = give(stage, licence, "person", here)

    for kind, one in (("person", there), ("device", nowhere)):
        with pytest.raises(OutOfScope, match="Oslo") as refused:
            give(stage, licence, kind, one)
        assert refused.value.status == 422
    with pytest.raises(OutOfScope):
        move_units(
            actor=stage.alice, assignment_id=carols.pk, holder=Holder("person", there.pk), at=NOW, on=TODAY
        )
    listing = assign_list(
        actor=stage.alice,
        licence_id=licence.pk,
        wishes=[Wish(name="dora", row=1), Wish(name="db1", row=2)],
        mode=Mode.FILL,
        at=NOW,
        on=TODAY,
    )

    assert [item.outcome for item in listing.items] == [Outcome.OUT_OF_SCOPE, Outcome.OUT_OF_SCOPE]
    standing = Assignment.objects.filter(licence=licence, released_at=None)
    assert {row.person_id or row.location_id for row in standing} == {here.pk, site[1].pk}
    assert standing.count() == 2
    assert ledger_faults(actor=ROOT) == ()


def test_a_second_site_is_not_granted(stage, site):
    """R-020: the licence is for one location; another one needs a unit."""
    licence, _oslo, _held = site

    with pytest.raises(NotEnoughUnits):
        give(stage, licence, "location", a_place(stage, "Bergen"))

    assert figures(stage, licence) == (1, 1, None)


def test_a_department_holds_it_with_all_its_parts(stage):
    """U-030: a department, and whoever is in a part of it."""
    licence = a_licence(stage.acme, 1, metric="site_license")
    design = a_place(stage, "Design", "department")
    a_place(stage, "Print", "department", parent_id=design.pk)
    give(stage, licence, "department", design)

    made = give(stage, licence, "person", a_person(stage.acme, "carol", department="Print"))

    assert made.within.department_id == design.pk
    with pytest.raises(OutOfScope):
        give(stage, licence, "person", a_person(stage.acme, "dora", department="Sales"))


def test_a_place_is_released_only_with_everybody_there(stage, site):
    licence, _oslo, held = site
    carols = give(stage, licence, "person", a_person(stage.acme, "carol", location="Oslo"))

    with pytest.raises(StillWithin):
        release_units(actor=stage.alice, assignment_id=held.pk, at=NOW, on=TODAY)
    assert figures(stage, licence)[1] == 1
    release_units(actor=stage.alice, assignment_id=carols.pk, at=NOW, on=TODAY)
    release_units(actor=stage.alice, assignment_id=held.pk, at=NOW, on=TODAY)

    assert figures(stage, licence) == (1, 0, None)
    assert ledger_faults(actor=ROOT) == ()
    with pytest.raises(OutOfScope):
        restore_units(actor=stage.alice, assignment_id=carols.pk, at=NOW, on=TODAY)


def test_everybody_is_released_and_taken_back_together(stage, site):
    licence, _oslo, _held = site
    carols = give(stage, licence, "person", a_person(stage.acme, "carol", location="Oslo"))
    change_units(actor=stage.alice, assignment_id=carols.pk, units=3, at=NOW, on=TODAY)
    seen = everybody_holding(actor=stage.alice, licence_id=licence.pk)
    assert (seen.people, seen.places, seen.units) == (1, 1, 4)

    _who, batch = release_everybody(
        actor=stage.alice, licence_id=licence.pk, seen=seen.mark, at=NOW, on=TODAY
    )
    assert figures(stage, licence)[1] == 0
    undo_batch(actor=stage.alice, batch_id=batch, at=NOW, on=TODAY)

    assert figures(stage, licence) == (1, 1, None)
    assert Assignment.objects.get(licence=licence, released_at=None, person__isnull=False).units == 3
    assert ledger_faults(actor=ROOT) == ()


def test_whoever_goes_elsewhere_releases_first(stage, site):
    licence, _oslo, _held = site
    carol, bergen = a_person(stage.acme, "carol", location="Oslo"), a_place(stage, "Bergen")
    give(stage, licence, "person", carol)

    with pytest.raises(HoldingsMisfit):
        change_person_holding(
            actor=stage.alice, person_id=carol.pk, changes={"location_id": bergen.pk}, revision=None, at=NOW
        )

    carol.refresh_from_db()
    assert carol.location.name == "Oslo"


def test_a_retired_site_licence_takes_nobody(stage, site):
    licence, _oslo, _held = site
    carol = a_person(stage.acme, "carol", location="Oslo")
    Licence.objects.filter(pk=licence.pk).update(retired_at=NOW)

    with pytest.raises(LicenceRetired):
        give(stage, licence, "person", carol)
    assert not Assignment.objects.filter(person=carol).exists()


def test_only_metrics_that_places_hold_can_be_held_by_one(stage):
    """A per-device licence may be a department's; a subscription may not."""
    oslo = a_place(stage)
    many = a_licence(stage.acme, 5)
    seats = a_licence(
        stage.acme,
        5,
        metric="user_subscription",
        product=a_product(stage.acme, "Paint"),
        valid_until=date(2027, 1, 1),
    )

    give(stage, many, "location", oslo, 3)

    with pytest.raises(WrongHolder):
        give(stage, seats, "location", oslo)
    assert figures(stage, many) == (5, 3, 2)
    with pytest.raises(PartInUse, match="1 assignment"):
        delete_part(actor=stage.alice, kind="location", part_id=oslo.pk, at=NOW)


def test_a_stranger_location_is_not_found(stage):
    theirs = add_part(actor=ROOT, company=stage.globex, kind="location", values={"name": "Rome"}, at=NOW)

    with pytest.raises(NotFound):
        give(stage, a_licence(stage.acme, 5), "location", theirs)
    assert not Assignment.objects.exists()
