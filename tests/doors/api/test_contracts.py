"""Contracts and renewals for programs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import a_device, a_licence, a_product
from trueup.contracts.models import Contract
from trueup.licences.models import Purchase


@pytest.fixture
def today():
    return timezone.localdate()


def body_of(stage, today, **more):
    days = {"valid_from": str(today - timedelta(days=100)), "valid_to": str(today + timedelta(days=50))}
    return {"company": stage.acme.pk, "name": "Support", "kind": "support", **days, **more}


def test_a_contract_from_first_to_last(stage, alice, bob, mallory, today):
    """R-156: made, read, changed with If-Match, devices and licences under it, followed, retired."""
    made = alice.post("/api/contracts/", body_of(stage, today, price="100.5", currency="EUR"))
    assert made.status_code == 201, made.content
    one = made.json()
    here = f"/api/contracts/{one['id']}/"
    assert (one["state"], one["price"]) == ("ending", {"amount": "100.50", "currency": "EUR"})
    assert "price" not in bob.get(here).json()
    assert mallory.get(here).status_code == 404

    device, licence = a_device(stage.acme), a_licence(stage.acme)
    assert alice.post(f"{here}devices/", {"devices": [device.pk]}).json() == {"added": 1}
    assert alice.post(f"{here}licences/", {"licences": [licence.pk]}).json() == {"added": 1}
    assert alice.get(f"{here}devices/").json()["count"] == alice.get(f"{here}licences/").json()["count"] == 1
    stale = alice.ask("PATCH", here, {"name": "Other"}, **{"If-Match": '"r9"'})
    assert (stale.status_code, Contract.objects.get().name) == (412, "Support")
    changed = alice.ask(
        "PATCH", here, {"owner": None, "remarks": None, "name": "Other"}, **{"If-Match": made["ETag"]}
    )
    assert (changed.status_code, changed.json()["name"]) == (200, "Other")
    assert alice.ask("PATCH", here, {"nonsense": 1}).status_code == 422

    following = body_of(stage, today, valid_from=str(today + timedelta(days=60)), valid_to=None)
    del following["company"]
    refused = alice.post(f"{here}renew/", following)
    assert (refused.status_code, refused.json()["name"]) == (409, "TermsNotJoined")
    new = alice.post(f"{here}renew/", {**following, "confirmed": True})
    assert new.status_code == 201, new.content
    assert new.json()["chain"] == [one["id"], new.json()["id"]]
    assert alice.get(f"/api/contracts/{new.json()['id']}/licences/").json()["count"] == 1
    assert alice.post(f"{here}devices/{device.pk}/remove/").status_code == 204
    assert alice.post(f"{here}retire/").json()["retired_at"]
    assert bob.post(f"{here}retire/").status_code == 403


def test_c_041_what_expires_over_all_types(stage, alice, bob, mallory, today):
    """C-041, D-078: licences and contracts at once, the last day included; unknown parameters are refused."""
    last = today + timedelta(days=50)
    alice.post("/api/contracts/", body_of(stage, today))
    a_licence(stage.acme, 3, product=a_product(stage.acme, "Zebrafish"), valid_until=last + timedelta(days=1))

    def found(query, program=alice):
        answer = program.get(f"/api/renewals/?{query}").json()
        return [row["kind"] for row in answer["results"]], answer["count"]

    assert found(f"expires_on__lte={last}") == (["contract", "licence"], 2)
    assert found(f"expires_on__lte={last - timedelta(days=1)}") == ([], 0)
    assert found(f"expires_on={last}&kind=licence") == (["licence"], 1)
    assert found(f"company={stage.acme.pk}&q=zebra") == (["licence"], 1)
    assert found("", mallory) == ([], 0)
    first = alice.get("/api/renewals/?limit=1").json()
    second = alice.get(first["next"]).json()
    assert [row["kind"] for row in first["results"] + second["results"]] == ["contract", "licence"]
    assert second["next"] is None
    for wrong in (
        "nonsense=1",
        "expires_on__contains=1",
        "expires_on=x",
        "limit=201",
        "cursor=x",
        "kind=x",
        "owner=x",
        "renews_itself=2",
    ):
        assert alice.get(f"/api/renewals/?{wrong}").status_code == 422, wrong


def test_r_153_planned_and_renewed(stage, alice, bob, mallory, today):
    """R-153, R-154, R-155: a plan, then the line that joins."""
    until = today + timedelta(days=50)
    licence = a_licence(stage.acme, 3, valid_until=until)
    plan = alice.post("/api/renewals/plans/", {"licence": licence.pk, "kind": "renew", "units": 2})
    assert plan.status_code == 201, plan.content
    here = f"/api/renewals/plans/{plan.json()['id']}/"
    assert alice.post("/api/renewals/plans/", {"licence": licence.pk, "kind": "drop"}).status_code == 409
    decided = alice.ask("PATCH", here, {"state": "decided"}, **{"If-Match": plan["ETag"]})
    assert decided.json()["state"] == "decided"
    assert (bob.ask("PATCH", here, {"note": "x"}).status_code, mallory.get(here).status_code) == (403, 404)

    line = {"units": 2, "valid_from": str(until), "plan": plan.json()["id"]}
    overlap = alice.post(f"/api/licences/{licence.pk}/renew/", {**line, "valid_from": str(today)})
    assert (overlap.status_code, Purchase.objects.count()) == (409, 1)
    made = alice.post(f"/api/licences/{licence.pk}/renew/", line)
    assert made.status_code == 201, made.content
    assert alice.get(here).json() | {"state": "done", "line": made.json()["id"]} == alice.get(here).json()
    assert mallory.post(f"/api/licences/{licence.pk}/renew/", line).status_code == 404
