"""The translators' files (`locale/…/django.po`) made into what the running product reads (`django.mo`). Done with the
other assets at build time; without it the product speaks English.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[1] / "locale"


def books(folder: Path = LOCALE) -> Iterator[Path]:
    """The translators' file of each language."""
    return iter(sorted(folder.glob("*/LC_MESSAGES/django.po")))


def compile_books(folder: Path = LOCALE) -> list[Path]:
    """Write each language's file for the running product, where it is missing or older; those written."""
    return [_compile(book) for book in books(folder) if _is_old(book)]


def _is_old(book: Path) -> bool:
    made = book.with_suffix(".mo")
    return not made.exists() or made.stat().st_mtime < book.stat().st_mtime


def _compile(book: Path) -> Path:
    made, fresh = book.with_suffix(".mo"), book.with_suffix(".mo.new")
    with book.open("rb") as text, fresh.open("wb") as file:
        write_mo(file, read_po(text))
    fresh.replace(made)
    return made
