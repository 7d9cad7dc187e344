"""How a position came about: rights run up to entitled, demand runs up to required, and the gap stands at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from trueup.web.kit.charts.canvas import line, rect, scale, svg, text
from trueup.web.kit.figures import signed, units

LEFT, RIGHT, TOP, BOTTOM = 44, 6, 20, 62
LINES, LINE = 2, 14
LETTER = 6.2  # the width of a letter at this size, about


@dataclass(frozen=True, slots=True)
class Bar:
    """One step. `start` opens a side, `step` changes it by `value`, `total` closes it. `url` opens its records."""

    label: str
    note: str
    value: float
    kind: Literal["start", "step", "total"]
    side: Literal["rights", "demand"]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A bar with the values its lower and upper edges stand for, and where it leaves the running total."""

    bar: Bar
    low: float
    high: float
    level: float


def waterfall(
    *, chart_id: str, bars: Sequence[Bar], unit: str, width: int = 1120, height: int = 316
) -> SafeString:
    """Draw both sides and, after them, the gap between their totals (surplus blue, shortfall red, none where equal)."""
    placed = _place(bars)
    entitled, required = _total(bars, "rights"), _total(bars, "demand")
    step, steps = scale(max((one.high for one in placed), default=0))
    inner, slot = height - TOP - BOTTOM, (width - LEFT - RIGHT) / (len(bars) + 1)

    def y(value: float) -> float:
        return TOP + inner - value / (step * steps) * inner

    parts: list[SafeString] = []
    for k in range(steps + 1):
        parts.append(line(LEFT, y(k * step), width - RIGHT, y(k * step), "gl" if k else "axis"))
        parts.append(text(LEFT - 8, y(k * step) + 3.5, units(k * step), "", "end"))
    for number, one in enumerate(placed):
        x = LEFT + number * slot + slot * 0.16
        parts.append(_bar(one, x, slot * 0.68, y(one.high), y(one.low)))
        parts += _captions(one.bar, x + slot * 0.34, y(one.high) - 6, height, letters=int(slot / LETTER))
        follows = placed[number + 1].bar if number + 1 < len(placed) else None
        if follows is not None and follows.kind != "start":
            parts.append(line(x + slot * 0.68, y(one.level), x + slot, y(one.level), "conn"))
    end = LEFT + len(bars) * slot
    cut = next((n for n, one in enumerate(placed) if one.bar.side == "rights" and one.bar.kind == "total"), 0)
    edge = LEFT + (cut + 1) * slot
    parts.append(line(edge - slot * 0.16, y(entitled), end + slot * 0.16, y(entitled), "ent"))
    parts.append(
        text(edge + slot * 0.86 + 4, y(entitled) - 5, _("entitled %(n)s") % {"n": units(entitled)}, "entl")
    )
    parts += _gap(
        entitled,
        required,
        end + slot * 0.16,
        slot * 0.68,
        y(max(entitled, required)),
        y(min(entitled, required)),
        height,
    )
    summary = "; ".join(f"{bar.label} {_value(bar)} {unit}" for bar in bars)
    title = _("How the position was calculated")
    role = "group" if any(bar.url for bar in bars) else "img"
    size = {"width": width, "height": height}
    return svg(
        chart_id=chart_id, **size, parts=parts, title=title, summary=summary, classes="chart wide", role=role
    )


def _place(bars: Sequence[Bar]) -> list[Placed]:
    placed, running = [], 0.0
    for bar in bars:
        value = float(bar.value)
        before = running
        running = running + value if bar.kind == "step" else value
        low, high = (min(before, running), max(before, running)) if bar.kind == "step" else (0.0, value)
        placed.append(Placed(bar, low, high, running))
    return placed


def _total(bars: Sequence[Bar], side: str) -> float:
    return next((float(bar.value) for bar in bars if bar.side == side and bar.kind == "total"), 0.0)


def _value(bar: Bar) -> str:
    return signed(bar.value) if bar.kind == "step" else units(bar.value)


def _tone(bar: Bar) -> str:
    if bar.kind == "total":
        return "f-c1"
    tone = "f-c2" if bar.side == "rights" else "f-c5"
    return f"{tone} fc" if bar.kind == "step" and bar.value < 0 else tone


def _bar(one: Placed, x: float, width: float, top: float, bottom: float) -> SafeString:
    tip = f"{one.bar.label} {one.bar.note} {_value(one.bar)}"
    drawn = rect(x, top, width, bottom - top, _tone(one.bar), round_by=3, title=tip)
    if not one.bar.url:
        return drawn
    return format_html('<a href="{}" aria-label="{}">{}</a>', one.bar.url, tip, drawn)


def _captions(bar: Bar, middle: float, above: float, height: float, *, letters: int) -> list[SafeString]:
    strong = "strong" if bar.kind == "total" else "lbl"
    label = wrap(bar.label, max(letters, 4), max_lines=LINES, placeholder="…")
    note = wrap(bar.note, max(letters, 4), max_lines=1, placeholder="…")
    written = [*((words, strong) for words in label), *((words, "") for words in note)]
    under = height - BOTTOM + 17
    return [
        text(middle, above, _value(bar), "strong", "middle"),
        *(
            text(middle, under + number * LINE, words, classes, "middle")
            for number, (words, classes) in enumerate(written)
        ),
    ]


def _gap(
    entitled: float, required: float, x: float, width: float, top: float, bottom: float, height: float
) -> list[SafeString]:
    gap = entitled - required
    tone = "bad" if gap < 0 else "info"
    label = _("Gap") if gap < 0 else _("Surplus")
    drawn = rect(x, top, width, bottom - top, f"f-{tone}", round_by=3) if gap else mark_safe("")
    return [
        drawn,
        text(x + width / 2, top - 6, signed(gap), f"t-{tone}x strong", "middle"),
        text(x + width / 2, height - BOTTOM + 17, label, "strong", "middle"),
    ]
