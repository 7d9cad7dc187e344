"""A language that nobody speaks: each sentence of the product, longer and with other letters. What reads as English in it
was never marked; what does not fit breaks before a German finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings
from django.test import override_settings
from django.utils.translation import trans_real

from trueup.cli.wording.sources import template_of_words

PSEUDO, RIGHT_TO_LEFT = "en-xa", "ar"
LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
                        "àƀçđéƒğĥîĵķļḿñôþǫŕšţûṽŵẋýžÀßÇÐÉƑĞĤÎĴĶĻḾÑÔÞǪŔŠŢÛṼŴẊÝŽ")  # fmt: skip
KEPT = re.compile(r"(%\(\w+\)[srd]|%[srd%]|<[^>]+>|&\w+;)")
LONGER = 0.3
"""German needs about a third more room than English."""


def pseudo(text: str) -> str:
    parts = KEPT.split(text)
    said = "".join(part if KEPT.fullmatch(part) else part.translate(LETTERS) for part in parts)
    return said + " " + "ẋ" * int(len(text) * LONGER / 2) if len(text) > len("Search") else said


def write_pseudo(folder: Path, language: str) -> None:
    book = Catalog(locale="en", charset="utf-8")
    for message in template_of_words():
        if message.id:
            forms = [message.id] if isinstance(message.id, str) else list(message.id)
            said = [pseudo(form) for form in forms]
            book.add(message.id, said[0] if isinstance(message.id, str) else said, context=message.context)
    target = folder / trans_real.to_locale(language) / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, book)


@contextmanager
def spoken(folder: Path) -> Iterator[None]:
    """The product with two more languages: the one nobody speaks, from left to right and from right to left."""
    for language in (PSEUDO, RIGHT_TO_LEFT):
        write_pseudo(folder, language)
    languages = [*settings.LANGUAGES, (PSEUDO, "Nobody's"), (RIGHT_TO_LEFT, "Nobody's, mirrored")]
    with override_settings(LANGUAGES=languages, LOCALE_PATHS=[folder]):
        forget()
        try:
            yield
        finally:
            forget()


def forget() -> None:
    """Django keeps every catalogue it has read, and which languages there are."""
    trans_real._translations.clear()
    for cached in vars(trans_real).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()
