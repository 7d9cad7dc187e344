"""What people come for, from end to end in a real browser, once by mouse and once by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import browser_page, signed_in
from tests.cast import PASSWORD, TODAY, Stage, a_device, a_licence, a_person, a_product, set_stage
from tests.journeys.hands import HANDS, Hand, Keys
from tests.rooms.compliance.estates import install, position_of, run_over
from trueup.assignments.models import Assignment
from trueup.saved_views.models import SavedView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHEET = "Product,Publisher,Licence type,Seats\nDraw,Initech,per user,3\n"
by_each_hand = pytest.mark.parametrize("hand", HANDS, ids=["by mouse", "by keyboard"])


@pytest.fixture
def acme(live_server: Any, tmp_path: Path, settings: Any) -> Stage:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    return set_stage()


@by_each_hand
def test_from_the_first_sign_in_to_seats_the_limit_and_an_undo(live_server, acme, tmp_path, hand):
    """What is refused says why; what is released comes back."""
    for name in ("carol", "dora", "emil", "fritz"):
        a_person(acme.acme, name, name=f"{name.title()} Core")
    sheet = tmp_path / "software.csv"
    sheet.write_text(SHEET)
    with browser_page() as page:
        way = hand(page)
        page.goto(live_server.url)
        way.write(page.locator("input[name=login]"), "alice")
        way.write(page.locator("input[name=password]"), PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        _import(way, sheet)
        way.press(page.locator("main").get_by_role("link", name="Open licences"))
        way.press(page.locator("tbody").get_by_role("link", name="Draw"))
        _assign(way, "Carol Core", "Dora Core", "Emil Core")
        expect(page.locator(".tabs [aria-current]")).to_contain_text("3")

        _assign(way, "Fritz Core")
        refusal = page.locator("main [role=alert]")
        expect(refusal).to_contain_text("Not enough free units")
        expect(refusal).to_be_focused()
        way.press(page.get_by_role("link", name="Cancel"))

        way.press(page.locator("tbody").get_by_role("link", name="Release").first)
        way.write(page.locator("#id_reason"), "left the team")
        way.press(page.locator("main").get_by_role("button", name="Release"))
        expect(page.locator(".tabs [aria-current]")).to_contain_text("2")
        way.press(page.locator(".toast").get_by_role("button", name="Undo"))
        expect(page.locator(".toasts")).to_contain_text("The release is taken back")
    assert Assignment.objects.filter(released_at=None).count() == 3


def _import(way: Hand, sheet: Path) -> None:
    page = way.page
    way.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Import"))
    way.give(page.locator("input[type=file]"), sheet)
    way.press(page.get_by_role("button", name="Match columns"))
    way.press(page.get_by_role("button", name="Check rows"))
    way.press(page.get_by_role("button", name="Import 1 licence"))


def _assign(way: Hand, *names: str) -> None:
    page = way.page
    way.press(page.locator(".page-head").get_by_role("link", name="Assign", exact=True))
    for name in names:
        way.tick(page.get_by_role("checkbox", name=re.compile(name)))
    way.press(page.locator("main").get_by_role("button", name="Assign"))


@by_each_hand
def test_a_device_is_found_by_its_barcode_and_given_a_licence(live_server, acme, hand):
    """R-050: a full barcode picks exactly one device."""
    device = a_device(acme.acme, "db7", barcode="4006381333931")
    a_device(acme.acme, "db8", barcode="9999999999999")
    licence = a_licence(acme.acme, 2, product=a_product(acme.acme, "Store"))
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        way = hand(page)
        page.goto(f"{live_server.url}/licences/{licence.pk}/")
        way.press(page.locator(".tabs").get_by_role("link", name="Devices"))
        page.wait_for_url("**/devices/")
        way.press(page.locator(".page-head").get_by_role("link", name="Assign", exact=True))
        way.write(page.locator("main input[type=search]"), "4006381333931")
        page.wait_for_url("**/assign/device/?q=4006381333931*")
        expect(page.locator("#candidates input")).to_have_count(1)
        way.tick(page.get_by_role("checkbox", name=re.compile("db7")))
        way.press(page.locator("main").get_by_role("button", name="Assign"))
        page.wait_for_url(f"**/licences/{licence.pk}/devices/")
        expect(page.locator("tbody").last).to_contain_text("db7")
    assert Assignment.objects.get().device_id == device.pk


@by_each_hand
def test_a_position_unfolds_down_to_its_installations(live_server, acme, settings, hand):
    """From the list to the figure, its rules, the devices behind, and one of them."""
    store = a_product(acme.acme, "Store")
    a_licence(acme.acme, 1, product=store)
    install(acme.acme, store, a_device(acme.acme, "db1"), a_device(acme.acme, "db2"))
    found = position_of(run_over(settings.HOME, acme.acme, as_of=TODAY), store)
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        way = hand(page)
        way.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Position"))
        way.press(page.locator("tbody").get_by_role("link", name="Store"))
        page.wait_for_url(f"**/position/{found.pk}/")
        expect(page.locator("#rules")).to_contain_text("POS-02")
        way.press(page.get_by_role("link", name="Devices and people"))
        way.press(page.locator("main tbody").get_by_role("link", name="db1"))
        page.wait_for_url("**/devices/*/")
        expect(page.locator("#programs")).to_contain_text("Store")


@by_each_hand
def test_a_view_is_saved_and_opened_again_by_its_address(live_server, acme, hand):
    """What was looked for, under a name, at an address that can be sent."""
    for name in ("Draw", "Store"):
        a_licence(acme.acme, 2, product=a_product(acme.acme, name))
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        way = hand(page)
        page.goto(f"{live_server.url}/licences/")
        way.write(page.locator("#filter-q"), "store")
        expect(page.locator("tbody tr")).to_have_count(1)
        way.press(page.get_by_role("link", name="Save this view"))
        way.write(page.locator("#id_name"), "Stores")
        way.press(page.locator("main").get_by_role("button", name="Save view"))
        page.wait_for_url("**/licences/?view=*")
        address = page.url
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.goto(address)
        expect(page.locator(".tabs [aria-current]")).to_contain_text("Stores")
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody")).to_contain_text("Store")
    assert SavedView.objects.get().name == "Stores"


def test_the_keyboard_hand_does_not_reach_what_has_no_stop(live_server, acme):
    """The way of the keyboard is a real one: what only a mouse could use is not reached."""
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.goto(f"{live_server.url}/licences/")
        with pytest.raises(AssertionError, match="never comes"):
            Keys(page).reach(page.locator("main h1"))
