"""A real Chromium for journeys: signed in, and failing on whatever the browser complains of."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, sync_playwright

REFUSED = re.compile(r"the server responded with a status of 4(09|12|22)\b")
"""Chromium says this of every refused part; that the refusal is shown is what tests look for."""
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "Chromium is not installed: `apt-get install chromium`, or set CHROMIUM to its path."
    return found


@contextmanager
def browser_page(**options: Any) -> Iterator[Page]:
    """A page of a fresh browser; what the console complains of fails the test at the end."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not REFUSED.search(message.text):
            complaints.append(f"{message.text} ({message.location.get('url', '')})")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        context = browser.new_context(viewport={"width": 1440, "height": 900}, **options)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        try:
            yield page
        finally:
            browser.close()
    assert complaints == []


def sign_in(page: Page, address: str, user: str, password: str) -> None:
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", user)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


@contextmanager
def signed_in(address: str, user: str, password: str, **options: Any) -> Iterator[Page]:
    """A page of somebody who has signed in."""
    with browser_page(**options) as page:
        sign_in(page, address, user, password)
        yield page
