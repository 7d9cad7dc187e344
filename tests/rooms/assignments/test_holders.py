"""Who may hold units, on every path: the right kind, region and class, of one company; and what stays of it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import NOW, TODAY, a_device, a_licence, a_person, a_product, holder
from trueup.assignments.actions import Holder, assign_many, assign_units, release_units
from trueup.assignments.bulk import assign_list
from trueup.assignments.lawful import RegionMismatch, WrongAssetClass, WrongHolder
from trueup.assignments.models import Assignment
from trueup.assignments.moving import change_units, move_units, restore_units
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import Mode, NotAllFit
from trueup.audit.models import Entry
from trueup.licences.actions import StillHolds, retire_licence
from trueup.licences.models import Licence
from trueup.tenancy.models import Region

WHEN = {"at": NOW, "on": TODAY}


def give(stage, licence, thing, units=1):
    return assign_units(actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units, **WHEN)


def elsewhere(stage):
    return Region.objects.create(company=stage.acme, name="APAC").pk


def test_r_010_a_licence_per_user_takes_people_only(stage):
    """R-010, R-058: a device is refused, and one unit is what a person usually gets."""
    licence = a_licence(stage.acme, 5, metric="per_named_user")

    with pytest.raises(WrongHolder):
        give(stage, licence, a_device(stage.acme))
    assert not Assignment.objects.exists()

    assert give(stage, licence, a_person(stage.acme)).units == 1


@pytest.mark.parametrize("kind", ["service", "licence", "report", ""])
def test_only_holders_can_hold(stage, kind):
    """D-012."""
    licence = a_licence(stage.acme, 5)

    with pytest.raises(WrongHolder):
        assign_units(
            actor=stage.alice, licence_id=licence.pk, holder=Holder(kind, licence.pk), units=1, **WHEN
        )

    assert not Assignment.objects.exists()


@pytest.mark.parametrize("kind", ["person", "device", "virtual"])
def test_region_rule_on_every_path_and_holder(stage, kind):
    """D-010, R-073: singly, many, by list, moved, restored, more units."""
    licence = a_licence(stage.acme, 9, metric="per_named_user" if kind == "person" else "per_device")
    region = elsewhere(stage)
    if kind == "person":
        here, there = a_person(stage.acme), a_person(stage.acme, "dave", region_id=region)
    else:
        facts = {"kind": "virtual"} if kind == "virtual" else {}
        here = a_device(stage.acme, **facts)
        there = a_device(stage.acme, "sydney1", region_id=region, **facts)
    made, gone = give(stage, licence, here), holder(there)
    ask = {"actor": stage.alice, "licence_id": licence.pk}

    with pytest.raises(RegionMismatch):
        give(stage, licence, there)
    with pytest.raises(RegionMismatch):
        assign_many(**ask, holders=[(gone, 1)], **WHEN)
    with pytest.raises(RegionMismatch):
        move_units(actor=stage.alice, assignment_id=made.pk, holder=gone, **WHEN)
    with pytest.raises(NotAllFit):
        assign_list(**ask, wishes=[Wish(kind=gone.kind, id=gone.id, row=1)], mode=Mode.ALL, **WHEN)
    type(here).objects.filter(pk=here.pk).update(region_id=region)
    with pytest.raises(RegionMismatch):
        change_units(actor=stage.alice, assignment_id=made.pk, units=2, **WHEN)
    release_units(actor=stage.alice, assignment_id=made.pk, **WHEN)
    with pytest.raises(RegionMismatch):
        restore_units(actor=stage.alice, assignment_id=made.pk, **WHEN)

    assert Licence.objects.get(pk=licence.pk).held == 0


@pytest.mark.parametrize(
    ("asset_class", "environment", "fits"),
    [
        ("data_centre", "data_centre", True),
        ("data_centre", "back_office", False),
        ("back_office", "back_office", True),
        ("back_office", "data_centre", False),
        ("all", "data_centre", True),
        ("all", "back_office", True),
    ],
)
def test_r_026_a_product_is_used_where_it_may_be(stage, asset_class, environment, fits):
    """R-026, R-027, R-028: singly, by list and by move."""
    product = a_product(stage.acme, asset_class=asset_class)
    licence = a_licence(stage.acme, 5, product=product)
    device = a_device(stage.acme, environment=environment)
    if fits:
        assert give(stage, licence, device).units == 1
        return

    right = give(stage, licence, a_device(stage.acme, "right", environment=asset_class))
    with pytest.raises(WrongAssetClass):
        give(stage, licence, device)
    with pytest.raises(WrongAssetClass):
        move_units(actor=stage.alice, assignment_id=right.pk, holder=holder(device), **WHEN)
    with pytest.raises(NotAllFit):
        assign_list(
            actor=stage.alice, licence_id=licence.pk, wishes=[Wish(name="db1", row=1)], mode=Mode.ALL, **WHEN
        )
    assert Licence.objects.get(pk=licence.pk).held == 1


def test_held_licence_cannot_be_deleted(stage):
    """D-017: neither retired nor deleted under its holders; retired later, it keeps who had it."""
    licence = a_licence(stage.acme, 5)
    made = give(stage, licence, a_device(stage.acme))
    with pytest.raises(StillHolds):
        retire_licence(actor=stage.alice, licence_id=licence.pk, **WHEN)
    assert Licence.objects.get(pk=licence.pk).retired_at is None

    release_units(actor=stage.alice, assignment_id=made.pk, **WHEN)
    retire_licence(actor=stage.alice, licence_id=licence.pk, **WHEN)

    assert Assignment.objects.get(licence=licence).released_at == NOW


def test_holder_and_licence_share_a_company(stage):
    """D-060: the database refuses what no code of ours would ask for."""
    licence, theirs = a_licence(stage.acme, 5), a_device(stage.globex)

    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            company=stage.acme, licence=licence, device=theirs, units=1, assigned_at=NOW, assigned_by="?"
        )

    assert not Assignment.objects.exists()


def test_every_seat_change_is_recorded(stage):
    """D-018: given, changed, moved, released, restored; each with the holder."""
    licence = a_licence(stage.acme, 5)
    one, two = a_device(stage.acme, "one"), a_device(stage.acme, "two")
    made = give(stage, licence, one)
    change_units(actor=stage.alice, assignment_id=made.pk, units=2, **WHEN)
    moved = move_units(actor=stage.alice, assignment_id=made.pk, holder=holder(two), **WHEN)
    release_units(actor=stage.alice, assignment_id=moved.pk, **WHEN)
    restore_units(actor=stage.alice, assignment_id=moved.pk, **WHEN)

    entries = Entry.objects.filter(event__startswith="assignments.").order_by("pk")
    told = [(entry.event.removeprefix("assignments."), entry.details["holder"]) for entry in entries]
    assert told == [
        ("assigned", "one"),
        ("units_changed", "one"),
        ("moved", ["one", "two"]),
        ("released", "two"),
        ("restored", "two"),
    ]
