"""What programs written for another product's licence API look for, found in ours: detail, holders, regions, figures."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from tests.cast import NOW, TODAY, a_device, a_licence, a_person, a_product, holder
from trueup.assignments.actions import assign_units
from trueup.assignments.models import Assignment
from trueup.licences.lines import LineTerms
from trueup.people.models import Person
from trueup.tenancy.actions import add_region


def test_the_detail_names_its_neighbours_with_their_ids(stage, alice):
    """K-002: purchased, depreciation rate, and region, publisher, metric, product nested with ids."""
    product = a_product(stage.acme, "Draw", publisher="Initech")
    licence = a_licence(stage.acme, 7, product=product, depreciation_percent=Decimal("33.33"))

    body = alice.get(f"/api/licences/{licence.pk}/").json()

    assert body["purchased"] == 7
    assert body["depreciation_percent"] == "33.33"
    assert body["region"] == {"id": licence.region_id, "name": licence.region.name}
    assert body["publisher"] == {"id": product.publisher_id, "name": "Initech"}
    assert body["product"] == {"id": product.pk, "name": "Draw"}
    assert body["metric"] == "per_device"


def test_holders_are_listed_with_ids_that_lead_to_them(stage, alice):
    """K-003, R-064: the ids of people and devices, through the licence's assignments; each id opens the holder."""
    licence = a_licence(stage.acme, 5, metric="cal")
    carol, db1 = a_person(stage.acme, "carol"), a_device(stage.acme, "db1")
    for thing, units in ((carol, 1), (db1, 2)):
        assign_units(
            actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units, at=NOW, on=TODAY
        )

    address = f"/api/licences/{licence.pk}/assignments/"
    rows = alice.get(address).json()["results"]

    assert {(row["holder_kind"], row["holder_name"], row["units"]) for row in rows} == {
        ("person", "Carol", 1),
        ("device", "db1", 2),
    }
    [person] = [row["person"] for row in rows if row["person"]]
    [device] = [row["device"] for row in rows if row["device"]]
    assert alice.get(f"/api/people/{person['id']}/").json()["username"] == "carol"
    assert alice.get(f"/api/devices/{device['id']}/").json()["hostname"] == "db1"
    assert alice.get(f"/api/licences/{licence.pk}/").json()["used"] == sum(row["units"] for row in rows)


def test_another_region_is_refused_and_nothing_is_stored(stage, alice):
    """K-005."""
    far = add_region(actor=stage.alice, company=stage.acme, name="Far", at=NOW)
    licence = a_licence(stage.acme, 5)
    device = a_device(stage.acme, "db1", region_id=far.pk)
    body = {"holder": {"kind": "device", "id": device.pk}}

    refused = alice.post(f"/api/licences/{licence.pk}/assignments/", body)

    assert (refused.status_code, refused.json()["name"]) == (422, "RegionMismatch")
    assert not Assignment.objects.exists()
    assert alice.get(f"/api/licences/{licence.pk}/").json()["used"] == 0


def test_the_same_region_is_taken(stage, alice):
    """K-006."""
    far = add_region(actor=stage.alice, company=stage.acme, name="Far", at=NOW)
    licence = a_licence(stage.acme, 5, region_id=far.pk)
    device = a_device(stage.acme, "db1", region_id=far.pk)
    body = {"holder": {"kind": "device", "id": device.pk}}

    made = alice.post(f"/api/licences/{licence.pk}/assignments/", body)

    assert made.status_code == 201
    assert Assignment.objects.get().device_id == device.pk
    assert alice.get(f"/api/assignments/{made.json()['id']}/").json()["holder"]["name"] == "db1"


def test_a_person_with_what_they_hold_use_and_own(stage, alice, bob):
    """K-007: licences, devices used and owned, region; who may not change people changes nothing."""
    carol = a_person(stage.acme, "carol")
    a_device(stage.acme, "used1", user_id=carol.pk)
    a_device(stage.acme, "owned1", owner_id=carol.pk)
    licence = a_licence(stage.acme, 5, metric="per_named_user")
    assign_units(actor=stage.alice, licence_id=licence.pk, holder=holder(carol), units=1, at=NOW, on=TODAY)

    body = bob.get(f"/api/people/{carol.pk}/").json()

    assert body["region"]["name"] == carol.region.name
    assert [(one["licence"]["id"], one["units"]) for one in body["licences"]] == [(licence.pk, 1)]
    assert [one["name"] for one in body["devices_used"]] == ["used1"]
    assert [one["name"] for one in body["devices_owned"]] == ["owned1"]
    refused = bob.ask("PATCH", f"/api/people/{carol.pk}/", {"name": "Somebody else"})
    assert refused.status_code == 403
    assert Person.objects.get(pk=carol.pk).name == "Carol"


def test_used_and_free_are_there_to_filter_and_to_sort(stage, alice):
    """K-036, R-064."""
    for name, units, used in (("Draw", 5, 1), ("Paint", 5, 4), ("Write", 9, 2)):
        licence = a_licence(stage.acme, units, product=a_product(stage.acme, name))
        device = a_device(stage.acme, f"host-{name}")
        assign_units(
            actor=stage.alice, licence_id=licence.pk, holder=holder(device), units=used, at=NOW, on=TODAY
        )

    def rows(query):
        found = alice.get(f"/api/licences/?{query}").json()["results"]
        return [(row["product"]["name"], row["used"], row["free"]) for row in found]

    assert rows("sort=-used") == [("Paint", 4, 1), ("Write", 2, 7), ("Draw", 1, 4)]
    assert rows("sort=free") == [("Paint", 4, 1), ("Draw", 1, 4), ("Write", 2, 7)]
    assert rows("used__gte=2&sort=used") == [("Write", 2, 7), ("Paint", 4, 1)]
    assert rows("free__lt=4") == [("Paint", 4, 1)]


def test_purchased_is_the_sum_of_the_lines_in_force(stage, alice):
    """R-063: ended and later lines do not count, and the lines are one address away."""
    licence = a_licence(stage.acme, 5)
    address = f"/api/licences/{licence.pk}/"
    for line in (
        {"kind": "purchase", "units": 3, "valid_from": "2026-01-01"},
        {"kind": "purchase", "units": 100, "valid_from": "2020-01-01", "valid_to": "2020-12-31"},
        {"kind": "purchase", "units": 1000, "valid_from": "2099-01-01"},
    ):
        assert alice.post(f"{address}purchases/", line).status_code == 201

    assert alice.get(address).json()["purchased"] == 8
    lines = alice.get(f"{address}purchases/").json()["results"]
    assert sorted(line["units"] for line in lines) == [3, 5, 100, 1000]
    assert alice.get("/api/licences/").json()["results"][0]["purchased"] == 8


def test_a_licence_that_ended_counts_nothing_and_takes_nobody(stage, alice):
    """K-030: an expired licence counts 0 and takes nobody; before its end it is told in Renewals and in the list."""
    today = timezone.localdate()
    ended = a_licence(
        stage.acme, line=LineTerms(units=5, valid_from=today - timedelta(days=400), valid_until=today),
    )  # fmt: skip
    ending = a_licence(
        stage.acme,
        product=a_product(stage.acme, "Paint"),
        line=LineTerms(
            units=5, valid_from=today - timedelta(days=300), valid_until=today + timedelta(days=20)
        ),
    )
    device = a_device(stage.acme)

    body = alice.get(f"/api/licences/{ended.pk}/").json()
    assert (body["purchased"], body["free"], body["state"]) == (0, 0, "expired")
    assert body["warnings"]
    refused = alice.post(
        f"/api/licences/{ended.pk}/assignments/", {"holder": {"kind": "device", "id": device.pk}}
    )
    assert (refused.status_code, refused.json()["name"]) == (409, "LicenceExpired")
    assert not Assignment.objects.exists()
    told = alice.get("/api/renewals/").json()["results"]
    assert [(row["kind"], row["id"]) for row in told] == [("licence", ending.pk)]


def test_a_product_says_what_is_free_where(stage, alice, mallory):
    """R-144: free units by region, on the product; another company sees none of it."""
    far = add_region(actor=stage.alice, company=stage.acme, name="Far", at=NOW)
    product = a_product(stage.acme)
    near = a_licence(stage.acme, 5, product=product)
    a_licence(stage.acme, 7, product=product)
    a_licence(stage.acme, 3, product=product, region_id=far.pk)
    assign_units(
        actor=stage.alice, licence_id=near.pk, holder=holder(a_device(stage.acme)), units=4, at=NOW, on=TODAY
    )

    found = alice.get(f"/api/products/{product.pk}/").json()["by_region"]

    assert [(one["region"]["name"], one["purchased"], one["used"], one["free"]) for one in found] == [
        ("Default", 12, 4, 8),
        ("Far", 3, 0, 3),
    ]
    assert mallory.get(f"/api/products/{product.pk}/").status_code == 404
