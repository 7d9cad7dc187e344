"""Licences over the API with everything the document names: keys, types, lines in all their kinds, costs."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.cast import ROOT, a_licence, a_product
from tests.doors.api.conftest import program_of
from trueup.base.access import Role
from trueup.licences.models import Licence, LicenceKey, Purchase
from trueup.tenancy.actions import grant_role
from trueup.tenancy.models import CostCentre

KEY = "QXZW7-KANAR-8V2JH-YELLO-B1RD9"


def body_of(stage, **more):
    return {"company": stage.acme.pk, "product": a_product(stage.acme).pk, "metric": "per_device"} | more


def test_a_licence_without_its_key_is_refused_and_one_with_it_shows_it_masked(stage, alice):
    """R-036, U-019: product key and serial number are two fields; neither is ever answered."""
    body = body_of(stage)
    refused = alice.post("/api/licences/", body)
    assert (refused.status_code, refused.json()["name"]) == (422, "KeyMissing")
    assert not Licence.objects.exists()

    made = alice.post("/api/licences/", body | {"key": KEY, "serial_number": "SN-0042-0042-0042"})
    assert made.status_code == 201, made.content
    assert "KANAR" not in made.content.decode()
    kinds = sorted(LicenceKey.objects.values_list("kind", flat=True))
    assert kinds == ["product_key", "serial_number"]
    keys = alice.get(f"/api/licences/{made.json()['id']}/keys/").content.decode()
    assert "KANAR" not in keys
    assert "B1RD9"[1:] in keys
    looked = alice.post("/api/keys/lookup/", {"value": "sn 0042 0042 0042"})
    assert looked.json()["count"] == 1


@pytest.mark.parametrize(
    "blank", [{"key": "  "}, {"key": ""}, {"key": None}, {"key": KEY, "has_no_key": True}]
)
def test_a_blank_is_no_key(stage, alice, blank):
    """R-036."""
    refused = alice.post("/api/licences/", body_of(stage, **blank))
    assert refused.status_code == 422
    assert not Licence.objects.exists()


def test_every_field_of_the_document_is_kept(stage, alice):
    """R-045, R-046, R-007, D-047: and found again by filter and search."""
    fields = {
        "licence_type": "per_device", "provider": "Shop GmbH", "accounting_id": "AN-77", "property_of": "Leasing AG",
        "depreciation_percent": "50.00", "remarks": "**bold**", "inventory_number": "INV-1",
    }  # fmt: skip
    bought = timezone.localdate() - timedelta(days=365)
    line = {"units": 2, "valid_from": bought.isoformat(), "price": "100.00", "currency": "EUR"}
    made = alice.post("/api/licences/", body_of(stage, has_no_key=True, line=line, **fields)).json()

    assert {name: made[name] for name in fields} == fields
    assert made["book_value"] == {"EUR": "50.00"}
    for query in (
        "accounting_id=AN-77",
        "provider__contains=shop",
        "licence_type=per_device",
        "property_of=Leasing AG",
        "q=AN-77",
    ):
        assert alice.get(f"/api/licences/?{query}").json()["count"] == 1, query
    changed = alice.ask("PATCH", f"/api/licences/{made['id']}/", {"accounting_id": "AN-78"})
    assert changed.json()["accounting_id"] == "AN-78"
    assert (
        alice.ask("PATCH", f"/api/licences/{made['id']}/", {"depreciation_percent": "101"}).status_code == 422
    )


def test_a_sole_region_is_taken_and_one_of_another_company_is_not(stage, alice):
    """R-035, R-043."""
    made = alice.post("/api/licences/", body_of(stage, has_no_key=True)).json()
    assert made["region"]["name"] == "Default"
    theirs = a_licence(stage.globex, 1).region_id
    body = {"company": stage.acme.pk, "product": made["product"]["id"], "metric": "per_device"}
    assert alice.post("/api/licences/", body | {"has_no_key": True, "region": theirs}).status_code == 404


def test_seats_bought_later_are_a_line_and_count_from_its_first_day(stage, alice):
    """U-001, R-038, R-039, R-080: ``on=`` any day, in list, detail and lines."""
    licence = a_licence(stage.acme, 5)
    line = {
        "units": 3, "valid_from": "2026-07-01", "valid_to": "2026-12-31", "price": "90.00", "currency": "EUR",
        "order_number": "PO-7", "invoice_on": "2027-02-01",
    }  # fmt: skip
    made = alice.post(f"/api/licences/{licence.pk}/purchases/", line)
    assert made.status_code == 201, made.content
    assert made.json()["warnings"] == ["The line ends before the day of its invoice."]

    for day, units in (("2026-06-30", 5), ("2026-07-01", 8), ("2026-12-31", 8), ("2027-01-01", 5)):
        assert alice.get(f"/api/licences/{licence.pk}/?on={day}").json()["purchased"] == units, day
        assert alice.get(f"/api/licences/?on={day}").json()["results"][0]["purchased"] == units, day


def test_a_line_keeps_list_price_discount_packs_and_shares(stage, alice):
    """R-023, R-041, R-042, R-081, D-064."""
    licence = a_licence(stage.acme, 0)
    line = {
        "packs": 3, "pack_size": 5, "basis": "pack", "list_price": "99.90", "discount_percent": "12.5", "currency": "EUR",
        "valid_from": "2026-01-01", "budget": "Tools 2026",
        "cost_shares": [{"cost_centre": "CC-1", "percent": "60"}, {"cost_centre": "CC-2", "percent": "40"}],
    }  # fmt: skip
    made = alice.post(f"/api/licences/{licence.pk}/purchases/", line)
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["units"], told["total"]) == (15, {"amount": "262.24", "currency": "EUR"})
    assert [share["percent"] for share in told["cost_shares"]] == ["60.0000", "40.0000"]
    assert CostCentre.objects.count() == 2

    for wrong in (
        {"cost_shares": [{"cost_centre": "CC-1", "percent": "60"}]},
        {"units": -1},
        {"price": "-1"},
        {"discount_percent": "101"},
    ):
        assert alice.post(f"/api/licences/{licence.pk}/purchases/", line | wrong).status_code == 422, wrong
    assert Purchase.objects.count() == 2


def test_maintenance_names_the_line_it_covers(stage, alice):
    licence = a_licence(stage.acme, 5)
    line = {"kind": "maintenance", "units": 5, "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    path = f"/api/licences/{licence.pk}/purchases/"
    refused = alice.post(path, line)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/covers"]
    made = alice.post(path, line | {"covers": Purchase.objects.get().pk}).json()
    assert (made["units"], made["covered_units"]) == (0, 5)
    assert alice.get(f"/api/licences/{licence.pk}/").json()["purchased"] == 5


def test_units_move_to_another_company_one_may_change(stage, alice):
    """D-003, D-025."""
    ours, theirs = a_licence(stage.acme, 5), a_licence(stage.globex, 1)
    body = {
        "units": 2,
        "company": stage.globex.pk,
        "licence": theirs.pk,
        "moved_on": timezone.localdate().isoformat(),
    }
    assert alice.post(f"/api/licences/{ours.pk}/transfer/", body).status_code == 404
    grant_role(
        actor=ROOT, user=stage.users["alice"], role=Role.OWNER, company=stage.globex, at=timezone.now()
    )

    both = program_of(stage, "alice")
    made = both.post(f"/api/licences/{ours.pk}/transfer/", body)
    assert made.status_code == 201, made.content
    assert (made.json()["given"]["units"], made.json()["taken"]["units"]) == (-2, 2)
    assert both.post(f"/api/licences/{ours.pk}/transfer/", body | {"units": 9}).status_code == 409
    assert Purchase.objects.count() == 4


def test_costs_of_any_period_by_anything(stage, alice, bob):
    """U-009, U-010, R-040: calendar and fiscal years, invoices, and what is still to come."""
    licence = a_licence(stage.acme, 0)
    line = {
        "units": 13, "price": "250.00", "currency": "EUR", "valid_from": "2026-04-01", "valid_to": "2028-03-31",
        "invoice_number": "R-1", "cost_centre": "CC-1",
    }  # fmt: skip
    assert alice.post(f"/api/licences/{licence.pk}/purchases/", line).status_code == 201

    calendar = alice.get("/api/costs/?year=2026&count=3").json()["results"]
    fiscal = alice.get("/api/costs/?year=2026&count=2&month=4&by=cost_centre").json()["results"]
    assert (calendar[0]["total"], fiscal[0]["total"], fiscal[0]["name"]) == ("250.00", "250.00", "CC-1")
    assert list(calendar[0]["periods"]) == ["2026-01-01", "2027-01-01", "2028-01-01"]
    assert len(alice.get("/api/costs/?year=2026&period=month&count=24").json()["results"][0]["periods"]) == 24
    assert alice.get("/api/invoices/?number=R-1").json()["results"][0]["total"]["amount"] == "250.00"
    assert alice.get("/api/costs/committed/?on=2030-01-01").json()["count"] == 0
    assert alice.get("/api/costs/committed/?on=2020-01-01").json()["results"] == [
        {"currency": "EUR", "amount": "250.00"}
    ]
    for path in ("costs/?year=2026", "costs/committed/", "invoices/"):
        assert bob.get(f"/api/{path}").json()["count"] == 0
    for wrong in ("year=2026&period=week", "year=2026&by=colour", "year=x", "year=2026&bogus=1"):
        assert alice.get(f"/api/costs/?{wrong}").status_code == 422, wrong


def test_unlimited_is_a_value_and_its_use_is_counted(stage, alice):
    """U-029, D-075."""
    line = {"unlimited": True, "valid_from": date(2026, 1, 1).isoformat()}
    made = alice.post("/api/licences/", body_of(stage, has_no_key=True, line=line)).json()
    assert (made["unlimited"], made["free"], made["purchased"]) == (True, None, 0)
