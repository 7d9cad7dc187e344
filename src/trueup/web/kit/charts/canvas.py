"""The few shapes every chart is drawn with, and the light colours they carry where no style sheet reaches."""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor, log10
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from trueup.web.kit.safe import joined

Number = Decimal | int | float

PALETTE: Final = {
    "c1": "#465ec6", "c2": "#1199a5", "c3": "#c88227", "c4": "#b5467e", "c5": "#838c9f",
    "bad": "#d13c1f", "warn": "#d27e0e", "good": "#159578", "info": "#218cc5", "mute": "#8d9198",
    "track": "#e9eaee", "surface": "#ffffff", "idle": "#a3aede", "hatch": "#eeeff2", "ink": "#181c24",
    "trk": "#e9eaee", "sf": "#ffffff", "act": "#465ec6", "over": "#d13c1f", "line": "#181c24",
}  # fmt: skip
TEXT: Final = "#5d6270"
SPECIAL: Final[dict[str, dict[str, str]]] = {
    "s-ent": {"stroke": PALETTE["mute"], "fill": "none", "stroke-width": "1.5", "stroke-dasharray": "4 3"},
    "s-half": {"stroke": PALETTE["idle"], "fill": "none", "stroke-width": "1.75"},
    "fc": {"opacity": ".42"},
    "hit": {"fill": "none"},
    "gl": {"stroke": "#e2e4e9"},
    "axis": {"stroke": "#cfd2d9"},
    "conn": {"stroke": "#8c929e", "stroke-dasharray": "2 3"},
    "ent": {"stroke": PALETTE["c1"]},
    "today": {"stroke": PALETTE["c1"]},
    "strong": {"fill": "#1b1e2b", "font-weight": "600"},
    "hollow": {"fill": PALETTE["surface"], "stroke": PALETTE["c1"], "stroke-width": "1.75"},
}


def defaults(classes: str) -> dict[str, str]:
    """The presentation attributes that stand in for the classes in a PDF or a mail."""
    found: dict[str, str] = {}
    for name in classes.split():
        found |= SPECIAL.get(name) or _by_prefix(name)
    return found


def _by_prefix(name: str) -> dict[str, str]:
    kind, _, colour = name.partition("-")
    value = PALETTE.get(colour.removesuffix("x") if kind == "t" else colour)
    if value is None:
        return {}
    if kind in {"f", "t"}:
        return {"fill": value}
    if kind == "s":
        return {"stroke": value, "fill": "none", "stroke-width": "1.75"}
    return {"soft": {"fill": value, "fill-opacity": ".28"}, "a": {"fill": value, "fill-opacity": ".12"}}.get(
        kind, {}
    )


def attributes(classes: str) -> SafeString:
    return format_html_join("", ' {}="{}"', defaults(classes).items())


def at(value: Number) -> str:
    """A coordinate, short: one decimal at most."""
    return f"{float(value):.1f}".removesuffix(".0")


def text(x: Number, y: Number, words: str, classes: str = "", anchor: str = "start") -> SafeString:
    fill = attributes(classes) or format_html(' fill="{}"', TEXT)
    return format_html(
        '<text x="{}" y="{}" class="{}" text-anchor="{}" font-size="11"{}>{}</text>', at(x), at(y), classes, anchor, fill, words,
    )  # fmt: skip


def rect(
    x: Number, y: Number, width: Number, height: Number, classes: str, *, round_by: float = 0, title: str = ""
) -> SafeString:
    tip = format_html("<title>{}</title>", title) if title else mark_safe("")
    size = (at(max(float(width), 0)), at(max(float(height), 0)))
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="{}" class="{}"{}>{}</rect>', at(x), at(y), *size, at(round_by), classes, attributes(classes), tip,
    )  # fmt: skip


def line(x1: Number, y1: Number, x2: Number, y2: Number, classes: str) -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"{}/>', at(x1), at(y1), at(x2), at(y2), classes, attributes(classes),
    )  # fmt: skip


def path(drawing: str, classes: str) -> SafeString:
    return format_html('<path d="{}" class="{}"{}/>', drawing, classes, attributes(classes))


def circle(x: Number, y: Number, radius: float, classes: str) -> SafeString:
    return format_html(
        '<circle cx="{}" cy="{}" r="{}" class="{}"{}/>',
        at(x),
        at(y),
        at(radius),
        classes,
        attributes(classes),
    )


def rounded_top(
    x: float, y: float, width: float, height: float, classes: str, radius: float = 2.5
) -> SafeString:
    """A bar whose upper corners only are round."""
    r = min(radius, width / 2, max(height, 0))
    drawing = f"M{at(x)} {at(y + height)}V{at(y + r)}q0 {at(-r)} {at(r)} {at(-r)}h{at(width - 2 * r)}q{at(r)} 0 {at(r)} {at(r)}V{at(y + height)}z"
    return path(drawing, classes)


def svg(
    *,
    chart_id: str,
    width: float,
    height: float,
    parts: list[SafeString],
    title: str,
    summary: str,
    classes: str = "chart",
    role: str = "img",
) -> SafeString:
    """The frame: an image with a title and a summary; `role` is group where the parts are links. `chart_id` comes from
    the caller and is unique on the page.
    """
    head = format_html('<title id="{0}-t">{1}</title><desc id="{0}-d">{2}</desc>', chart_id, title, summary)
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" font-family="Inter, sans-serif" role="{}" aria-labelledby="{}-t {}-d">{}{}</svg>',
        classes, at(width), at(height), role, chart_id, chart_id, head, joined(parts),
    )  # fmt: skip


def scale(highest: float, steps: int = 4) -> tuple[float, int]:
    """A round step and how many of it reach `highest`.

    >>> scale(184)
    (50, 4)
    >>> scale(0)
    (1, 1)
    """
    if highest <= 0:
        return 1, 1
    raw = highest / steps
    power = 10 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw - 1e-9)
    return step, max(ceil(highest / step - 1e-9), 1)
