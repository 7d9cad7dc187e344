"""Regions, locations and departments: added, renamed, retired, and deleted only while nothing uses them."""

from __future__ import annotations

import pytest

from tests.cast import NOW, a_device, a_licence, a_person
from trueup.audit.models import Entry
from trueup.base.problems import NotAllowed, NotFound
from trueup.devices.actions import change_device
from trueup.licences.models import Licence
from trueup.people.actions import change_person
from trueup.tenancy.actions import NameTaken, add_region
from trueup.tenancy.models import Department, Location, Region
from trueup.tenancy.parts import (
    DefaultRegion,
    PartInUse,
    TooDeep,
    add_part,
    change_part,
    delete_part,
    reinstate_part,
    retire_part,
)
from trueup.tenancy.queries import locations_visible_to, regions_visible_to

pytestmark = pytest.mark.django_db


def a_part(stage, kind="location", name="Oslo", **values):
    return add_part(actor=stage.alice, company=stage.acme, kind=kind, values={"name": name, **values}, at=NOW)


def test_a_fresh_company_has_one_region_and_nobody_chooses(stage):
    """R-076: “Default” is there and preselected; a licence and a person made without a region are in it."""
    regions = list(regions_visible_to(actor=stage.alice))

    assert [(one.name, one.is_default) for one in regions] == [("Default", True)]
    assert a_licence(stage.acme).region_id == a_person(stage.acme).region_id == regions[0].pk


def test_regions_are_renamed_and_retired(stage):
    """R-072: what refers to a region goes on referring to it."""
    region = add_region(actor=stage.alice, company=stage.acme, name="US", at=NOW)
    person = a_person(stage.acme, region_id=region.pk)

    change_part(actor=stage.alice, kind="region", part_id=region.pk, changes={"name": "Americas"}, at=NOW)
    retire_part(actor=stage.alice, kind="region", part_id=region.pk, at=NOW)

    person.refresh_from_db()
    assert person.region.name == "Americas"
    assert region.pk not in set(regions_visible_to(actor=stage.alice).values_list("pk", flat=True))
    reinstate_part(actor=stage.alice, kind="region", part_id=region.pk, at=NOW)
    assert region.pk in set(regions_visible_to(actor=stage.alice).values_list("pk", flat=True))
    events = list(Entry.objects.filter(subject_kind="region").order_by("pk").values_list("event", flat=True))
    assert events == [
        "tenancy.region_added",
        "tenancy.part_changed",
        "tenancy.part_retired",
        "tenancy.part_reinstated",
    ]


def test_region_or_location_in_use_cannot_be_deleted(stage):
    """D-019, R-072: 409 that names who uses it; nothing cascades."""
    region = add_region(actor=stage.alice, company=stage.acme, name="EU", at=NOW)
    oslo = a_part(stage, region_id=region.pk)
    design = a_part(stage, "department", "Design")
    licence = a_licence(stage.acme, region_id=region.pk)
    carol = a_person(stage.acme, "carol", department="Design")
    device = a_device(stage.acme, "db1")
    change_person(
        actor=stage.alice, person_id=carol.pk, changes={"location_id": oslo.pk}, revision=None, at=NOW
    )
    change_device(
        actor=stage.alice, device_id=device.pk, changes={"location_id": oslo.pk}, revision=None, at=NOW
    )

    with pytest.raises(PartInUse, match="1 licence \\(Draw\\); 1 location \\(Oslo\\)") as refused:
        delete_part(actor=stage.alice, kind="region", part_id=region.pk, at=NOW)
    assert (refused.value.status, refused.value.facts["uses"]) == (409, {"licence": 1, "location": 1})
    with pytest.raises(PartInUse, match="1 device \\(db1\\); 1 person \\(Carol\\)"):
        delete_part(actor=stage.alice, kind="location", part_id=oslo.pk, at=NOW)
    with pytest.raises(PartInUse, match="1 person \\(Carol\\)"):
        delete_part(actor=stage.alice, kind="department", part_id=design.pk, at=NOW)

    assert Licence.objects.filter(pk=licence.pk).exists()
    assert Region.objects.filter(pk=region.pk).exists()
    assert Location.objects.filter(pk=oslo.pk).exists()
    assert Department.objects.filter(pk=design.pk).exists()
    assert not Entry.objects.filter(event="tenancy.part_deleted").exists()


def test_what_nothing_uses_can_be_deleted(stage):
    oslo = a_part(stage)

    delete_part(actor=stage.alice, kind="location", part_id=oslo.pk, at=NOW)

    assert not Location.objects.exists()
    assert Entry.objects.get(event="tenancy.part_deleted").subject == "Oslo"


def test_the_default_region_stays(stage):
    region = Region.objects.get(company=stage.acme)

    for end in (retire_part, delete_part):
        with pytest.raises(DefaultRegion):
            end(actor=stage.alice, kind="region", part_id=region.pk, at=NOW)

    region.refresh_from_db()
    assert region.retired_at is None


def test_a_name_stands_once_and_a_department_is_not_part_of_itself(stage):
    design = a_part(stage, "department", "Design")
    print_ = a_part(stage, "department", "Print", parent_id=design.pk)

    with pytest.raises(NameTaken):
        a_part(stage, "department", "Design")
    with pytest.raises(TooDeep):
        change_part(
            actor=stage.alice, kind="department", part_id=design.pk, changes={"parent_id": print_.pk}, at=NOW
        )

    design.refresh_from_db()
    assert (Department.objects.count(), design.parent_id) == (2, None)


def test_bob_may_not_and_mallory_sees_nothing(stage):
    oslo = a_part(stage)

    for deed in (retire_part, delete_part):
        with pytest.raises(NotAllowed):
            deed(actor=stage.bob, kind="location", part_id=oslo.pk, at=NOW)
        with pytest.raises(NotFound):
            deed(actor=stage.mallory, kind="location", part_id=oslo.pk, at=NOW)
    assert not locations_visible_to(actor=stage.mallory).exists()
    mine = Region.objects.get(company=stage.globex)
    with pytest.raises(NotFound):
        a_part(stage, name="Bergen", region_id=mine.pk)
    assert [one.name for one in locations_visible_to(actor=stage.alice)] == ["Oslo"]


def test_a_person_is_written_down_with_a_location_by_name(stage):
    person = a_person(stage.acme, location="Oslo")

    assert (person.location.name, person.location.region_id) == ("Oslo", person.region_id)
