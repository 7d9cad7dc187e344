"""Pick-lists: who is offered to a licence, and which licences to a holder."""

from __future__ import annotations

import pytest

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product, holder
from trueup.assignments.actions import assign_units
from trueup.assignments.offering import devices_offered, licences_offered, people_offered
from trueup.devices.models import Environment
from trueup.people.models import Person
from trueup.people.queries import people_matching
from trueup.tenancy.actions import add_region


def offered(stage, thing, words=""):
    return [
        one.product.name for one in licences_offered(actor=stage.alice, holder=thing, words=words, on=TODAY)
    ]


def test_licences_with_units_free_are_offered_in_one_query(stage, django_assert_max_num_queries):
    """K-011."""
    for name in ("Draw", "Paint", "Write"):
        a_licence(stage.acme, 2, product=a_product(stage.acme, name))
    device = a_device(stage.acme)

    with django_assert_max_num_queries(1):
        assert offered(stage, device) == ["Draw", "Paint", "Write"]
    assert offered(stage, device, "initech pai") == ["Paint"]


def test_a_full_licence_is_not_offered(stage):
    """K-012: what people and devices hold counts alike."""
    licence = a_licence(stage.acme, 2, metric="cal")
    a_licence(stage.acme, 1, product=a_product(stage.acme, "Write"))
    give(stage, licence, a_person(stage.acme))
    device, last = a_device(stage.acme), a_device(stage.acme, "db2")
    assert offered(stage, device) == ["Draw", "Write"]
    give(stage, licence, device)

    assert offered(stage, last) == ["Write"]


def give(stage, licence, thing):
    assign_units(actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=1, at=NOW, on=TODAY)


def test_what_is_held_already_is_not_offered_again(stage):
    licence, device = a_licence(stage.acme, 5), a_device(stage.acme)
    give(stage, licence, device)

    assert offered(stage, device) == []
    assert offered(stage, a_device(stage.acme, "db2")) == ["Draw"]


def test_only_lawful_holders_are_offered(stage):
    """Region and asset class; those who left and devices out of use are not asked for."""
    elsewhere = add_region(actor=ROOT, company=stage.acme, name="Asia", at=NOW)
    product = a_product(stage.acme, "Rack", asset_class="data_centre")
    licence = a_licence(stage.acme, 5, product=product)
    a_device(stage.acme, "rack-1", environment=Environment.DATA_CENTRE)
    a_device(stage.acme, "rack-2", environment=Environment.BACK_OFFICE)
    a_device(stage.acme, "rack-3", environment=Environment.DATA_CENTRE, region_id=elsewhere.pk)
    a_person(stage.acme, "carol")
    a_person(stage.acme, "carla", region_id=elsewhere.pk)
    a_device(stage.globex, "rack-4", environment=Environment.DATA_CENTRE)

    assert [one.hostname for one in devices_offered(actor=stage.alice, licence=licence, words="rack")] == [
        "rack-1"
    ]
    assert [one.username for one in people_offered(actor=stage.alice, licence=licence, words="car")] == [
        "carol"
    ]
    assert people_offered(actor=stage.mallory, licence=licence, words="car") == []


def test_a_full_barcode_picks_exactly_one_device(stage):
    """R-050: though other numbers begin with it."""
    licence = a_licence(stage.acme, 5)
    for number in range(5):
        a_device(stage.acme, f"B77-{number}", serial=f"B77{number}", barcode=f"B77{number}")
    a_device(stage.acme, "the-one", barcode="B77")

    picked = devices_offered(actor=stage.alice, licence=licence, words="B77")

    assert [one.hostname for one in picked] == ["the-one"]


@pytest.mark.parametrize("words", ["carol berg", "berg carol", "c.berg@", "E-77", "carolb"])
def test_people_are_picked_by_anything_of_theirs(stage, words):
    """R-057, K-026."""
    a_person(stage.acme, "carolb", name="Carol Berg", email="c.berg@acme.example", employee_number="E-77")
    a_person(stage.acme, "dan")

    assert [
        one.username for one in people_matching(actor=stage.bob, company_id=stage.acme.pk, words=words)
    ] == ["carolb"]


def test_picker_is_bounded(stage, django_assert_max_num_queries):
    """D-041: twenty choices in one query, of ten thousand."""
    like = a_person(stage.acme)
    Person.objects.bulk_create(
        Person(
            company_id=like.company_id,
            region_id=like.region_id,
            username=f"p{number}",
            name=f"Pat {number:05}",
        )
        for number in range(10_000)
    )

    with django_assert_max_num_queries(1):
        found = people_matching(actor=stage.bob, company_id=stage.acme.pk, words="pat")
    assert len(found) == 20
