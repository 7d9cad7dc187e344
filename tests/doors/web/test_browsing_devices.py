"""The picker of devices: paged through, and narrowed by kind, region and location, without a script as well."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.cast import NOW, ROOT, a_device, a_licence
from trueup.assignments.models import Assignment
from trueup.tenancy.actions import add_region
from trueup.tenancy.parts import add_part


@pytest.fixture
def scene(stage):
    licence = a_licence(stage.acme, 50)
    page = Client()
    page.force_login(stage.users["alice"])
    return stage, licence, page, f"/licences/{licence.pk}/assign/device/"


def names(answer):
    return re.findall(r'class="nm">([^<]+)<', answer.content.decode())


def link(answer, rel):
    found = re.search(rf'href="([^"]+)" rel="{rel}"', answer.content.decode())
    return found and found[1].replace("&amp;", "&")


def test_r_052_every_device_is_reached_by_paging(scene):
    stage, _licence, page, at = scene
    for number in range(45):
        a_device(stage.acme, f"host{number:02}", kind="server")
    a_device(stage.acme, "gone", status="decommissioned")
    answer, seen = page.get(f"{at}?device_kind=server"), []
    while True:
        seen += names(answer)
        following = link(answer, "next")
        if following is None:
            break
        answer = page.get(following)
    assert seen == [f"host{number:02}" for number in range(45)]
    assert names(page.get(link(answer, "prev"))) == seen[20:40]
    assert names(page.get(f"{at}?start=4000")) == []


def test_r_052_by_kind_region_and_location(scene):
    stage, _licence, page, at = scene
    oslo = add_part(actor=ROOT, company=stage.acme, kind="location", values={"name": "Oslo"}, at=NOW)
    asia = add_region(actor=ROOT, company=stage.acme, name="Asia", at=NOW)
    a_device(stage.acme, "srv1", kind="server", location_id=oslo.pk)
    a_device(stage.acme, "srv2", kind="server")
    a_device(stage.acme, "lap1", kind="laptop", location_id=oslo.pk)
    far = a_device(stage.acme, "far1", kind="server", region_id=asia.pk)
    assert names(page.get(at)) == ["lap1", "srv1", "srv2"]
    assert names(page.get(f"{at}?device_kind=server")) == ["srv1", "srv2"]
    assert names(page.get(f"{at}?device_kind=server&location={oslo.pk}")) == ["srv1"]
    assert names(page.get(f"{at}?q=lap&location={oslo.pk}")) == ["lap1"]
    elsewhere = page.get(f"{at}?region={asia.pk}")
    assert names(elsewhere) == ["far1"]
    assert re.search(rf'value="{far.pk}" disabled', elsewhere.content.decode())
    refused = page.post(at, {"holder": far.pk, "units": "1", "device_kind": "server", "region": asia.pk})
    assert (refused.status_code, Assignment.objects.count()) == (422, 0)
    assert names(refused) == ["far1"]
    assert 'name="region" value=' in refused.content.decode()
    for strange in ("device_kind=boat", "location=9" * 9, "start=-1", "region=x"):
        assert page.get(f"{at}?{strange}").status_code == 200


def test_strangers_devices_are_not_offered(scene):
    stage, _licence, page, at = scene
    a_device(stage.globex, "theirs")
    assert names(page.get(at)) == []
