"""Two ways to use a page: by mouse, and by keyboard alone, where every step is Tab, Enter, Space and letters."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_STOPS = 250


class Hand(Protocol):
    """What a person does to a page."""

    page: Page

    def press(self, target: Locator) -> None:
        """Follow a link, press a button."""

    def tick(self, target: Locator) -> None:
        """Choose a box."""

    def write(self, target: Locator, words: str) -> None:
        """Put words into a field."""

    def give(self, target: Locator, file: Path) -> None:
        """Choose a file."""


class Mouse:
    """Pointing and clicking."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    tick = press

    def write(self, target: Locator, words: str) -> None:
        target.click()
        self.page.keyboard.type(words)

    def give(self, target: Locator, file: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            target.click()
        chooser.value.set_files(file)


class Keys:
    """No mouse: the focus goes where Tab takes it, never where a test puts it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        target.wait_for()
        for _ in range(MOST_STOPS):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to {target}")

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def tick(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Space")

    def write(self, target: Locator, words: str) -> None:
        self.reach(target)
        self.page.keyboard.type(words)

    def give(self, target: Locator, file: Path) -> None:
        self.reach(target)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)


HANDS: tuple[type[Mouse | Keys], ...] = (Mouse, Keys)
