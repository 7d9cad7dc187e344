"""Finds every sentence marked for translation: in Python, in templates, and the words of the pure rules, which cannot
mark theirs. Needs no gettext tools on the machine.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[2]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "RefusedValueError": (
        1,
    ),  # the rule is a stable word, kept as it is; pages translate it when they show it
}
NOTES = ("Translators:",)
NOT_OURS = frozenset({"migrations", "vendor", "__pycache__", "locale", "sample"})
Found = tuple[Any, list[str], str | None]


def template_of_words(source: Path = SOURCE) -> Catalog:
    """Every sentence of the code once, with the files it stands in."""
    catalogue = Catalog(project="Trueup", charset="utf-8", fuzzy=False)
    for file in _files(source):
        place = str(file.relative_to(source.parent))
        read = _of_page if file.suffix in {".html", ".txt"} else _of_code
        for sentence, notes, context in read(file.read_text("utf-8")):
            catalogue.add(sentence, locations=[(place, 0)], auto_comments=notes, context=context)
    for word in _words_of_rules():
        catalogue.add(word, locations=[("licensing/register.py", 0)])
    return catalogue


def _files(source: Path) -> Iterator[Path]:
    for file in sorted(source.rglob("*")):
        if file.suffix in {".py", ".html", ".txt"} and not NOT_OURS & set(file.parts):
            yield file


def _of_code(text: str) -> Iterator[Found]:
    found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=NOTES)
    for _line, sentence, notes, context in found:
        if sentence:
            yield sentence, notes, context


def _of_page(text: str) -> Iterator[Found]:
    """Django turns a template into calls; without their indentation these are lines that read like Python."""
    lines = (line.strip() for line in templatize(text).splitlines())
    return _of_code("\n".join(lines))


def _words_of_rules() -> Iterator[str | tuple[str, str]]:
    from licensing.register import metrics

    for metric in metrics():
        yield metric.label
        yield metric.unit.singular, metric.unit.plural
