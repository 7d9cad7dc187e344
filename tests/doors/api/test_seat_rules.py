"""Rules on giving units on, over the API: written with the licence, read from it, obeyed by each way to units."""

from __future__ import annotations

from tests.cast import a_device, a_licence
from trueup.assignments.models import Assignment
from trueup.licences.models import Licence

RULES = {
    "cooldown_days": 90,
    "is_transferable": False,
    "one_per_person": True,
    "units_on_release": "deactivate",
}


def on(device):
    return {"holder": {"kind": "device", "id": device.pk}}


def test_the_rules_are_in_the_licence(stage, alice, bob):
    """U-027, U-028, R-014, U-046: read by everybody who sees it, changed by who may."""
    licence = a_licence(stage.acme, 5)
    address = f"/api/licences/{licence.pk}/"
    none = {
        "cooldown_days": None,
        "is_transferable": True,
        "one_per_person": False,
        "units_on_release": "free",
    }
    assert none.items() <= alice.get(address).json().items()

    assert bob.ask("PATCH", address, RULES).status_code == 403
    changed = alice.ask("PATCH", address, RULES)

    assert changed.status_code == 200, changed.content
    assert (RULES | {"burnt": 0, "cooling": 0}).items() <= bob.get(address).json().items()
    for wrong in ({"cooldown_days": 0}, {"units_on_release": "melt"}, {"is_transferable": None}):
        refused = alice.ask("PATCH", address, wrong)
        assert refused.status_code == 422, wrong
    assert Licence.objects.get(pk=licence.pk).cooldown_days == 90


def test_too_soon_names_the_day_and_an_exemption_is_kept(stage, alice):
    """U-027: 409 TooSoon, singly and in a batch; with the exemption and a reason 201."""
    licence = a_licence(stage.acme, 1)
    one, two = a_device(stage.acme, "one"), a_device(stage.acme, "two")
    alice.ask("PATCH", f"/api/licences/{licence.pk}/", {"cooldown_days": 30})
    page = f"/api/licences/{licence.pk}/assignments/"
    made = alice.post(page, on(one)).json()["id"]
    alice.post(f"/api/assignments/{made}/release/", {"reason": "swap"})
    body = alice.get(f"/api/licences/{licence.pk}/").json()
    assert (body["free"], body["cooling"]) == (1, 1)

    refused = alice.post(page, on(two))
    assert (refused.status_code, refused.json()["name"]) == (409, "TooSoon")
    assert body["cooling_until"] == refused.json()["free_from"]
    batch = alice.post(page + "batch/", {"holders": [{"kind": "device", "id": two.pk}], "dry_run": True})
    assert batch.json()["items"][0]["outcome"] == "too_soon"
    assert Assignment.objects.filter(released_at=None).count() == 0

    exempt = alice.post(page, on(two) | {"exemption": "hardware_failed", "reason": "mainboard died"})
    assert exempt.status_code == 201, exempt.content
    assert exempt.json()["exemption"] == "hardware_failed"


def test_bound_units_do_not_move_and_burnt_ones_are_told(stage, alice):
    """R-014, U-028: 409 NotTransferable; 409 NotDeactivated until somebody says; then it is burnt and stays used."""
    licence = a_licence(stage.acme, 2)
    one, two = a_device(stage.acme, "one"), a_device(stage.acme, "two")
    rules = {"is_transferable": False, "units_on_release": "deactivate"}
    alice.ask("PATCH", f"/api/licences/{licence.pk}/", rules)
    made = alice.post(f"/api/licences/{licence.pk}/assignments/", on(one)).json()["id"]

    moved = alice.post(f"/api/assignments/{made}/move/", on(two))
    assert (moved.status_code, moved.json()["name"]) == (409, "NotTransferable")
    asked = alice.post(f"/api/assignments/{made}/release/", {})
    assert (asked.status_code, asked.json()["name"]) == (409, "NotDeactivated")
    assert Assignment.objects.get(released_at=None).device_id == one.pk

    released = alice.post(f"/api/assignments/{made}/release/", {"deactivated": False})
    assert (released.status_code, released.json()["burnt"]) == (200, 1)
    body = alice.get(f"/api/licences/{licence.pk}/").json()
    assert (body["used"], body["free"], body["burnt"]) == (1, 1, 1)
