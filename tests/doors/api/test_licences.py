"""Licences over the API, as a program sees them."""

import json

import pytest

from tests.cast import a_device, a_licence, a_person, a_product
from trueup.assignments.models import Assignment
from trueup.licences.models import Licence


def test_the_list_has_what_one_may_see(stage, alice, mallory):
    """R-119, K-001: JSON without an Accept header, with a count."""
    a_licence(stage.acme, 5)

    answer = alice.get("/api/licences/")
    assert answer.status_code == 200
    body = answer.json()
    assert body["count"] == 1
    assert (body["results"][0]["purchased"], body["results"][0]["used"], body["results"][0]["free"]) == (
        5,
        0,
        5,
    )
    assert mallory.get("/api/licences/").json() == {"results": [], "next": None, "count": 0}


def test_a_licence_of_another_company_is_not_found(stage, alice, mallory):
    """R-120, K-021."""
    licence = a_licence(stage.acme, 5)

    assert alice.get(f"/api/licences/{licence.pk}/").json()["purchased"] == 5
    theirs = mallory.get(f"/api/licences/{licence.pk}/")
    nothing = mallory.get("/api/licences/999999/")
    assert theirs.status_code == nothing.status_code == 404
    assert theirs.json()["detail"].replace(str(licence.pk), "N") == nothing.json()["detail"].replace(
        "999999", "N"
    )


def test_a_licence_is_made_with_its_first_line(stage, alice):
    """R-078, R-118."""
    product = a_product(stage.acme)
    body = {
        "company": stage.acme.pk,
        "product": product.pk,
        "metric": "per_named_user",
        "has_no_key": True,
        "line": {
            "units": 10,
            "valid_from": "2020-01-01",
            "price": "1200.00",
            "currency": "EUR",
            "order_number": "PO-1",
        },
    }

    made = alice.post("/api/licences/", body)
    assert made.status_code == 201, made.content
    assert (made.json()["purchased"], made.json()["free"]) == (10, 10)
    lines = alice.get(f"/api/licences/{made.json()['id']}/purchases/").json()["results"]
    assert lines[0]["price"] == {"amount": "1200.00", "currency": "EUR"}


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"metric": "per_moon"}, "/metric"),
        ({"line": {"units": -5, "valid_from": "2026-01-01"}}, "/units"),
        ({"line": {"units": 1, "valid_from": "2026-01-01", "price": "-1.00", "currency": "EUR"}}, "/price"),
        ({"line": {"units": 1.5, "valid_from": "2026-01-01"}}, "/line/units"),
        ({"line": {"units": 1, "valid_from": "2026-02-01", "valid_to": "2026-01-01"}}, "/valid_to"),
    ],
)
def test_wrong_values_are_named_and_nothing_is_stored(stage, alice, wrong, pointer):
    """R-032, R-034, D-004, D-006."""
    product = a_product(stage.acme)
    good = {"company": stage.acme.pk, "product": product.pk, "metric": "per_device", "has_no_key": True}

    refused = alice.post("/api/licences/", {**good, **wrong})
    assert refused.status_code == 422, refused.content
    assert refused["Content-Type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]
    assert not Licence.objects.exists()


def test_unknown_fields_and_parameters_are_refused(stage, alice):
    """D-034, D-035, K-034."""
    body = {
        "company": stage.acme.pk,
        "product": a_product(stage.acme).pk,
        "metric": "per_device",
        "colour": "red",
    }
    refused = alice.post("/api/licences/", body)
    assert (refused.status_code, refused.json()["name"]) == (422, "UnknownField")

    for query in ("bogus=1", "free__near=1", "sort=bogus", "limit=1000000"):
        refused = alice.get(f"/api/licences/?{query}")
        assert refused.status_code == 422, query
        assert refused.json()["name"] in {"UnknownParameter", "InvalidValue"}


def test_filters_find_what_they_say(stage, alice):
    """D-036, R-065."""
    a_licence(stage.acme, 5, product=a_product(stage.acme, "Draw"), tags=("core", "audit"))
    a_licence(stage.acme, 0, product=a_product(stage.acme, "Paint"), tags=("core",))

    def names(query):
        return [row["product"]["name"] for row in alice.get(f"/api/licences/?{query}").json()["results"]]

    assert names("free__lt=1") == ["Paint"]
    assert names("q=dra initech") == ["Draw"]
    assert names("product__contains=ain") == ["Paint"]
    assert names("tags=core,audit") == ["Draw"], "D-037: two tags mean both"
    assert names("sort=-purchased") == ["Draw", "Paint"]


def test_prices_are_for_those_who_may_see_them(stage, bob):
    """D-023, K-022: a hidden column is neither shown nor sorted nor filtered by."""
    licence = a_licence(stage.acme, 5)

    assert "annual_cost" not in bob.get("/api/licences/").json()["results"][0]
    assert "annual_cost" not in bob.get(f"/api/licences/{licence.pk}/").json()
    assert bob.get("/api/licences/?sort=annual_cost").status_code == 422
    assert bob.get("/api/licences/?annual_cost__gt=1").status_code == 422


def test_assigning_names_a_holder_and_units(stage, alice):
    """R-012, R-054, U-052, D-068."""
    licence = a_licence(stage.acme, 24, metric="mssql_per_core")
    server = a_device(stage.acme, environment="data_centre")

    body = {"holder": {"kind": "device", "id": server.pk}, "units": 10}
    made = alice.post(f"/api/licences/{licence.pk}/assignments/", body)
    assert made.status_code == 201, made.content
    assert made.json()["holder"] == {"kind": "device", "id": server.pk, "name": "db1"}
    assert alice.get(f"/api/licences/{licence.pk}/").json()["free"] == 14

    again = alice.post(f"/api/licences/{licence.pk}/assignments/", body)
    assert (again.status_code, again.json()["name"]) == (409, "AlreadyHeld")


def test_more_than_is_free_is_refused_with_the_free_number(stage, alice):
    """R-003, K-027."""
    licence = a_licence(stage.acme, 5)
    device = a_device(stage.acme)

    refused = alice.post(
        f"/api/licences/{licence.pk}/assignments/",
        {"holder": {"kind": "device", "id": device.pk}, "units": 6},
    )
    assert (refused.status_code, refused.json()["name"], refused.json()["free"]) == (409, "NotEnoughUnits", 5)
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("units", [0, -1, 1.5, "2", True])
def test_units_are_whole_and_positive(stage, alice, units):
    """R-053, D-005, K-029."""
    licence, device = a_licence(stage.acme, 5), a_device(stage.acme)

    refused = alice.post(
        f"/api/licences/{licence.pk}/assignments/",
        {"holder": {"kind": "device", "id": device.pk}, "units": units},
    )
    assert refused.status_code == 422, refused.content
    assert not Assignment.objects.exists()


def test_a_stranger_as_holder_is_not_found(stage, alice):
    """A person of another company does not exist here."""
    licence = a_licence(stage.acme, 5, metric="per_named_user")
    theirs = a_person(stage.globex, "trent")

    refused = alice.post(
        f"/api/licences/{licence.pk}/assignments/",
        {"holder": {"kind": "person", "id": theirs.pk}, "units": 1},
    )
    assert refused.status_code == 404
    assert not Assignment.objects.exists()


def test_released_units_are_free_and_the_day_is_remembered(stage, alice):
    """R-070, R-083."""
    licence, device = a_licence(stage.acme, 5), a_device(stage.acme)
    made = alice.post(
        f"/api/licences/{licence.pk}/assignments/", {"holder": {"kind": "device", "id": device.pk}}
    )

    released = alice.post(f"/api/assignments/{made.json()['id']}/release/", {"reason": "returned"})
    assert released.json()["release_reason"] == "returned"
    assert alice.get(f"/api/licences/{licence.pk}/").json()["free"] == 5
    assert alice.get(f"/api/licences/{licence.pk}/assignments/").json()["count"] == 0
    again = alice.post(f"/api/assignments/{made.json()['id']}/release/", {})
    assert (again.status_code, again.json()["name"]) == (409, "NotHeld")


def test_a_reader_reads_and_a_read_token_only_reads(stage, bob):
    """K-023: without the permission 403, and nothing is stored."""
    licence, device = a_licence(stage.acme, 5), a_device(stage.acme)
    body = {"holder": {"kind": "device", "id": device.pk}}

    assert bob.get(f"/api/licences/{licence.pk}/").status_code == 200
    refused = bob.post(f"/api/licences/{licence.pk}/assignments/", body)
    assert (refused.status_code, refused.json()["permission"]) == (403, "assignments.change")
    assert not Assignment.objects.exists()


def test_no_token_no_answer(db):
    """K-026."""
    from django.test import Client

    refused = Client().get("/api/licences/")
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith("Bearer")


def test_a_stale_change_is_refused(stage, alice):
    licence = a_licence(stage.acme, 5)
    path = f"/api/licences/{licence.pk}/"
    tag = alice.get(path)["ETag"]

    assert alice.ask("PATCH", path, {"remarks": "first"}, **{"If-Match": tag}).status_code == 200
    late = alice.ask("PATCH", path, {"remarks": "second"}, **{"If-Match": tag})
    assert (late.status_code, late.json()["name"]) == (412, "Stale")
    assert alice.get(path).json()["remarks"] == "first"


def test_a_walk_over_all_pages_meets_each_licence_once(stage, alice):
    """K-035, D-039: also when others write during the walk."""
    for number in range(23):
        a_licence(stage.acme, number % 4, product=a_product(stage.acme, f"P{number:02}"))
    seen, path = [], "/api/licences/?sort=-purchased&limit=5"
    while path:
        body = alice.get(path).json()
        seen += [row["id"] for row in body["results"]]
        path = body["next"]
        if len(seen) == 10:
            a_licence(stage.acme, 9, product=a_product(stage.acme, "Later"))
    assert len(seen) == len(set(seen)) == 23


def test_the_description_of_the_api_is_there_and_lists_the_documented_paths(db):
    from django.test import Client

    paths = json.loads(Client().get("/api/openapi.json").content)["paths"]
    for path in ("/api/licences/", "/api/licences/{licence_id}/", "/api/licences/{licence_id}/assignments/"):
        assert path in paths
