"""The languages of the product: nothing wrong in what is translated, nothing missing once a language is complete."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings

from trueup.cli.wording.sources import template_of_words
from trueup.cli.wording.translating import book_of, bring_up, faults, gaps, read_book, text_of
from trueup.web.catalogues import LOCALE, books, compile_books

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
COMPLETE = frozenset({"de", "fr"})
"""Languages in which every sentence must be there."""


@pytest.fixture(scope="module")
def template():
    return template_of_words()


def test_every_language_of_the_settings_has_its_file_and_no_other_is_there():
    assert list(books()) == sorted(book_of(language) for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_translated_is_whole_sure_and_names_the_same_places(language):
    assert list(faults(language)) == []


@pytest.mark.parametrize("language", sorted(COMPLETE))
def test_a_complete_language_has_every_sentence_of_the_code(language, template):
    assert list(gaps(template, language)) == []


def one_sentence(**facts) -> Catalog:
    catalogue = Catalog(charset="utf-8")
    catalogue.add(**facts)
    return catalogue


def test_a_file_is_brought_up_without_losing_a_word_or_changing_twice(tmp_path: Path):
    bring_up(one_sentence(id="Save", locations=[("a.html", 3)]), "de", tmp_path)
    book = read_book(book_of("de", tmp_path), "de")
    book["Save"].string = "Speichern"
    book_of("de", tmp_path).write_text(text_of(book), "utf-8")

    template = one_sentence(id="Save", locations=[("b.html", 90)])
    template.add("Cancel")
    assert bring_up(template, "de", tmp_path)
    assert not bring_up(template, "de", tmp_path)
    text = book_of("de", tmp_path).read_text("utf-8")
    assert 'msgstr "Speichern"' in text
    assert "90" not in text
    assert list(gaps(template, "de", tmp_path)) == ["de: not translated: 'Cancel'"]
    assert list(faults("de", tmp_path)) == []


@pytest.mark.parametrize(
    ("source", "said", "wrong"),
    [
        ("%(n)s free", "frei", "other places"),
        ("<b>All</b>", "Alle", "other places"),
        (("%(n)s unit", "%(n)s units"), ("%(n)s Einheit", ""), "not translated"),
    ],
)
def test_a_wrong_translation_is_named(tmp_path, source, said, wrong):
    bring_up(one_sentence(id=source), "de", tmp_path)
    book = read_book(book_of("de", tmp_path), "de")
    book[source if isinstance(source, str) else source[0]].string = said
    book_of("de", tmp_path).write_text(text_of(book), "utf-8")

    assert wrong in next(faults("de", tmp_path))


def test_the_running_product_reads_what_the_translators_wrote(tmp_path):
    bring_up(one_sentence(id="Save"), "de", tmp_path)

    assert [path.name for path in compile_books(tmp_path)] == ["django.mo"]
    assert compile_books(tmp_path) == []
    assert LOCALE.is_dir()
