"""Days as people read them, by CLDR in the reader's language."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from django.utils.translation import get_language

BRITISH = "en_GB"
USUAL = {"yMMMd": "d MMM y", "MMMd": "d MMM"}


@lru_cache(maxsize=64)
def _named(language: str) -> Locale:
    try:
        return Locale.parse(BRITISH if language == "en" else language.replace("-", "_"), sep="_")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(BRITISH)


def locale() -> Locale:
    """The reader's locale; British English where CLDR does not know it."""
    return _named(get_language() or "en")


def day_in_words(day: date, skeleton: str = "yMMMd") -> str:
    """A day as it is written everywhere: 30 Nov 2026, 30. Nov. 2026, 2026년 11월 30일; "MMMd" leaves its year out."""
    found = locale().datetime_skeletons.get(skeleton)
    return format_date(day, format=found.pattern if found else USUAL[skeleton], locale=locale())
