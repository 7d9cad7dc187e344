"""A new employee, the laptop that goes to them, and their departure, from end to end in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import signed_in
from tests.cast import PASSWORD, Stage, a_device, a_licence, a_product, set_stage
from tests.rooms.workflows.stage import a_set
from trueup.assignments.models import Assignment
from trueup.devices.models import Device
from trueup.people.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def acme(live_server: Any) -> Stage:
    """What designers and laptops get; a laptop in stock."""
    stage = set_stage()
    draw, system = a_product(stage.acme, "Draw"), a_product(stage.acme, "System")
    a_licence(stage.acme, 2, metric="per_named_user", product=draw)
    a_licence(stage.acme, 2, product=system)
    a_set(stage, draw, name="Designers")
    a_set(stage, required=(system,), is_for="device", name="Laptops")
    a_device(stage.acme, "lap1", kind="laptop", status="in_stock")
    return stage


def held() -> list[str]:
    rows = Assignment.objects.filter(released_at=None).order_by("licence__product__name")
    return list(rows.values_list("licence__product__name", flat=True))


def finish(page: Page) -> None:
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("status").or_(page.locator(".toast")).first).to_contain_text("Finished")


def test_from_the_first_day_to_the_last(live_server, acme):
    """R-140 to R-143, R-147 to R-151: new employee, software deployment, employee departure."""
    device = Device.objects.get().pk
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        main = page.locator("main")
        page.goto(f"{live_server.url}/workflows/")
        page.get_by_role("button", name="Open a workflow").click()
        page.get_by_role("link", name="New employee", exact=True).click()
        page.fill("#id_name", "Carol Core")
        page.fill("#id_username", "carol")
        page.get_by_role("button", name="Propose the steps").click()
        expect(page.locator("#steps")).to_contain_text("Draw")
        finish(page)
        expect(page.locator("#steps-card")).to_contain_text("Done")

        page.goto(f"{live_server.url}/devices/{device}/")
        page.get_by_role("button", name="More actions").click()
        page.get_by_role("link", name="Deploy…").click()
        page.fill("#id_person", "carol")
        page.get_by_role("button", name="Propose the steps").click()
        finish(page)
        page.get_by_role("link", name="Sheet").click()
        for words in ("Carol Core", "lap1", "System", "Draw"):
            expect(main).to_contain_text(words)

        main.get_by_role("link", name="Carol Core").first.click()
        expect(page.locator("#held-card")).to_contain_text("Draw")
        expect(page.locator("#devices-card")).to_contain_text("lap1")
        main.get_by_role("button", name="Workflows").click()
        page.get_by_role("link", name="Let go…").click()
        page.get_by_role("button", name="Propose the steps").click()
        page.get_by_label("What becomes of lap1").select_option("stock")
        finish(page)
        expect(page.locator("#freed-card")).to_contain_text("Draw")
        expect(page.locator("#freed-card").get_by_role("link", name="Assign")).to_be_visible()
    assert held() == ["System"]
    assert Device.objects.get().status == "in_stock"
    assert not Person.objects.get().is_active
