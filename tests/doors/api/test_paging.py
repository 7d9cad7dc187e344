"""Pages of lists: a size with a ceiling everywhere, and who holds a licence page by page, by kind and by day."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.cast import NOW, PASSWORD, TODAY, a_device, a_licence, a_person, a_product, holder
from trueup.api.urls import api
from trueup.assignments.actions import assign_units, release_units
from trueup.base.listing import MOST_ROWS


def lists():
    """The lists of the API that stand by themselves."""
    for path, verbs in api.get_openapi_schema()["paths"].items():
        names = {one["name"] for one in verbs.get("get", {}).get("parameters", ())}
        if "limit" in names and "{" not in path:
            yield path


@pytest.mark.parametrize("path", list(lists()))
def test_page_size_has_a_ceiling(stage, alice, path):
    """D-028: a million rows, none, or no number are refused by every list; the ceiling it names is given."""
    asked = f"{path}?q=draw&limit=" if path == "/api/search/" else f"{path}?limit="
    for limit in ("0", "-1", "all", "1000000"):
        refused = alice.get(f"{asked}{limit}")
        assert refused.status_code == 422, limit
    most = int(re.findall(r"\d+", refused.json()["detail"])[-1])
    assert 1 < most <= MOST_ROWS
    assert alice.get(f"{asked}{most}").status_code == 200
    assert alice.get(f"{asked}{most + 1}").status_code == 422


def test_the_ceiling_holds_for_what_is_there(stage, alice):
    """D-028: with more rows than the ceiling, a program gets the ceiling, and a page of a browser never more."""
    for number in range(MOST_ROWS + 5):
        a_device(stage.acme, f"pc{number}")
    page = alice.get(f"/api/devices/?limit={MOST_ROWS}").json()
    assert (len(page["results"]), page["count"]) == (MOST_ROWS, MOST_ROWS + 5)
    browser = Client()
    assert browser.login(username="alice", password=PASSWORD)
    shown = browser.get("/devices/?limit=1000000").content.decode()
    assert 0 < sum(f">pc{number}<" in shown for number in range(MOST_ROWS + 5)) <= MOST_ROWS


def test_assignments_of_a_licence_by_kind_by_day_and_page_by_page(stage, alice):
    """R-121: people and devices with units and dates."""
    licence = a_licence(stage.acme, 50, metric="concurrent_peak")
    other = a_licence(stage.acme, 5, metric="per_named_user", product=a_product(stage.acme, "Paint"))
    carol, dora, server = a_person(stage.acme, "carol"), a_person(stage.acme, "dora"), a_device(stage.acme)
    days = {carol: NOW - timedelta(days=20), dora: NOW - timedelta(days=1), server: NOW - timedelta(days=10)}
    held = {
        thing: assign_units(
            actor=stage.alice, licence_id=licence.pk, holder=holder(thing), units=units, at=at, on=at.date()
        )
        for units, (thing, at) in enumerate(days.items(), start=1)
    }
    assign_units(actor=stage.alice, licence_id=other.pk, holder=holder(carol), units=1, at=NOW, on=TODAY)
    release_units(
        actor=stage.alice,
        assignment_id=held[carol].pk,
        at=NOW - timedelta(days=5),
        on=TODAY - timedelta(days=5),
    )
    path = f"/api/licences/{licence.pk}/assignments/"

    def rows(query=""):
        return [
            (row["holder_kind"], row["holder_name"], row["units"])
            for row in alice.get(path + query).json()["results"]
        ]

    today = alice.get(path).json()
    assert today["count"] == 2
    assert [row["assigned_at"][:10] for row in today["results"]] == ["2026-11-20", "2026-11-11"]
    assert rows() == [("person", "Dora", 2), ("device", "db1", 3)]
    assert rows("?holder_kind=person") == [("person", "Dora", 2)]
    assert rows("?holder_kind=device") == [("device", "db1", 3)]
    assert rows("?on=2026-11-12") == [("person", "Carol", 1), ("device", "db1", 3)]
    assert rows("?on=2026-11-12&holder_kind=person") == [("person", "Carol", 1)]
    assert rows("?on=2026-10-01") == []
    assert alice.get(path + "?holder_kind=ghost").status_code == 422
    assert alice.get(path + "?on=yesterday").status_code == 422

    first = alice.get(path + "?on=2026-11-12&limit=1").json()
    following = urlsplit(first["next"])
    second = alice.get(f"{following.path}?{following.query}").json()
    assert [row["holder_name"] for page in (first, second) for row in page["results"]] == ["Carol", "db1"]
    assert second["next"] is None
