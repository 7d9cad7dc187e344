"""Reservations and the waiting list by the API and the pages. Alice runs Acme, Mallory belongs to Globex."""

from __future__ import annotations

from django.test import Client

from tests.cast import NOW, ROOT, TODAY, a_licence, a_person
from trueup.assignments.models import Assignment, Waiting
from trueup.licences.reservation_tables import Reservation
from trueup.tenancy.actions import ensure_departments


def test_a_reservation_by_the_api(alice, mallory, stage):
    ops = ensure_departments(actor=ROOT, company_id=stage.acme.pk, names=["Ops"], at=NOW)["ops"]
    licence = a_licence(stage.acme, 3, metric="per_named_user")
    other, mine = a_person(stage.acme, "carol"), a_person(stage.acme, "olga", department="Ops")
    at = f"/api/licences/{licence.pk}"
    wanted = {"department": ops, "units": 2, "until": "2026-12-31", "note": "new hires"}

    assert mallory.post(f"{at}/reservations/", wanted).status_code == 404
    made = alice.post(f"{at}/reservations/", wanted)
    assert (made.status_code, made.json()["left"], made.json()["until"]) == (201, 2, "2026-12-31")
    assert alice.post(f"{at}/reservations/", wanted).json()["type"].endswith("not-enough-units")
    figures = alice.get(f"{at}/").json()
    assert (figures["purchased"], figures["used"], figures["reserved"], figures["free"]) == (3, 0, 2, 1)
    refused = alice.post(f"{at}/assignments/", {"holder": {"kind": "person", "id": other.pk}, "units": 2})
    assert (refused.status_code, refused.json()["reserved"], refused.json()["free"]) == (409, 2, 1)
    assert "Ops until 2026-12-31" in refused.json()["detail"]
    given = alice.post(f"{at}/assignments/", {"holder": {"kind": "person", "id": mine.pk}, "units": 3})
    assert given.status_code == 201
    [row] = alice.get(f"{at}/reservations/").json()["results"]
    assert (row["taken"], row["left"], row["department"]["name"]) == (2, 0, "Ops")
    assert mallory.get(f"{at}/reservations/").status_code == 404
    assert mallory.ask("DELETE", f"{at}/reservations/{row['id']}/").status_code == 404
    assert alice.ask("DELETE", f"{at}/reservations/{row['id']}/").status_code == 204
    assert alice.ask("DELETE", f"{at}/reservations/{row['id']}/").status_code == 409
    far = alice.post(f"{at}/reservations/", {**wanted, "until": "9999-12-31"})
    assert (far.status_code, Reservation.objects.count()) == (422, 1)
    assert alice.get("/api/licences/?waiting__gt=0").json()["count"] == 0


def test_the_waiting_list_by_the_api(alice, mallory, stage):
    licence = a_licence(stage.acme, 1, metric="per_named_user")
    people = [a_person(stage.acme, name) for name in ("hal", "ann", "ben")]
    at = f"/api/licences/{licence.pk}"
    bodies = [{"holder": {"kind": "person", "id": one.pk}} for one in people]

    assert alice.post(f"{at}/waiting/", bodies[1]).json()["type"].endswith("units-are-free")
    held = alice.post(f"{at}/assignments/", bodies[0]).json()["id"]
    places = [alice.post(f"{at}/waiting/", body) for body in bodies[1:]]
    assert [(one.status_code, one.json()["place"]) for one in places] == [(201, 1), (201, 2)]
    assert alice.post(f"{at}/waiting/", bodies[1]).json()["type"].endswith("waits-already")
    assert mallory.get(f"{at}/waiting/").status_code == 404
    assert mallory.post(f"{at}/waiting/", bodies[1]).status_code == 404
    assert alice.get(f"{at}/").json()["waiting"] == 2
    assert alice.get("/api/licences/?waiting__gt=0").json()["count"] == 1
    alice.post(f"/api/assignments/{held}/release/", {})
    [left] = alice.get(f"{at}/waiting/").json()["results"]
    assert (left["place"], left["holder"]["name"]) == (1, "Ben")
    assert Assignment.objects.get(released_at=None).person == people[1]
    assert mallory.ask("DELETE", f"{at}/waiting/{left['id']}/").status_code == 404
    assert alice.ask("DELETE", f"{at}/waiting/{left['id']}/").status_code == 204
    assert alice.ask("DELETE", f"{at}/waiting/{left['id']}/").status_code == 409
    assert Waiting.objects.filter(ended_at=None).count() == 0


def test_the_pages(stage):
    """Whoever is refused for want of units is put on the list from the same page, with what was ticked."""
    ops = ensure_departments(actor=ROOT, company_id=stage.acme.pk, names=["Ops"], at=NOW)["ops"]
    licence = a_licence(stage.acme, 1, metric="per_named_user")
    carol = a_person(stage.acme, "carol")
    page = Client()
    page.force_login(stage.users["alice"])
    tab = f"/licences/{licence.pk}/waiting/"

    saved = page.post(
        f"/licences/{licence.pk}/reserve/", {"department": ops, "units": "1", "until": str(TODAY), "note": ""}
    )
    assert (saved.status_code, saved["Location"]) == (302, tab)
    ticked = {"holder": carol.pk, "units": "1", "reason": "needs it"}
    refused = page.post(f"/licences/{licence.pk}/assign/person/", ticked)
    assert refused.status_code == 409
    assert 'name="wait"' in refused.content.decode()
    page.post(f"/licences/{licence.pk}/assign/person/", {**ticked, "wait": "1"})
    row = Waiting.objects.get()
    shown = page.get(tab).content.decode()
    assert all(words in shown for words in ("Ops", "Carol", "needs it", "End", "Take off"))
    page.post(f"/licences/{licence.pk}/reservations/{Reservation.objects.get().pk}/end/")
    page.post(f"/licences/{licence.pk}/waiting/{row.pk}/leave/", {"reason": "changed her mind"})
    row.refresh_from_db()
    assert (row.outcome, row.detail) == ("left", "changed her mind")
    shown = page.get(tab).content.decode()
    assert all(words in shown for words in ("Nothing is reserved", "Nobody waits"))


def test_readers_see_the_lists_and_may_not_change_them(stage):
    licence = a_licence(stage.acme, 1, metric="per_named_user")
    page = Client()
    page.force_login(stage.users["bob"])
    assert page.get(f"/licences/{licence.pk}/waiting/").status_code == 200
    assert page.get(f"/licences/{licence.pk}/reserve/").status_code == 403
    page.force_login(stage.users["mallory"])
    assert page.get(f"/licences/{licence.pk}/waiting/").status_code == 404
