"""Formatted text: Markdown as it was typed, drawn as HTML that can do no harm."""

from __future__ import annotations

from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy
from markdown_it import MarkdownIt

from trueup.fields.kinds.multi_line import LONGEST, MultiLine
from trueup.fields.terms import FieldTerms

TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "h3", "h4"}


class RichText(MultiLine):
    """C-015: formatting is kept, scripts and handlers never reach a page."""

    key = "rich_text"
    label = gettext_lazy("Formatted text")

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {
            "type": "string",
            "contentMediaType": "text/markdown",
            "maxLength": int(field.most or LONGEST),
        }


def drawn(text: str) -> SafeString:
    """The text as HTML; tags typed into it are shown as what they are: text."""
    html = MarkdownIt("commonmark", {"html": False, "breaks": True}).render(text)
    clean = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )  # fmt: skip
    return mark_safe(clean)  # noqa: S308  # cleaned by the line above
