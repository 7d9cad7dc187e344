"""Remarks written in Markdown, as HTML that can do no harm: a few tags, links that leave no trace, no pictures."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "h3", "h4"}


def remarks_as_html(text: str) -> SafeString:
    """The text drawn; raw HTML in it is shown as what was typed."""
    drawn = MarkdownIt("commonmark", {"html": False, "breaks": True}).render(text)
    clean = nh3.clean(
        drawn, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )  # fmt: skip
    return mark_safe(clean)  # noqa: S308  # cleaned by the line above
