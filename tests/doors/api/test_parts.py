"""Regions, locations and departments by the API."""

from __future__ import annotations

from tests.cast import a_person
from trueup.tenancy.models import Location, Region


def test_a_region_in_use_is_named_and_stays(alice, stage):
    """R-072, D-019: 409 names who is there; a retired one is offered no more."""
    made = alice.post(f"/api/companies/{stage.acme.pk}/regions/", {"name": "EU"}).json()
    a_person(stage.acme, "carol", region_id=made["id"])

    refused = alice.ask("DELETE", f"/api/regions/{made['id']}/")

    assert (refused.status_code, refused.json()["name"]) == (409, "PartInUse")
    assert refused.json()["uses"] == {"person": 1}
    assert "Carol" in refused.json()["detail"]
    assert Region.objects.filter(pk=made["id"]).exists()
    retired = alice.ask("PATCH", f"/api/regions/{made['id']}/", {"name": "Europe", "retired": True})
    assert (retired.status_code, retired.json()["name"], retired.json()["retired"]) == (200, "Europe", True)
    assert [one["name"] for one in alice.get("/api/regions/").json()["results"]] == ["Default"]


def test_a_location_is_added_given_to_a_person_and_deleted_when_free(alice, stage):
    oslo = alice.post(f"/api/companies/{stage.acme.pk}/locations/", {"name": "Oslo"}).json()["id"]
    design = alice.post(f"/api/companies/{stage.acme.pk}/departments/", {"name": "Design"}).json()["id"]
    carol = a_person(stage.acme).pk

    changed = alice.ask("PATCH", f"/api/people/{carol}/", {"location": oslo, "department": design})

    assert changed.status_code == 200, changed.content
    assert changed.json()["location"] == {"id": oslo, "name": "Oslo"}
    assert changed.json()["department"] == {"id": design, "name": "Design"}
    assert alice.ask("DELETE", f"/api/locations/{oslo}/").status_code == 409
    alice.ask("PATCH", f"/api/people/{carol}/", {"location": None})
    assert alice.ask("DELETE", f"/api/locations/{oslo}/").status_code == 204
    assert not Location.objects.exists()


def test_a_viewer_may_not_and_a_stranger_finds_nothing(alice, bob, mallory, stage):
    oslo = alice.post(f"/api/companies/{stage.acme.pk}/locations/", {"name": "Oslo"}).json()["id"]

    assert bob.ask("DELETE", f"/api/locations/{oslo}/").status_code == 403
    assert mallory.ask("DELETE", f"/api/locations/{oslo}/").status_code == 404
    assert mallory.get("/api/locations/").json()["results"] == []
    assert Location.objects.filter(pk=oslo).exists()
