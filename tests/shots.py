"""Pictures of every page in both themes, wide and on a phone: `make shots`, to look at before signing. Pages are found by
following links from the overview: one address of every pattern of the URL configuration.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import django
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from tests.browser import signed_in
from tests.served import served, wait_until

LOADING_SECONDS = 300
WIDTHS = (1440, 390)
THEMES = ("light", "dark")
LONGEST = 2400
"""Pixels of a picture from the top: enough to judge any page by."""
NOT_PAGES = re.compile(
    r"\.(csv|xlsx|pdf|ics|png|zip|json)$|/(errors|rows\.csv|archive)/?$|^/(api|palette|pick)/"
)
STATES = {
    "licences-selected": ("/licences/", "tbody .check >> nth=2"),
    "licences-columns": ("/licences/", "[popovertarget^=columns]"),
    "palette": ("/", "[data-palette] >> visible=true >> nth=0"),
}
"""Pages after one click: a name, the address, and what is clicked."""


def pages_of(page: Page, address: str) -> Iterator[tuple[str, str]]:
    """Name and path of one page of every kind that links lead to from the overview."""
    from django.urls import Resolver404, resolve  # Django is set up by main

    seen: set[str] = set()
    waiting = ["/", "/search/?q=draw", "/kit/", "/me/", "/help/"]
    while waiting:
        path = waiting.pop(0)
        try:
            kind = resolve(urlsplit(path).path).route
        except Resolver404:
            continue
        if kind in seen or NOT_PAGES.search(urlsplit(path).path):
            continue
        seen.add(kind)
        if not opens(page, urljoin(address, path)):
            continue
        yield name_of(kind), path
        links = page.eval_on_selector_all(
            "#main a[href], .nav a[href], .menu a[href]", "all => all.map(a => a.href)"
        )
        waiting += [link.removeprefix(address) for link in links if link.startswith(address)]


def opens(page: Page, url: str) -> bool:
    """Whether an address is a page: a download makes the browser stay where it is."""
    try:
        answer = page.goto(url)
    except PlaywrightError as error:
        if "Download is starting" not in str(error):
            raise
        return False
    return answer is not None and answer.status == HTTPStatus.OK and bool(page.locator("#main").count())


def name_of(route: str) -> str:
    """A file's name from a pattern: licences/<int:licence_id>/change/ is licences-licence-change."""
    words = re.sub(r"<\w+:(\w+)>|\(\?P<(\w+)>[^)]*\)", lambda found: found[1] or found[2], route)
    return "-".join(re.findall(r"[a-z]+", words.replace("_id", ""))) or "overview"


def shoot(page: Page, folder: Path, name: str) -> int:
    """Four pictures of the page that is open: two widths, two themes."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        tall = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST)
        page.set_viewport_size({"width": width, "height": max(tall, 900)})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=folder / f"{name}-{theme}-{width}.png")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return len(WIDTHS) * len(THEMES)


def take(address: str, user: str, password: str, folder: Path, only: str = "") -> int:
    """Write the pictures of every page whose name holds `only`, and say how many they are."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    with signed_in(address, user, password, reduced_motion="reduce") as page:
        for name, path in list(pages_of(page, address)):
            if only in name:
                page.goto(urljoin(address, path))
                taken += shoot(page, folder, name)
        for name, (path, clicked) in STATES.items():
            if only in name:
                page.goto(urljoin(address, path))
                page.locator(clicked).click()
                taken += shoot(page, folder, name)
    return taken


def main() -> None:
    wanted = argparse.ArgumentParser(prog="python -m tests.shots", description=__doc__)
    wanted.add_argument("folder", type=Path, nargs="?", default=Path("build/shots"))
    wanted.add_argument(
        "--address", help="a running Trueup; without it, one with the sample estate is started"
    )
    wanted.add_argument("--user", default="marta")
    wanted.add_argument(
        "--password", default=os.environ.get("TRUEUP_PASSWORD", ""), help="or TRUEUP_PASSWORD"
    )
    wanted.add_argument("--only", default="", help="pages whose name holds this word")
    asked = wanted.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    if asked.address:
        taken = take(asked.address.rstrip("/"), asked.user, asked.password, asked.folder, asked.only)
    else:
        with served("--sample") as product:
            wait_until(lambda: "Sign in" in product.log.read_text(), LOADING_SECONDS)
            said = re.search(r"Sign in .* as (\S+) with the password (\S+)", product.log.read_text())
            assert said is not None
            taken = take(product.address, said[1], said[2], asked.folder, asked.only)
    sys.stdout.write(f"{taken} pictures in {asked.folder}\n")


if __name__ == "__main__":
    main()
