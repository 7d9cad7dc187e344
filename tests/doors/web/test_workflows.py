"""Workflows as pages: a new employee with a laptop, the sheet, a departure with its result, licence sets."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import a_device, a_licence, a_person, a_product
from trueup.assignments.models import Assignment
from trueup.licences.lines import LineTerms
from trueup.licences.models import RenewalPlan
from trueup.people.models import Person
from trueup.workflows.models import LicenceSet, SetStep, Workflow, WorkflowStep


@pytest.fixture
def alice(stage) -> Client:
    client = Client()
    client.force_login(stage.users["alice"])
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def a_set_of(alice: Client, name: str, is_for: str, *products) -> LicenceSet:
    """Written down by the pages."""
    answer = alice.post("/workflows/sets/new/", {"name": name, "is_for": is_for})
    for product in products:
        assert alice.post(answer["Location"], {"product_id": product.pk, "units": ""}).status_code == 302
    return LicenceSet.objects.get(name=name)


def test_a_new_employee_with_a_laptop_and_the_sheet(stage, alice):
    """R-140, R-142, R-143: the sheet lists device and licences; the person's page has both from that minute."""
    draw, system = a_product(stage.acme, "Draw"), a_product(stage.acme, "System")
    a_licence(stage.acme, 2, metric="per_named_user", product=draw)
    a_licence(stage.acme, 2, product=system)
    device = a_device(stage.acme, "lap1", kind="laptop", status="in_stock")
    a_set_of(alice, "Designers", "person", draw)
    a_set_of(alice, "Laptops", "device", system)
    region = device.region_id
    new = {"name": "Carol Core", "username": "carol", "region_id": region, "device": "LAP1"}
    page = alice.post("/workflows/new/joiner/", new)
    assert page.status_code == 302, text_of(page)
    workflow = Workflow.objects.get()
    assert (workflow.person.name, workflow.device_id) == ("Carol Core", device.pk)
    assert not Assignment.objects.exists()
    opened = text_of(alice.get(page["Location"]))
    assert "Draw" in opened
    assert "System" in opened

    assert alice.post(page["Location"], {"do": "finish"}).status_code == 302

    sheet = text_of(alice.get(f"/workflows/{workflow.pk}/sheet/"))
    for words in ("Carol Core", "lap1", "Draw", "System", "signature"):
        assert words in sheet
    person = text_of(alice.get(f"/people/{workflow.person_id}/"))
    assert "Draw" in person
    assert "lap1" in person
    history = text_of(alice.get(f"/devices/{device.pk}/"))
    assert "deployed the device" in history
    assert "awaited" in history


def test_a_refusal_stays_on_the_page_with_what_was_said(stage, alice):
    """R-146: 409 with the reason, and the workflow is open as before."""
    draw = a_product(stage.acme, "Draw")
    licence = a_licence(stage.acme, 2, product=draw, metric="per_named_user")
    found = a_set_of(alice, "Designers", "person", draw)
    SetStep.objects.filter(licence_set=found).update(is_required=True)
    carol = a_person(stage.acme, "carol")
    page = alice.post(f"/workflows/new/joiner/?person={carol.pk}", {"note": ""})["Location"]
    others = [a_person(stage.acme, name).pk for name in ("dora", "emil")]
    alice.post(f"/licences/{licence.pk}/assign/person/", {"holder": others, "units": "1"})
    answer = alice.post(page, {"do": "finish"})
    assert answer.status_code == 409
    assert "Not enough free units" in text_of(answer)
    assert "It could not be finished" in text_of(alice.get(page))
    assert Assignment.objects.filter(person=carol).count() == 0


def test_who_waits_stands_beside_what_was_freed(stage, alice):
    """R-141, R-150: asked for on the page of the one, seen on the page of the other."""
    draw = a_product(stage.acme, "Draw")
    licence = a_licence(stage.acme, 2, product=draw, metric="per_named_user")
    a_set_of(alice, "Designers", "person", draw)
    people = [a_person(stage.acme, name) for name in ("carol", "dora", "emil", "fritz")]
    pages = []
    for person in people:
        page = alice.post(f"/workflows/new/joiner/?person={person.pk}", {"note": ""})["Location"]
        alice.post(page, {"do": "finish"})
        pages.append(page)
    for page in pages[2:]:
        step = WorkflowStep.objects.get(workflow_id=int(page.rstrip("/").rpartition("/")[2]))
        assert "Put on the waiting list" in text_of(alice.get(page))
        assert alice.post(f"{page}steps/{step.pk}/wait/").status_code == 302
        assert "on the waiting list" in text_of(alice.get(page))
    leaving = alice.post(f"/workflows/new/leaver/?person={people[0].pk}", {"last_day": "2026-11-30"})[
        "Location"
    ]
    alice.post(leaving, {"do": "finish"})
    held_by = Assignment.objects.filter(released_at=None, licence=licence).values_list("person_id", flat=True)
    assert sorted(held_by) == sorted([people[1].pk, people[2].pk])
    assert f"/licences/{licence.pk}/waiting/" in alice.get(leaving).content.decode()


def test_a_departure_and_what_it_freed(stage, alice):
    """R-148, R-150, R-151, U-048: a tick for each device, then the freed units with Assign and the task at the renewal."""
    draw = a_product(stage.acme, "Draw")
    today = timezone.localdate()
    line = LineTerms(units=5, valid_from=today - timedelta(days=90), valid_until=today + timedelta(days=275))
    licence = a_licence(stage.acme, metric="per_named_user", product=draw, line=line)
    carol = a_person(stage.acme, "carol")
    device = a_device(stage.acme, "lap1", user_id=carol.pk)
    alice.post(f"/licences/{licence.pk}/assign/person/", {"holder": [carol.pk], "units": "1"})
    page = alice.post(f"/workflows/new/leaver/?person={carol.pk}", {"last_day": str(today)})["Location"]
    assert f"/people/{carol.pk}/" in alice.get(page).content.decode()
    assert "Open workflow" in text_of(alice.get(f"/people/{carol.pk}/"))
    unsaid = alice.post(page, {"do": "finish"})
    assert (unsaid.status_code, Person.objects.get(pk=carol.pk).is_active) == (409, True)
    step = WorkflowStep.objects.get(device=device)

    assert alice.post(page, {"do": "finish", f"step-{step.pk}": "stock"}).status_code == 302

    done = alice.get(page).content.decode()
    freed = WorkflowStep.objects.get(licence=licence)
    assert f"/licences/{licence.pk}/assign/person/" in done
    reduce = f"/workflows/{freed.workflow_id}/steps/{freed.pk}/reduce/"
    assert reduce in done
    device.refresh_from_db()
    assert (device.status, device.user_id) == ("in_stock", None)
    assert alice.post(reduce).status_code == 302
    assert RenewalPlan.objects.get().units == 4
    assert "Planned: fewer at the renewal" in text_of(alice.get(page))


def test_sets_are_changed_and_retired(stage, alice):
    """R-141."""
    draw = a_product(stage.acme, "Draw")
    a_licence(stage.acme, 2, product=draw)
    found = a_set_of(alice, "Laptops", "device", draw)
    here = f"/workflows/sets/{found.pk}/"
    changed = alice.post(f"{here}change/", {"name": "Notebooks", "is_for": "device", "device_kind": "laptop"})
    assert changed.status_code == 302
    assert "Notebooks" in text_of(alice.get(here))
    assert alice.post(f"{here}products/{draw.pk}/remove/").status_code == 302
    assert not SetStep.objects.exists()
    assert alice.post(f"{here}retire/").status_code == 302
    assert alice.get(here).status_code == 404


def test_dropping_gives_and_takes_nothing(stage, alice):
    carol = a_person(stage.acme, "carol")
    page = alice.post(f"/workflows/new/leaver/?person={carol.pk}", {"last_day": "2026-11-30"})["Location"]
    assert alice.post(f"{page}drop/").status_code == 302
    assert Workflow.objects.get().state == "cancelled"
    assert Person.objects.get(pk=carol.pk).is_active
