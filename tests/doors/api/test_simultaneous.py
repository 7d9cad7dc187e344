"""Concurrent licences by the API and the page."""

from __future__ import annotations

from django.test import Client

from tests.cast import a_licence, a_person
from trueup.assignments.models import Eligible


def test_two_lists_and_the_days_by_the_api(alice, mallory, stage):
    """R-021, U-031: eligible people, uses now, the sixth refused with 409, peak and refusals of the day."""
    licence = a_licence(stage.acme, 2, metric="concurrent_peak")
    people = [a_person(stage.acme, f"p{n}") for n in range(3)]
    at = f"/api/licences/{licence.pk}"

    added = alice.post(f"{at}/eligible/", {"people": [one.pk for one in people]})
    answers = [
        alice.post(f"{at}/assignments/", {"holder": {"kind": "person", "id": one.pk}}) for one in people
    ]

    assert (added.status_code, added.json()) == (201, {"added": 3})
    assert [one.status_code for one in answers] == [201, 201, 409]
    assert alice.get(f"{at}/eligible/").json()["count"] == 3
    days = alice.get(f"{at}/days/").json()
    assert (days["peak"], days["days"][-1]["peak"], days["days"][-1]["refusals"]) == (2, 2, 1)
    assert mallory.get(f"{at}/eligible/").status_code == 404
    assert mallory.ask("DELETE", f"{at}/eligible/{people[0].pk}/").status_code == 404
    assert alice.ask("DELETE", f"{at}/eligible/{people[0].pk}/").status_code == 204
    assert Eligible.objects.count() == 2


def test_the_page_shows_both_lists(stage):
    """U-031: over-commit is said; a line that names nobody is refused and adds nobody."""
    licence = a_licence(stage.acme, 1, metric="concurrent_peak")
    for name in ("carol", "dora"):
        a_person(stage.acme, name)
    page = Client()
    page.force_login(stage.users["alice"])
    new = f"/licences/{licence.pk}/eligible/new/"

    refused = page.post(new, {"people": "carol\nnobody"})
    assert (refused.status_code, Eligible.objects.count()) == (422, 0)
    page.post(new, {"people": "carol\nDORA"})

    shown = page.get(f"/licences/{licence.pk}/eligible/").content.decode()
    assert "2 people are eligible for 1 at once" in shown
    assert "Carol" in shown
    gone = Eligible.objects.get(person__username="carol")
    page.post(f"/licences/{licence.pk}/eligible/{gone.person_id}/remove/")
    assert Eligible.objects.count() == 1
