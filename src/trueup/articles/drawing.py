"""Articles as HTML that can do no harm: Markdown with tables, its headings one step below the title of the page."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {
    "p", "br", "hr", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "h2", "h3", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "th", "td", "div",
}  # fmt: skip
LOWEST = 6


def article_as_html(text: str) -> SafeString:
    """The text as HTML; tags typed into it are shown as what they are: text. Wide tables scroll by themselves."""
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + 1, LOWEST)}"
    html = markdown.renderer.render(tokens, markdown.options, {})
    html = html.replace("<table>", '<div class="table-wrap" tabindex="0"><table class="table">')
    html = html.replace("</table>", "</table></div>")
    clean = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}, "div": {"class", "tabindex"}, "table": {"class"}}, url_schemes={"https", "http", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )  # fmt: skip
    return mark_safe(clean)  # noqa: S308  # cleaned by the line above
