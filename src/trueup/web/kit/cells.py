"""One renderer for each kind of cell: a value in, escaped HTML out. A None reads as the column's `missing` words, never
as 0. Called a few hundred times a page, so these are functions and not templates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from trueup.web.kit import figures, marks
from trueup.web.kit.assets_tags import icon
from trueup.web.kit.charts.sparkline import sparkline
from trueup.web.kit.safe import joined

Cell = Mapping[str, Any]
SOON_DAYS = 30


def text(value: Any) -> SafeString:
    """A word, or {"text", "sub", "url", "tone"}: two lines, a link, a tone."""
    if not isinstance(value, Mapping):
        return conditional_escape(value)
    words: SafeString = conditional_escape(value["text"])
    if value.get("url"):
        words = format_html('<a class="link" href="{}">{}</a>', value["url"], words)
    if value.get("tone"):
        words = format_html('<span class="b t-{}">{}</span>', value["tone"], words)
    sub = format_html('<div class="sub">{}</div>', value["sub"]) if value.get("sub") else mark_safe("")
    return words + sub


def who(value: Cell) -> SafeString:
    """{"name", "meta", "url", "kind" tile or avatar, "of" for the hue}."""
    return marks.who(
        value["name"],
        value.get("meta", ""),
        value.get("url", ""),
        value.get("kind", "tile"),
        value.get("of", ""),
    )


def person(value: Any) -> SafeString:
    """A name, or {"name", "url", "meta"}, with an avatar."""
    if isinstance(value, Mapping):
        return marks.who(value["name"], value.get("meta", ""), value.get("url", ""), "avatar")
    return marks.who(str(value), kind="avatar")


def number(value: Any) -> SafeString:
    """A count, or {"value", "unit", "url", "tone"}; a link where the records behind it can be opened."""
    if not isinstance(value, Mapping):
        return format_html('<span class="num">{}</span>', figures.units(value))
    shown = format_html(
        '<span class="num {}">{} {}</span>',
        _tone(value),
        figures.units(value["value"]),
        value.get("unit", ""),
    )
    return format_html('<a class="link" href="{}">{}</a>', value["url"], shown) if value.get("url") else shown


def _tone(value: Cell) -> str:
    return f"b t-{value['tone']}" if value.get("tone") else ""


def money(value: Any) -> SafeString:
    """An amount with its currency, or {"value": amount, "sub", "tone"}."""
    if not isinstance(value, Mapping):
        return format_html('<span class="num">{}</span>', figures.money(value))
    sub = format_html('<div class="sub">{}</div>', value["sub"]) if value.get("sub") else mark_safe("")
    return format_html('<span class="num {}">{}</span>{}', _tone(value), figures.money(value["value"]), sub)


def day(value: Any) -> SafeString:
    """A day with its distance below, or {"day", "on", "note", "tone"}. Amber when it is at most thirty days ahead."""
    cell: Cell = value if isinstance(value, Mapping) else {"day": value}
    if cell["day"] is None:
        return marks.mark_missing("")
    hint = ", ".join(
        part for part in (figures.near(cell["day"], cell.get("on")), str(cell.get("note", ""))) if part
    )
    soon = "b t-warn" if cell.get("tone") is None and cell.get("watch") and _is_soon(cell) else _tone(cell)
    return format_html(
        '<span class="num nowrap {}">{}</span><div class="sub nowrap">{}</div>',
        soon,
        figures.day(cell["day"]),
        hint,
    )


def _is_soon(cell: Cell) -> bool:
    today = cell.get("on") or dt.datetime.now(dt.UTC).date()
    days: int = (cell["day"] - today).days
    return 0 <= days <= SOON_DAYS


def moment(value: dt.datetime) -> SafeString:
    return format_html('<span class="nowrap">{}</span>', figures.ago(value))


def badge(value: Any) -> SafeString:
    """The key of a known state, or {"label", "tone", "icon"}."""
    if isinstance(value, Mapping):
        return marks.badge(value["label"], value.get("tone", ""), value.get("icon", ""))
    return marks.state(str(value))


def badges(value: Any) -> SafeString:
    return format_html('<span class="flex wrap gap1">{}</span>', joined(badge(one) for one in value))


def meter(value: Cell) -> SafeString:
    """{"purchased", "used", "active", "unit"}: the bar and its words."""
    return marks.use(value.get("purchased"), value["used"], value.get("active"), str(value.get("unit", "")))


def coverage(value: Cell) -> SafeString:
    """{"entitled", "required"}: the bar and its per cent, hatched where either is unknown."""
    return marks.coverage(value.get("entitled"), value.get("required"))


def position(value: Any) -> SafeString:
    """A number with its sign, or {"value", "unit"}; None inside the latter is not assessed."""
    return (
        marks.position(value["value"], value.get("unit", ""))
        if isinstance(value, Mapping)
        else marks.position(value)
    )


def link(value: Cell) -> SafeString:
    """{"label", "url", "mono"}."""
    cls = "link mono" if value.get("mono") else "link"
    return format_html('<a class="{}" href="{}">{}</a>', cls, value["url"], value["label"])


def mono(value: Any) -> SafeString:
    """A key, a number, a host name; or {"text", "url", "sub"}."""
    shown = text(value)
    return format_html('<span class="mono fs12">{}</span>', shown)


def dotted(value: Cell) -> SafeString:
    """{"label", "tone"}: a dot with its word."""
    return marks.dot(value["tone"], value["label"])


def spark(value: Any) -> SafeString:
    return (
        sparkline(value, tone="c1", height=22)
        if not isinstance(value, Mapping)
        else sparkline(value["values"], tone=value["tone"], height=22)
    )


def locked(value: Any) -> SafeString:
    return marks.locked(value or _("Hidden"))


def actions(value: Any) -> SafeString:
    """Links at the end of a row: a list of {"label", "url", "icon", "key"}; the key is the letter that follows it."""
    shown = (
        format_html(
            '<a class="btn quiet sm{}" href="{}"{}>{}</a>',
            " icon" if one.get("icon") else "",
            one["url"],
            format_html(' data-key="{}"', one["key"]) if one.get("key") else "",
            _action(one),
        )
        for one in value
    )
    return format_html('<span class="row-acts">{}</span>', joined(shown))


def _action(one: Cell) -> SafeString:
    return icon(one["icon"], label=one["label"]) if one.get("icon") else conditional_escape(one["label"])


def edit(value: Cell) -> SafeString:
    """{"kind", "value", "missing", "edit_url", "label", "focus"}: another kind of cell with the pencil that edits it in
    place. `focus` is a cell that was edited just now: it stands where the form stood, and its pencil takes the focus.
    """
    shown = render(value["kind"], value["value"], str(value["missing"]))
    if not value["edit_url"]:
        return shown
    pencil = icon("pencil", label=str(_("Edit %(name)s") % {"name": value["label"]}))
    pen = format_html(
        '<a class="pen" href="{0}" hx-get="{0}" hx-target="closest .ed" hx-swap="innerHTML"{1}>{2}</a>',
        value["edit_url"],
        mark_safe(" autofocus") if value["focus"] else "",
        pencil,
    )
    inner = format_html('<div class="val">{}</div>{}', shown, pen)
    return inner if value["focus"] else format_html('<div class="ed">{}</div>', inner)


KINDS: Final[Mapping[str, Callable[[Any], SafeString]]] = {
    "text": text, "who": who, "person": person, "number": number, "money": money, "day": day, "moment": moment,
    "badge": badge, "badges": badges, "meter": meter, "coverage": coverage, "position": position, "link": link,
    "mono": mono, "dot": dotted, "spark": spark, "locked": locked, "actions": actions, "html": conditional_escape,
    "edit": edit,
}  # fmt: skip
NUMERIC: Final = frozenset({"number", "money", "position"})


def render(kind: str, value: Any, missing: str) -> SafeString:
    """The cell of `kind`; None becomes the words for a missing value, greyed."""
    if value is None and kind != "position":
        return marks.mark_missing(missing)
    return KINDS[kind](value)
