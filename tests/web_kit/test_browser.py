"""In a real browser: the parts that script adds, and the same forms without it. Pages are walked in test_every_page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.browser import signed_in
from tests.cast import PASSWORD, ROOT, TODAY, a_device, a_licence, a_person, a_product, holder, set_stage
from trueup.assignments.actions import assign_units
from trueup.licences.lines import LineTerms

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def ids(live_server):
    """Acme with one licence that three people hold; everything is stored before the browser starts."""
    stage = set_stage()
    line = LineTerms(
        units=5,
        valid_from=date(2026, 1, 1),
        valid_until=date(2027, 1, 1),
        price=Decimal(100),
        currency="EUR",
        renews_itself=True,
        notice_days=30,
    )
    licence = a_licence(stage.acme, metric="per_named_user", product=a_product(stage.acme, "Draw"), line=line)
    people = [a_person(stage.acme, name) for name in ("carol", "dora", "emil")]
    for person in people:
        assign_units(
            actor=ROOT,
            licence_id=licence.pk,
            holder=holder(person),
            units=1,
            at=stage.acme.created_at,
            on=TODAY,
        )
    device = a_device(stage.acme, "db1")
    return {"licence": licence.pk, "person": people[0].pk, "device": device.pk, "company": stage.acme.pk}


def test_the_palette_the_selection_and_the_keys(live_server, ids):
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.keyboard.press("Control+k")
        page.keyboard.type("draw")
        page.get_by_role("option", name="Draw").first.wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/licences/{ids['licence']}/")

        boxes = page.locator("tbody .check")
        boxes.nth(0).click()
        boxes.nth(2).click(modifiers=["Shift"])
        assert page.locator("[data-count]").inner_text() == "3"
        page.keyboard.press("Escape")
        assert page.locator("[data-bulk]").is_hidden()

        page.keyboard.press("g")
        page.keyboard.press("p")
        page.wait_for_url("**/position/")


def test_the_drawer_makes_the_rest_inert_and_escape_closes_it(live_server, ids):
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.set_viewport_size({"width": 390, "height": 800})
        page.locator("[data-drawer]").click()
        assert page.evaluate("document.querySelector('.main').inert")
        page.keyboard.press("Escape")
        assert page.locator("#side").is_hidden()
        assert not page.evaluate("document.querySelector('.main').inert")


def test_searching_changes_the_list_and_its_address_without_leaving_the_page(live_server, ids):
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.goto(f"{live_server.url}/licences/")
        page.keyboard.press("/")
        page.keyboard.type("nothing like it")
        page.get_by_text("Nothing matches").wait_for()
        assert page.url.endswith("q=nothing%20like%20it")
        assert page.evaluate("document.activeElement.id") == "filter-q"


def test_without_script_the_same_forms_work(live_server, ids):
    with signed_in(live_server.url, "alice", PASSWORD, java_script_enabled=False) as page:
        page.goto(f"{live_server.url}/licences/?q=draw")
        page.get_by_role("link", name="Draw").click()
        page.get_by_role("link", name="Release").first.click()
        page.fill("#id_reason", "no longer needed")
        page.get_by_role("button", name="Release").click()
        assert "2" in page.locator(".tabs [aria-current]").inner_text()
