"""The translators' files: brought up to the sentences of the code, and held against them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from trueup.web.catalogues import LOCALE

HEAD = "# The words of Trueup, written anew by `trueup words extract`: change msgstr only.\n"
CHANGES_EACH_TIME = re.compile(
    r'^"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team): .*\n',
    re.MULTILINE,
)
PLACE = re.compile(r"%\(\w+\)[srd]|%[srd%]|\{\w*\}|<[^>]+>")
WIDTH = 110


def book_of(language: str, folder: Path = LOCALE) -> Path:
    """Where the sentences of a language stand."""
    return folder / language.replace("-", "_") / "LC_MESSAGES" / "django.po"


def read_book(path: Path, language: str) -> Catalog:
    """The sentences of a language; none yet where the file is missing."""
    if not path.exists():
        return Catalog(locale=language, project="Trueup", charset="utf-8", fuzzy=False)
    with path.open("rb") as text:
        return read_po(text, locale=language, ignore_obsolete=True)


def bring_up(template: Catalog, language: str, folder: Path = LOCALE) -> bool:
    """Write a language's file anew: new sentences empty, gone ones left out, the others as they were."""
    path = book_of(language, folder)
    book = read_book(path, language)
    book.update(template, no_fuzzy_matching=True)
    book.obsolete.clear()
    text = text_of(book)
    if path.exists() and path.read_text("utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return True


def text_of(book: Catalog) -> str:
    """A file that is the same whenever it says the same: sorted, no line numbers, no dates."""
    book.header_comment = HEAD.strip()
    file = io.BytesIO()
    write_po(file, book, width=WIDTH, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return CHANGES_EACH_TIME.sub("", file.getvalue().decode())


def gaps(template: Catalog, language: str, folder: Path = LOCALE) -> Iterator[str]:
    """What a language still lacks, one sentence each: all of it must be gone before a language is complete."""
    book = read_book(book_of(language, folder), language)
    for message in template:
        if message.id:
            yield from (
                f"{language}: {wrong}"
                for wrong in _wrong(message, book.get(message.id, message.context), book)
            )


def faults(language: str, folder: Path = LOCALE) -> Iterator[str]:
    """What is wrong with the sentences that are there: other places than in the source, plurals missing, unsure ones."""
    book = read_book(book_of(language, folder), language)
    for message in book:
        if message.id and any(_strings(message)):
            yield from (f"{language}: {wrong}" for wrong in _wrong(message, message, book))


def _wrong(source: Message, found: Message | None, book: Catalog) -> Iterator[str]:
    shown = source.id if isinstance(source.id, str) else source.id[0]
    if found is None or not all(_strings(found)):
        yield f"not translated: {shown!r}"
        return
    if found.fuzzy:
        yield f"marked as unsure: {shown!r}"
    if source.pluralizable and len(_strings(found)) != book.num_plurals:
        yield f"{book.num_plurals} plural forms are needed: {shown!r}"
    for text in _strings(found):
        if _places(text) not in _allowed(source):
            yield f"other places than in the source: {shown!r} → {text!r}"


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _allowed(source: Message) -> list[list[str]]:
    """The places of the one form or the other: “One unit” may name no number."""
    return [_places(one) for one in ((source.id,) if isinstance(source.id, str) else source.id)]


def _places(text: str) -> list[str]:
    return sorted(place for place in PLACE.findall(text) if place != "%%")
