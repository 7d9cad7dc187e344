"""From a page of Markdown to safe HTML: headings can be linked to, links between pages lead to pages of Trueup."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import nh3
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

TAGS: Final = frozenset(
    """a b blockquote br code dd del dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s strong table tbody td th thead tr
    ul""".split()
)
ATTRIBUTES: Final = {
    "a": {"href", "title"}, "img": {"src", "alt"}, "code": {"class"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}  # fmt: skip
SCROLLING: Final = {
    "<table>": '<div class="table-wrap" tabindex="0"><table class="table">',
    "</table>": "</table></div>",
    "<pre>": '<pre tabindex="0">',
}
"""What may be wider than a phone scrolls by itself, by keyboard too."""
ELSEWHERE: Final = re.compile(r"^[a-z]+:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Article:
    """One page: its title, its body without the title, and its headings of the second level."""

    title: str
    body: SafeString
    headings: tuple[tuple[str, str], ...]


@lru_cache(maxsize=128)
def article_of(file: Path, name: str, written_ns: int) -> Article:  # noqa: ARG001 - a page written anew is read anew
    """The page in a file; ``name`` is its path among the documentation, without the ending."""
    tokens = MarkdownIt("commonmark").enable("table").parse(file.read_text(encoding="utf-8"))
    title, headings = name.rpartition("/")[2], []
    for place, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        words = tokens[place + 1].content.replace("`", "")
        token.attrSet("id", anchor(words))
        if token.tag == "h1":
            title = words
        elif token.tag == "h2":
            headings.append((anchor(words), words))
    _lead_inside(tokens, name)
    drawn = (
        MarkdownIt("commonmark")
        .enable("table")
        .renderer.render(_without_title(tokens), MarkdownIt("commonmark").options, {})
    )
    clean = nh3.clean(
        drawn, tags=set(TAGS), attributes={tag: set(names) for tag, names in ATTRIBUTES.items()}
    )
    scrolling = clean
    for plain, framed in SCROLLING.items():
        scrolling = scrolling.replace(plain, framed)
    return Article(title, mark_safe(scrolling), tuple(headings))  # noqa: S308 - cleaned in the lines above


def anchor(words: str) -> str:
    """The name a heading is reached by.

    >>> anchor("Who may do what?")
    'who-may-do-what'
    """
    return re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-")


def _without_title(tokens: list[Token]) -> list[Token]:
    """The page's head shows the title already."""
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return tokens[:place] + tokens[place + 3 :]
    return tokens


def _lead_inside(tokens: Sequence[Token], name: str) -> None:
    """Let links lead to pages of Trueup; what is not among the documentation becomes plain text."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", address_of_link(str(child.attrGet("href") or ""), name))
            if child.type == "image":
                child.attrSet("src", _image(str(child.attrGet("src") or "")))


def address_of_link(target: str, name: str) -> str:
    """Where a link of the page ``name`` leads; nowhere if it leads out of the documentation."""
    if ELSEWHERE.match(target) or target.startswith("#"):
        return target
    path, _hash, part = target.partition("#")
    there = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    if there.startswith("..") or not there.endswith(".md"):
        return "#"
    there = there.removesuffix(".md")
    url = reverse("help") if there == "README" else reverse("help_page", args=[there])
    return f"{url}#{part}" if part else url


def _image(target: str) -> str:
    return reverse("help_image", args=[posixpath.basename(target).removesuffix(".png")])
