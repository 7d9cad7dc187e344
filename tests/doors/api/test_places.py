"""Places, virtual machines and clusters as holders by the API, and the units a device is proposed."""

from __future__ import annotations

from django.test import Client

from tests.cast import NOW, ROOT, a_device, a_licence, a_person
from trueup.assignments.models import Assignment
from trueup.tenancy.parts import add_part


def a_place(stage, name="Oslo", kind="location"):
    return add_part(actor=ROOT, company=stage.acme, kind=kind, values={"name": name}, at=NOW)


def test_a_site_licence_by_the_api(alice, stage):
    """R-020: a location holds it, free reads unlimited, elsewhere is 422 OutOfScope, in a batch too."""
    licence, oslo = a_licence(stage.acme, 1, metric="site_license"), a_place(stage)
    carol, dora = a_person(stage.acme, "carol", location="Oslo"), a_person(stage.acme, "dora")
    to = f"/api/licences/{licence.pk}/assignments/"

    held = alice.post(to, {"holder": {"kind": "location", "id": oslo.pk}})
    inside = alice.post(to, {"holder": {"kind": "person", "id": carol.pk}})
    outside = alice.post(to, {"holder": {"kind": "person", "id": dora.pk}})
    batch = alice.post(f"{to}batch/", {"mode": "fill", "holders": [{"name": "dora"}]})

    assert (held.status_code, held.json()["holder"]) == (
        201,
        {"kind": "location", "id": oslo.pk, "name": "Oslo"},
    )
    assert (inside.status_code, inside.json()["within"]) == (201, held.json()["id"])
    assert (outside.status_code, outside.json()["name"]) == (422, "OutOfScope")
    assert batch.json()["items"][0]["outcome"] == "out_of_scope"
    shown = alice.get(f"/api/licences/{licence.pk}/").json()
    assert (shown["free"], shown["used"], shown["state"]) == (None, 1, "unlimited")
    assert Assignment.objects.count() == 2
    listed = alice.get(f"{to}?holder_kind=location").json()["results"]
    assert [one["holder_name"] for one in listed] == ["Oslo"]
    split = alice.get(f"/api/licences/{licence.pk}/split/").json()
    assert [(one["name"], one["people"]) for one in split["parts"]] == [("Oslo", 1)]


def test_virtual_machines_and_clusters_hold_by_the_same_call(alice, stage):
    """D-045, U-053: 201 for a machine, a cluster and an appliance, shown on both pages; the host stays linked."""
    licence = a_licence(stage.acme, 20)
    host = a_device(stage.acme, "host1", kind="server")
    cluster = a_device(stage.acme, "cl1", kind="cluster")
    machine = a_device(
        stage.acme, "vm1", kind="virtual", is_virtual=True, host_id=host.pk, cluster_id=cluster.pk
    )
    gear = a_device(stage.acme, "sw1", kind="appliance")
    page = Client()
    page.force_login(stage.users["alice"])

    for device in (machine, cluster, gear):
        body = {"holder": {"kind": "device", "id": device.pk}, "units": 2}
        assert alice.post(f"/api/licences/{licence.pk}/assignments/", body).status_code == 201

    shown = page.get(f"/licences/{licence.pk}/devices/").content.decode()
    assert all(name in shown for name in ("vm1", "cl1", "sw1"))
    assert "Draw" in page.get(f"/devices/{machine.pk}/").content.decode()
    machine.refresh_from_db()
    assert (machine.host_id, machine.cluster_id) == (host.pk, cluster.pk)


def test_proposed_units_by_the_api_and_the_page(alice, stage):
    """R-019: ten cores, ten units: by the API, on both pages, and assigned where the field is left empty."""
    licence = a_licence(stage.acme, 50, metric="redhat_per_core")
    device = a_device(stage.acme, "db1", kind="server", cores=10)
    second = a_device(stage.acme, "db2", kind="server", cores=6)
    page = Client()
    page.force_login(stage.users["alice"])

    answer = alice.get(f"/api/licences/{licence.pk}/proposed-units/{device.pk}/").json()

    assert answer == {"proposed_units": 10, "reason": "The device has 10 cores."}
    assert "10 proposed" in page.get(f"/licences/{licence.pk}/assign/device/").content.decode()
    assert "The device has 10 cores." in page.get(f"/devices/{device.pk}/assign/").content.decode()
    page.post(f"/licences/{licence.pk}/assign/device/", {"holder": [device.pk], "units": ""})
    page.post(f"/devices/{second.pk}/assign/", {"licence": licence.pk, "units": ""})
    assert sorted(Assignment.objects.values_list("units", flat=True)) == [6, 10]
