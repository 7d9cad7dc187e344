"""Flexible assets for programs: the addresses of the document, answers that programs can branch on."""

from __future__ import annotations

import pytest

from tests.rooms.assets.stage import KEY, LICENCE
from trueup.assets.models import Asset
from trueup.fields.models import Type


@pytest.fixture
def type_id(stage, alice):
    made = alice.post("/api/asset-types/", {"template": "software_license", "company": stage.acme.pk})
    assert made.status_code == 201, made.content
    return made.json()["id"]


def test_c_001_a_type_from_first_to_last(stage, alice, bob, mallory, type_id):
    """C-005, C-029: made without a restart, changed with If-Match, previewed, taken away and read again."""
    here = f"/api/asset-types/{type_id}/"
    one = alice.get(here)
    assert [field["kind"] for field in one.json()["fields"]][:4] == ["text", "text", "select", "secret"]
    assert mallory.get(here).status_code == 404
    assert bob.post("/api/asset-types/", {"name": "X", "company": stage.acme.pk}).status_code == 403
    assert (
        alice.post(
            "/api/asset-types/", {"template": "software_license", "company": stage.acme.pk}
        ).status_code
        == 409
    )

    change = {"fields": [{"label": "Team", "kind": "text", "required": True}]}
    assert alice.post(f"{here}preview/", change).json()["results"] == [
        {"key": "team", "label": "Team", "records": 0, "missing": 0, "unfit": 0}
    ]
    assert alice.ask("PATCH", here, change, **{"If-Match": '"r7"'}).status_code == 412
    changed = alice.ask("PATCH", here, change, **{"If-Match": one["ETag"]})
    assert len(changed.json()["fields"]) == 13
    assert alice.post(f"{here}fields/team/remove/").json()["removed_fields"][0]["key"] == "team"
    assert alice.post(f"{here}fields/team/restore/").json()["fields"][-1]["key"] == "team"
    assert [one["version"] for one in alice.get(here).json()["versions"]] == [4, 3, 2, 1]

    file = alice.get(f"{here}export/").json()
    assert alice.post(f"{here}archive/").json()["archived_at"]
    assert alice.get("/api/asset-types/").json()["count"] == 0
    again = alice.post("/api/asset-types/import/", {"company": stage.acme.pk, "file": file})
    assert again.json()["fields"] == alice.get(here).json()["fields"]
    assert alice.post(f"{here}restore/").json()["name"] == "TypeNameTaken"
    assert (
        alice.post("/api/asset-types/import/", {"company": stage.acme.pk, "file": {"x": 1}}).status_code
        == 422
    )


def test_d_098_a_wrong_field_kind_is_refused(stage, alice, type_id):
    before = alice.get(f"/api/asset-types/{type_id}/").json()
    answer = alice.ask("PATCH", f"/api/asset-types/{type_id}/", {"fields": [{"label": "X", "kind": "txet"}]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/fields/12/kind"
    assert alice.get(f"/api/asset-types/{type_id}/").json() == before
    assert alice.post("/api/asset-types/", {"name": "Y", "company": stage.acme.pk, "fields": [{"label": "a", "kind": "x"}]}).status_code == 422  # fmt: skip
    assert Type.objects.count() == 1


def test_c_030_an_asset_from_first_to_last(stage, alice, bob, mallory, type_id):
    """C-031, C-032, C-033, C-034, D-097."""
    body = {"type": type_id, "company": stage.acme.pk, "values": LICENCE, "tags": ["audit-required"]}
    made = alice.post("/api/flexible-assets/", body)
    assert made.status_code == 201, made.content
    here = f"/api/flexible-assets/{made.json()['id']}/"
    assert made.json()["revision"] == 1
    assert made.json()["values"]["license_key"] == "•••••0001"
    assert "annual_cost" not in bob.get(here).json()["values"]
    assert mallory.get(here).status_code == 404

    unknown = alice.post("/api/flexible-assets/", body | {"values": {**LICENCE, "colour": 1}})
    assert (unknown.status_code, unknown.json()["name"]) == (422, "UnknownField")
    wrong = alice.post(
        "/api/flexible-assets/", body | {"values": {**LICENCE, "total_seats": "12a", "expiry_date": "x"}}
    )
    assert {error["pointer"] for error in wrong.json()["errors"]} == {
        "/values/total_seats",
        "/values/expiry_date",
    }
    assert alice.post("/api/flexible-assets/", body | {"company": stage.globex.pk}).status_code == 404
    assert Asset.objects.count() == 1

    changed = alice.ask("PATCH", here, {"values": {"total_seats": 60}}, **{"If-Match": made["ETag"]})
    assert changed.json()["values"] == made.json()["values"] | {"total_seats": "60"}
    assert changed.json()["tags"] == ["audit-required"]
    assert (
        alice.ask("PATCH", here, {"values": {"total_seats": 61}}, **{"If-Match": made["ETag"]}).status_code
        == 412
    )
    assert bob.ask("PATCH", here, {"values": {"total_seats": 61}}).status_code == 403
    assert [one["values"]["total_seats"] for one in alice.get(f"{here}revisions/").json()["results"]] == [
        "60",
        "50",
    ]
    assert alice.post(f"{here}roll-back/", {"revision": 1}).json()["values"]["total_seats"] == "50"
    assert alice.post(f"{here}clone/").status_code == 201
    assert alice.post(f"{here}archive/").json()["archived_at"]
    assert (
        alice.get(f"/api/flexible-assets/?type={type_id}&total_seats__gte=50&sort=-expiry_date").json()[
            "count"
        ]
        == 1
    )
    assert alice.get(f"/api/flexible-assets/?type={type_id}&state=archived").json()["count"] == 1
    assert alice.post(f"{here}restore/").json()["archived_at"] is None


def test_c_041_the_filter_by_expiry_is_an_address(stage, alice, mallory, type_id):
    alice.post("/api/flexible-assets/", {"type": type_id, "company": stage.acme.pk, "values": LICENCE})
    assert alice.get("/api/flexible-assets/?expires_on__lte=2026-12-31").json()["count"] == 1
    assert alice.get("/api/flexible-assets/?expires_on__lte=2026-12-30").json()["count"] == 0
    assert mallory.get("/api/flexible-assets/?expires_on__lte=2026-12-31").json()["count"] == 0
    assert alice.get("/api/flexible-assets/?expires__lte=2026-12-31").status_code == 422


def test_a_sealed_value_is_shown_with_a_reason_and_written_down(stage, alice, bob, type_id):
    made = alice.post(
        "/api/flexible-assets/", {"type": type_id, "company": stage.acme.pk, "values": LICENCE}
    ).json()
    here = f"/api/flexible-assets/{made['id']}/secrets/license_key/reveal/"
    assert alice.post(here, {}).status_code == 422
    assert bob.post(here, {"reason": "look"}).status_code == 403
    shown = alice.post(here, {"reason": "install on db1"})
    assert (shown.json()["value"], shown["Cache-Control"]) == (KEY, "no-store")
    assert alice.post(here.replace("license_key", "vendor"), {"reason": "x"}).status_code == 404
    entries = alice.get("/api/audit/?event=vault.revealed").json()
    assert entries["count"] == 1
    for address in ("/api/flexible-assets/", f"/api/flexible-assets/?type={type_id}", f"/api/flexible-assets/?q={KEY}", "/api/audit/", f"/api/search/?q={KEY}"):  # fmt: skip
        assert KEY not in alice.get(address).content.decode().replace(f"q={KEY}", "")


def test_the_schema_says_what_a_type_takes(stage, alice, bob, type_id):
    schema = alice.get(f"/api/asset-types/{type_id}/schema/").json()
    assert schema["additionalProperties"] is False
    assert "annual_cost" in schema["properties"]
    assert "annual_cost" not in bob.get(f"/api/asset-types/{type_id}/schema/").json()["properties"]
