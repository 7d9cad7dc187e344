"""The walk-through of the document by hand in a real browser: a type with twelve fields, an instance, what is expiring."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import signed_in
from tests.cast import PASSWORD, Stage, set_stage
from tests.rooms.fields.test_types import DOCUMENT
from tests.web_kit.test_every_page import EVERYTHING, SIDEWAYS, violations
from trueup.assets.models import Asset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def acme(live_server: Any) -> Stage:
    return set_stage()


def look_at(page: Page) -> None:
    """Nothing that keeps anybody out, and nothing sideways on a phone."""
    page.wait_for_load_state()
    expect(page.locator("#main")).to_be_visible()
    assert violations(page, EVERYTHING) == [], page.url
    page.set_viewport_size({"width": 320, "height": 900})
    wide = "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120)).slice(0, 6)"
    assert page.evaluate(SIDEWAYS) <= 0, (page.url, page.evaluate(wide))
    page.set_viewport_size({"width": 1440, "height": 900})


def test_c_004_from_the_sidebar_to_an_instance_that_expires(live_server, acme):
    """C-005, C-007, C-030, C-033."""
    with signed_in(live_server.url, "alice", PASSWORD, reduced_motion="reduce") as page:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(live_server.url)
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Flexible assets").click()
        look_at(page)
        page.get_by_role("link", name="New asset type").first.click()
        page.get_by_label("Name", exact=True).fill("Software License")
        for place, (label, kind) in enumerate(DOCUMENT):
            page.locator(f'[name="fields.{place}.label"]').fill(label)
            page.locator(f'[name="fields.{place}.kind"]').select_option(kind)
        page.locator('[name="fields.2.choices"]').fill("Per-user, Per-device, Site, Concurrent, Subscription")
        look_at(page)
        page.get_by_role("button", name="Save type").click()
        expect(page.locator("h1")).to_contain_text("Software License")
        list_of = page.url

        page.get_by_role("link", name="New instance").first.click()
        page.get_by_label("Product Name").fill("Microsoft 365 Business Premium")
        page.get_by_label("License Key").fill("AAAAA-BBBBB-CCCCC-DDDDD")
        page.get_by_label("Total Seats").fill("50")
        page.get_by_label("Expiry Date").fill("2030-01-31")
        page.get_by_label("Tags").fill("expiring-soon, audit-required")
        look_at(page)
        page.get_by_role("button", name="Save asset").click()
        expect(page.locator("main")).to_contain_text("•••••DDDD")
        one = page.url
        look_at(page)

        page.get_by_role("link", name="History").first.click()
        page.wait_for_url("**/history/")
        look_at(page)
        for path in ("definition/", "fields/new/?kind=select", "fields/total_seats/", "?total_seats__gte=50"):
            page.goto(f"{list_of}{path}")
            look_at(page)
        expect(page.locator("tbody")).to_contain_text("Microsoft 365 Business Premium")
        page.goto(f"{one}secrets/license_key/reveal/")
        page.get_by_label("Reason").fill("installing it")
        look_at(page)
        page.get_by_role("button", name="Reveal it").click()
        expect(page.locator("main")).to_contain_text("AAAAA-BBBBB-CCCCC-DDDDD")
    assert Asset.objects.get().tags == ["audit-required", "expiring-soon"]
