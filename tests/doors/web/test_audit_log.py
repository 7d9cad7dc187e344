"""The audit log as page and API: filtered by company, event and actor, for those who may read it."""

import pytest
from django.test import Client

from tests.cast import NOW, ROOT, a_person
from tests.doors.api.conftest import program_of
from trueup.tenancy.actions import grant_role


def of(stage, name):
    client = Client()
    client.force_login(stage.users[name])
    return client


@pytest.fixture
def scene(stage):
    grant_role(actor=stage.alice, user=stage.users["bob"], role="technician", company=stage.acme, at=NOW)
    a_person(stage.acme, "carol")
    a_person(stage.globex, "zoe")
    return stage


def test_the_page_says_who_granted_what(scene):
    page = of(scene, "alice").get("/settings/audit/?event__contains=tenancy.role_").content.decode()

    assert "role: viewer → technician" in page
    assert "tenancy.role_granted" in page
    assert "people.added" not in page


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("actor=Alice", "technician", "Carol"),
        ("q=carol", "Carol", "technician"),
        ("event=people.added", "Carol", "technician"),
        ("company=Acme", "Carol", "Zoe"),
    ],
)
def test_the_page_is_filtered(scene, query, there, absent):
    page = of(scene, "alice").get(f"/settings/audit/?{query}").content.decode()

    assert there in page
    assert absent not in page


def test_who_may_not_read_it_neither_opens_nor_finds_it(scene):
    """R-001: Bob works in Acme and may not read its log; Mallory reads that of Globex."""
    assert of(scene, "bob").get("/settings/audit/").status_code == 403
    assert "/settings/audit/" not in of(scene, "bob").get("/settings/").content.decode()
    assert "/settings/audit/" in of(scene, "alice").get("/settings/").content.decode()
    theirs = of(scene, "mallory").get("/settings/audit/").content.decode()
    assert "Zoe" in theirs
    assert "Carol" not in theirs


def test_the_installation_is_shown_to_owners_of_all(scene):
    grant_role(actor=ROOT, user=scene.users["bob"], role="auditor", company=None, at=NOW)
    bob = of(scene, "bob")

    page = bob.get("/settings/audit/").content.decode()
    assert "whole installation" in page
    assert "Globex" in page
    assert "whole installation" not in of(scene, "alice").get("/settings/audit/").content.decode()
    alone = bob.get("/settings/audit/?company__isnull=true").content.decode()
    assert "tenancy.user_created" in alone
    assert "Carol" not in alone


def test_the_api_lists_the_same_with_old_and_new(scene):
    answer = program_of(scene, "alice").get("/api/audit/?event=tenancy.role_granted&subject=bob").json()

    latest = answer["results"][0]
    assert answer["count"] == 2
    assert latest["details"] == {"role": ["viewer", "technician"]}
    assert latest["company"] == {"id": scene.acme.pk, "name": "Acme"}
    assert program_of(scene, "bob").get("/api/audit/").json()["count"] == 0


def test_the_log_is_exported_with_details_as_json(scene):
    answer = of(scene, "alice").get("/settings/audit/?format=csv&event=tenancy.role_granted")
    file = b"".join(answer).decode()

    assert '""role"": [""viewer"", ""technician""]' in file


def test_it_walks_by_pages(scene):
    for number in range(7):
        a_person(scene.acme, f"p{number}")
    alice, seen, path = program_of(scene, "alice"), [], "/api/audit/?limit=3"
    while path:
        answer = alice.get(path).json()
        seen += [row["id"] for row in answer["results"]]
        path = answer["next"]

    assert len(seen) == len(set(seen)) == answer["count"]
    assert seen == sorted(seen, reverse=True)
