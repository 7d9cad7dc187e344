"""The settings pages of regions, locations and departments."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import NOW, a_person
from trueup.tenancy.models import Location, Region
from trueup.tenancy.parts import add_part


@pytest.fixture
def alice(stage):
    client = Client()
    client.force_login(stage.users["alice"])
    return client


def test_regions_are_kept_in_settings(stage, alice):
    """R-072: add, rename, retire, delete; one in use is not deleted, and the page names who is there."""
    added = alice.post(f"/settings/companies/{stage.acme.pk}/regions/new/", {"name": "EU"})
    region = Region.objects.get(name="EU")
    a_person(stage.acme, "carol", region_id=region.pk)

    renamed = alice.post(f"/settings/regions/{region.pk}/", {"name": "Europe"})
    refused = alice.post(f"/settings/regions/{region.pk}/end/", {"do": "delete"})

    assert (added.status_code, renamed.status_code, refused.status_code) == (302, 302, 409)
    assert "1 person (Carol)" in refused.content.decode()
    assert Region.objects.get(pk=region.pk).name == "Europe"
    assert alice.post(f"/settings/regions/{region.pk}/end/", {"do": "retire"}).status_code == 302
    page = alice.get(f"/settings/companies/{stage.acme.pk}/").content.decode()
    assert "Europe" in page
    assert "retired" in page


def test_locations_and_departments_are_added_in_settings(stage, alice):
    region = Region.objects.get(company=stage.acme)

    alice.post(
        f"/settings/companies/{stage.acme.pk}/locations/new/", {"name": "Oslo", "region_id": region.pk}
    )
    alice.post(f"/settings/companies/{stage.acme.pk}/departments/new/", {"name": "Design"})

    page = alice.get(f"/settings/companies/{stage.acme.pk}/").content.decode()
    assert "Oslo" in page
    assert "Design" in page


def test_a_viewer_is_offered_no_change(stage, alice):
    client = Client()
    client.force_login(stage.users["bob"])
    oslo = add_part(actor=stage.alice, company=stage.acme, kind="location", values={"name": "Oslo"}, at=NOW)

    page = client.get(f"/settings/companies/{stage.acme.pk}/").content.decode()

    assert "Oslo" in page
    assert f"/settings/locations/{oslo.pk}/" not in page
    assert client.post(f"/settings/locations/{oslo.pk}/end/", {"do": "delete"}).status_code == 403
    assert Location.objects.exists()
