"""Every page of the product in a real Chromium: no accessibility violation in either theme, wide and on a phone; no
complaint of the browser; no sideways scroll at 320 px; a keyboard that reaches everything and is never hidden.

A page is loaded once and then dressed: theme and width are the browser's, no script decides on them. All rules run in
light at 1440 px and in dark at 390 px, which are the two layouts; in the other two dresses only colours can differ from
these, so only the rules on colours run. Pages come from the URL configuration, in parts that run side by side.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser import signed_in
from tests.cast import PASSWORD, set_stage
from tests.web_kit.scene import pages, set_scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PARTS = 2
EVERYTHING = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
DRESSES = (
    ("light", 1440, EVERYTHING),
    ("dark", 1440, COLOURS),
    ("dark", 390, EVERYTHING),
    ("light", 390, COLOURS),
)
BROKEN = """options => axe.run(options).then(found =>
  found.violations.map(one => one.id + ': ' + one.nodes[0].html.slice(0, 200)))"""
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
CONTROLS = """() => [...document.querySelectorAll('.sidebar, .topbar, .toolbar, .bulkbar, .skip, .pager, main button')]
  .filter(one => one.checkVisibility({visibilityProperty: true})).map(one => one.outerHTML.slice(0, 160))"""
MOST_STOPS = 400
WALK = (Path(__file__).parent / "walk.js").read_text()
READING = ("/", "/licences/", "/people/", "/devices/", "/purchases/", "/contracts/", "/renewals/", "/position/",
           "/products/", "/discovered/", "/inventories/", "/settings/audit/", "/help/",
           "/licences/{licence_id}/", "/devices/{device_id}/", "/contracts/{contract_id}/",
           "/position/{position_id}/")  # fmt: skip
"""Pages that are read rather than filled in: what a person would print."""


@pytest.fixture
def part(request: pytest.FixtureRequest, live_server: Any) -> list[str]:
    """One page in so many of all; whatever is stored is stored before the browser starts."""
    stage = set_stage()
    found = pages(stage, set_scene(stage))
    assert len(found) > 60
    return found[request.param :: PARTS]


@pytest.fixture
def part_of_reading(live_server: Any) -> list[str]:
    """The pages that are read, with one licence, one device and one position opened."""
    stage = set_stage()
    values = set_scene(stage)
    return [one.format(**values) for one in READING]


in_parts = pytest.mark.parametrize("part", range(PARTS), indirect=True)


def violations(page: Page, options: Any) -> list[str]:
    """Each rule broken, with the first element that breaks it; nothing of what is kept to leaves the browser."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(BROKEN, options | {"resultTypes": ["violations"], "selectors": False})


@in_parts
def test_every_page_is_open_to_everybody(live_server, part):
    """And nothing that the content policy refuses: signed_in fails on that."""
    faults = []
    with signed_in(live_server.url, "alice", PASSWORD, reduced_motion="reduce") as page:
        for path in part:
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": 1440, "height": 900})
            page.goto(live_server.url + path)
            for theme, width, options in DRESSES:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=theme)
                faults += [f"{path} {theme} {width}: {one}" for one in violations(page, options)]
            page.set_viewport_size({"width": 320, "height": 900})
            if page.evaluate(SIDEWAYS) > 0:
                faults.append(f"{path} scrolls sideways at 320 px by {page.evaluate(SIDEWAYS)}")
    assert faults == [], json.dumps(faults, indent=1)


@in_parts
def test_the_keyboard_reaches_everything_and_nothing_is_hidden_under_bars(live_server, part):
    """In a low window, Tab comes by every control in the order of the page, and each can be seen when it
    has the focus; the first stop of a page with a menu leads to the content.
    """
    faults = []
    with signed_in(live_server.url, "alice", PASSWORD, reduced_motion="reduce") as page:
        page.set_viewport_size({"width": 1280, "height": 480})
        for path in part:
            page.goto(live_server.url + path)
            page.evaluate(WALK)
            for _ in range(MOST_STOPS):
                page.keyboard.press("Tab")
                if page.evaluate("walk.look()"):
                    break
            faults += [f"{path}: {one}" for one in page.evaluate("walk.faults()")]
    assert faults == [], json.dumps(faults, indent=1)


def test_the_skip_link_moves_the_focus_to_the_content(live_server, part_of_reading):
    """R-158."""
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        for path in part_of_reading:
            page.goto(live_server.url + path)
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "skip", path
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.id") == "main", path


def test_forced_colours_and_paper(live_server, part_of_reading):
    """With the system's own colours nothing is lost, and paper shows figures without controls."""
    faults = []
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        for path in part_of_reading:
            page.emulate_media(media="screen", forced_colors="active")
            page.goto(live_server.url + path)
            faults += [f"{path} forced colours: {one}" for one in violations(page, EVERYTHING)]
            page.emulate_media(media="print", forced_colors="none")
            faults += [f"{path} on paper: {one}" for one in page.evaluate(CONTROLS)]
    assert faults == [], json.dumps(faults, indent=1)
