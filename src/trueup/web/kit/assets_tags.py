"""Links to style sheets, scripts and the icon sprite: each is printed only if its file is there, so that a checkout
whose vendor folder was never built asks for nothing that is missing.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from trueup.web.kit.icons import ICONS
from trueup.web.kit.register import register

STATIC = Path(__file__).parent.parent / "static"
SHEETS = ("base", "layout", "parts", "tables", "charts", "forms", "overlays", "utilities")
ELEMENTS = (
    "shell",
    "tru-hotkeys",
    "inline",
    "signed-out",
    "tru-palette",
    "tru-table-select",
    "tru-copy",
    "tru-secret",
    "tru-reltime",
    "tru-toast",
    "tru-dropzone",
    "tru-plot",
)


@lru_cache(maxsize=256)
def address(name: str) -> str | None:
    """Where the browser finds a static file of ours, or None if it was never built or never collected."""
    if not (STATIC / name).is_file():
        return None
    try:
        return static(name)
    except ValueError:  # the manifest was written before the vendor folder was
        return None


@register.simple_tag
def stylesheets() -> SafeString:
    """The fonts, if they were cut, and our own layers in their order."""
    font = address("vendor/inter-latin.woff2")
    head = mark_safe("")
    if font:
        head = format_html('<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>\n', font)
    names = ["vendor/fonts.css", *(f"css/{name}.css" for name in SHEETS)]
    found = ((url,) for name in names if (url := address(name)))
    return head + format_html_join("\n", '<link rel="stylesheet" href="{}">', found)


@register.simple_tag
def scripts() -> SafeString:
    """The theme before first paint; htmx and our elements after the page."""
    theme = format_html_join("", '<script src="{}"></script>\n', _found("js/theme.js"))
    htmx = format_html_join("", '<script src="{}" defer></script>\n', _found("vendor/htmx.js"))
    modules = format_html_join(
        "\n", '<script type="module" src="{}"></script>', _found(*(f"js/{name}.js" for name in ELEMENTS))
    )
    return theme + htmx + modules


def _found(*names: str) -> list[tuple[str]]:
    return [(url,) for name in names if (url := address(name))]


@register.simple_tag
def icon(name: str, cls: str = "", label: str = "") -> SafeString:
    """An icon of the register, hidden from screen readers. With `label` it stands alone in its button: the label is
    read aloud, and printed in the icon's place where there is no sprite.
    """
    sprite = address("vendor/icons.svg")
    if sprite is None or (name not in ICONS and name != "logo"):
        return format_html("<span>{}</span>", label) if label else mark_safe("")
    drawing = format_html('<svg class="i {}" aria-hidden="true"><use href="{}#{}"/></svg>', cls, sprite, name)
    return drawing + format_html('<span class="sr">{}</span>', label) if label else drawing
