"""In a real browser and by keyboard alone: a field edited where it stands, units given, released and given again, the
single keys, and being signed out meanwhile.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import expect

from tests.browser import signed_in
from tests.cast import PASSWORD, a_licence, a_person, a_product, set_stage
from tests.web_kit.test_browser import RULES
from trueup.assignments.models import Assignment
from trueup.licences.models import Licence
from trueup.tenancy.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def meanwhile(done):
    """Something somebody else does while the page is open: in a thread, since a browser's loop runs in this one."""

    def do():
        done()
        connection.close()

    with ThreadPoolExecutor(1) as others:
        others.submit(do).result()


@pytest.fixture
def licence(live_server):
    stage = set_stage()
    a_person(stage.acme, "carol", name="Carol Core")
    return a_licence(stage.acme, 5, metric="per_named_user", product=a_product(stage.acme, "Draw"))


def test_a_field_opens_saves_and_reverts_by_keyboard(live_server, licence):
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.goto(f"{live_server.url}/licences/{licence.pk}/")
        place = page.locator("#kv-inventory_number")
        place.locator(".pen").focus()
        page.keyboard.press("Enter")
        expect(place.locator("input[name=inventory_number]")).to_be_focused()
        page.keyboard.type("L-77")
        page.keyboard.press("Escape")
        expect(place).to_contain_text("not set")
        expect(place.locator(".pen")).to_be_focused()
        page.keyboard.press("Enter")
        expect(place.locator("input[name=inventory_number]")).to_be_focused()
        page.keyboard.type("L-78")
        page.keyboard.press("Enter")
        expect(place.locator(".val")).to_have_text("L-78")
        expect(place.locator(".pen")).to_be_focused()
    assert Licence.objects.get().inventory_number == "L-78"


def test_a_click_opens_a_refusal_stays_and_a_faster_one_is_shown_beside(live_server, licence):
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.goto(f"{live_server.url}/licences/{licence.pk}/")
        place = page.locator("#kv-owner")
        place.locator(".val").click()
        field = place.locator("input[name=owner]")
        field.fill("nobody")
        page.keyboard.press("Enter")
        expect(place.locator(".err")).to_contain_text("Nobody here has the login")
        expect(field).to_have_value("nobody")
        assert Axe().run(page, options=RULES).response["violations"] == []

        number = page.locator("#kv-inventory_number")
        number.locator(".pen").focus()
        page.keyboard.press("Enter")
        number.locator("input[name=inventory_number]").fill("MINE")
        meanwhile(lambda: Licence.objects.update(inventory_number="FASTER", revision=9))
        page.keyboard.press("Enter")
        expect(number.locator(".stale")).to_contain_text("FASTER")
        expect(number.locator("input[name=inventory_number]")).to_have_value("MINE")
        number.get_by_role("button", name="Keep mine").click()
        expect(number.locator(".val")).to_have_text("MINE")


def test_units_are_given_released_and_given_again_by_keyboard_alone(live_server, licence):
    """U-020: the undo of a release is two steps from the end of the page."""
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.goto(f"{live_server.url}/licences/")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/licences/{licence.pk}/")
        page.keyboard.press("a")
        page.wait_for_url("**/assign/person/**")
        page.locator("input[name=holder]").first.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/licences/{licence.pk}/")
        page.keyboard.press("j")
        page.keyboard.press("r")
        page.wait_for_url("**/release/")
        page.locator("#id_reason").focus()
        page.keyboard.type("done")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/licences/{licence.pk}/")
        undo = page.locator(".toast").get_by_role("button", name="Undo")
        undo.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".toasts")).to_contain_text("The release is taken back")
    assert Assignment.objects.filter(released_at=None).count() == 1


def test_the_list_of_keys_shows_what_the_page_has_and_keys_can_be_switched_off(live_server, licence):
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.goto(f"{live_server.url}/licences/")
        page.keyboard.press("?")
        keys = page.locator("#shortcuts")
        expect(keys).to_contain_text("Next and previous row")
        expect(keys.get_by_text("Release the row")).to_be_hidden()
        assert Axe().run(page, options=RULES).response["violations"] == []
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.keyboard.type("gd?")
        expect(keys).to_be_hidden()
        assert page.url.startswith(f"{live_server.url}/licences/")
        meanwhile(lambda: User.objects.update(single_keys=False))
        page.goto(f"{live_server.url}/licences/")
        page.keyboard.press("?")
        expect(keys).to_be_hidden()


def test_a_switch_of_colours_follows_the_person_to_the_next_browser(live_server, licence):
    with signed_in(live_server.url, "alice", PASSWORD, color_scheme="light") as page:
        page.goto(f"{live_server.url}/people/")
        with page.expect_response("**/me/look/"):
            page.locator("[data-theme-toggle]").click()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    with signed_in(
        live_server.url, "alice", PASSWORD, color_scheme="light", java_script_enabled=False
    ) as page:
        page.goto(f"{live_server.url}/people/")
        assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_pages_of_ones_own_have_no_violation(live_server, licence):
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        for width, scheme in ((1440, "light"), (390, "dark"), (320, "light")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            for address in ("/me/", "/help/", "/help/how-to/collect-inventories/", "/settings/agents/",
                            f"/licences/{licence.pk}/edit/owner/"):  # fmt: skip
                page.goto(live_server.url + address)
                found = Axe().run(page, options=RULES).response["violations"]
                assert [(address, one["id"], one["nodes"][0]["html"]) for one in found] == []
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (
                    address,
                    width,
                )
