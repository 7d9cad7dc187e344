"""Products, their editions, versions and publishers, as pages and programs write them down."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import NOW, PASSWORD, TODAY, a_device, a_licence, a_product, holder
from tests.doors.api.conftest import program_of
from trueup.assignments.actions import assign_units
from trueup.base.problems import NotAllowed, NotFound
from trueup.catalogue.details import NewVersion, add_edition, add_version, change_publisher
from trueup.catalogue.models import Edition, Product, Publisher, Version
from trueup.licences.models import Licence
from trueup.licences.pooling import sums_by_metric, sums_by_version
from trueup.licences.queries import licences_visible_to


@pytest.fixture
def alice(stage):
    client = Client()
    assert client.login(username="alice", password=PASSWORD)
    return client


@pytest.fixture
def program(stage):
    return program_of(stage, "alice")


def test_a_product_is_defined_once(stage, program):
    """R-024, R-025: 201, the same again 409, a blank name 422; found by a part of its name."""
    body = {"company": stage.acme.pk, "publisher": "Initech", "name": "Draw"}
    assert program.post("/api/products/", body).status_code == 201
    again = program.post("/api/products/", body | {"name": "DRAW"})
    assert (again.status_code, again.json()["name"]) == (409, "ProductExists")
    assert program.post("/api/products/", body | {"name": " "}).status_code == 422
    assert program.get("/api/products/?q=dra").json()["count"] == 1
    assert Product.objects.filter(company=stage.acme).count() == 1


def test_versions_and_editions_are_rows_and_chosen_on_the_licence(stage, program, alice):
    """R-029, R-009."""
    product = a_product(stage.acme)
    made = program.post(f"/api/products/{product.pk}/editions/", {"name": "Pro", "rank": 20})
    assert made.status_code == 201, made.content
    assert program.post(f"/api/products/{product.pk}/editions/", {"name": "PRO"}).status_code == 409
    assert (
        alice.post(
            reverse("version_new", args=[product.pk]), {"name": "2026", "released_on": "2026-02-01"}
        ).status_code
        == 302
    )
    edition, version = Edition.objects.get(product=product), Version.objects.get(product=product)

    form = alice.get(f"{reverse('licence_new')}?product={product.pk}").content.decode()
    assert ">Pro<" in form
    assert ">2026<" in form
    licence = a_licence(stage.acme, 5, product=product, edition_id=edition.pk, version_id=version.pk)
    assert (
        program.get("/api/licences/?edition__contains=Pro&version__contains=2026").json()["results"][0]["id"]
        == licence.pk
    )


def test_a_publisher_has_portal_contact_and_notes_one_click_from_the_product(stage, program, alice):
    """R-030, R-045."""
    product = a_product(stage.acme)
    address = reverse("publisher", args=[product.publisher_id])
    assert address in alice.get(reverse("product", args=[product.pk])).content.decode()
    form = {
        "portal_url": "https://portal.initech.example",
        "contact": "Ms Lumbergh, ext. 12",
        "notes": "Net 30",
    }
    assert alice.post(reverse("publisher_change", args=[product.publisher_id]), form).status_code == 302
    page = alice.get(address).content.decode()
    assert all(words in page for words in form.values())
    api = f"/api/publishers/{product.publisher_id}/"
    assert program.ask("PATCH", api, {"notes": "Net 60"}).json() | {"id": 0} == {
        "id": 0, "name": "Initech", "website": "", "company": stage.acme.pk, **form, "notes": "Net 60",
    }  # fmt: skip
    assert program.ask("PATCH", api, {"portal_url": "javascript:alert(1)"}).status_code == 422


def test_what_is_shared_is_changed_by_those_with_the_right_over_all(stage):
    """D-025: and another company's is not there."""
    shared = Publisher.objects.create(name="Hooli", library_key="hooli")
    with pytest.raises(NotAllowed):
        change_publisher(actor=stage.alice, publisher_id=shared.pk, changes={"notes": "x"}, at=NOW)
    product = a_product(stage.acme)
    with pytest.raises(NotFound):
        change_publisher(
            actor=stage.mallory, publisher_id=product.publisher_id, changes={"notes": "x"}, at=NOW
        )
    with pytest.raises(NotFound):
        add_edition(actor=stage.mallory, product_id=product.pk, name="Pro", rank=1, at=NOW)
    with pytest.raises(NotAllowed):
        add_edition(actor=stage.bob, product_id=product.pk, name="Pro", rank=1, at=NOW)
    assert not Edition.objects.exists()
    assert not Publisher.objects.exclude(notes="").exists()


def test_narrowing_the_asset_type_first_lists_who_would_be_outside(stage, alice):
    """R-031, R-026, R-027: All is the default, with its tip beside the field."""
    assert "Agents and security software" in alice.get(reverse("product_new")).content.decode()
    product = a_product(stage.acme)
    assert product.asset_class == "all"
    licence = a_licence(stage.acme, 5, product=product)
    desk = a_device(stage.acme, "desk7", environment="back_office")
    assign_units(actor=stage.alice, licence_id=licence.pk, holder=holder(desk), units=1, at=NOW, on=TODAY)

    address, form = (
        reverse("product_change", args=[product.pk]),
        {"category": "", "notes": "", "asset_class": "data_centre"},
    )
    asked = alice.post(address, form)
    assert asked.status_code == 422
    assert "desk7" in asked.content.decode()
    assert Product.objects.get(pk=product.pk).asset_class == "all"
    assert alice.post(address, form | {"confirmed": "1"}).status_code == 302
    assert Product.objects.get(pk=product.pk).asset_class == "data_centre"


def test_the_page_of_a_product_pools_all_its_purchases_by_metric(stage, alice):
    """U-040: lines of all its licences, sums by metric; what others own is not in it."""
    product = a_product(stage.acme)
    for metric, units in (("per_device", 5), ("per_device", 7), ("per_named_user", 3)):
        a_licence(stage.acme, units, product=product, metric=metric)
    page = alice.get(reverse("product", args=[product.pk])).content.decode()
    table = page[page.index('id="sums-card"') : page.index('id="lines-card"')]
    assert "Per device" in table
    assert "12" in table
    lines = page[page.index('id="lines-card"') :]
    assert lines.count("/purchases/") >= 3
    assert licences_visible_to(actor=stage.mallory, on=TODAY).count() == 0


def test_a_product_may_have_no_units_and_its_versions_roll_up(stage, alice):
    """U-039: publisher, product, versions; a version without units is shown with none, and all rows of a metric add up to
    what the product has of it.
    """
    product = a_product(stage.acme)
    page = reverse("product", args=[product.pk])
    assert alice.get(page).status_code == 200
    assert sums_by_version(actor=stage.alice, product=product, on=TODAY) == ()
    old, new, unused = (
        add_version(actor=stage.alice, product_id=product.pk, version=NewVersion(name), at=NOW).pk
        for name in ("2021", "2024", "2027")
    )
    for units, version in ((5, old), (7, new), (2, new), (3, None)):
        a_licence(stage.acme, units, product=product, version_id=version)
    desk = a_device(stage.acme, "desk7")
    licence = Licence.objects.filter(version_id=new).first()
    assign_units(actor=stage.alice, licence_id=licence.pk, holder=holder(desk), units=4, at=NOW, on=TODAY)

    sums = sums_by_version(actor=stage.alice, product=product, on=TODAY)
    told = {one.version_id: (one.purchased, one.used, one.free) for one in sums}
    assert told == {old: (5, 0, 5), new: (9, 4, 5), unused: (0, 0, 0), None: (3, 0, 3)}
    [all_of_it] = sums_by_metric(licences_visible_to(actor=stage.alice, on=TODAY))
    assert (all_of_it.purchased, all_of_it.used) == (17, 4)
    shown = alice.get(page).content.decode()
    table = shown[shown.index('id="by-version-card"') : shown.index('id="versions-card"')]
    assert all(words in table for words in ("2021", "2024", "2027", "any version"))
    assert sums_by_version(actor=stage.mallory, product=product, on=TODAY)[0].purchased == 0


def test_a_product_for_all_is_held_in_the_data_centre_and_in_the_back_office(stage):
    """R-028."""
    licence = a_licence(stage.acme, 5)
    for host, environment in (("rack1", "data_centre"), ("desk1", "back_office")):
        thing = holder(a_device(stage.acme, host, environment=environment))
        assign_units(actor=stage.alice, licence_id=licence.pk, holder=thing, units=1, at=NOW, on=TODAY)
    assert licences_visible_to(actor=stage.alice, on=TODAY).get().used == 2
