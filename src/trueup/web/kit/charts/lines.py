"""Counts over time: up to five lines, stepped or straight, the lowest one filled. `tru-plot` adds hovering over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.safestring import SafeString

from trueup.web.kit.charts.canvas import at, line, path, scale, svg, text

LEFT, RIGHT, TOP, BOTTOM = 34, 26, 8, 24


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name, its colour class (c1, half, ent …), a value a point, and how it is drawn."""

    name: str
    tone: str
    values: Sequence[float]
    kind: Literal["line", "step", "area"] = "line"


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's size and the value its upper edge stands for; `count` is the number of points."""

    width: float
    height: float
    top_value: float
    count: int

    def x(self, index: int) -> float:
        return LEFT + index / max(self.count - 1, 1) * (self.width - LEFT - RIGHT)

    def y(self, value: float) -> float:
        inner = self.height - TOP - BOTTOM
        return TOP + inner - value / self.top_value * inner


def lines(
    *,
    chart_id: str,
    labels: Sequence[str],
    series: Sequence[Series],
    title: str,
    summary: str,
    width: int = 776,
    height: int = 188,
) -> SafeString:
    """Draw `series` over `labels`, one label a point; only as many labels are printed as fit."""
    highest = max((value for one in series for value in one.values), default=0)
    step, steps = scale(float(highest))
    frame = Frame(width, height, step * steps, len(labels))
    parts = _grid(frame, step, steps) + _labels(frame, labels)
    for one in series:
        drawing = _trace(frame, one)
        if one.kind == "area":
            floor = f"{drawing}V{at(frame.y(0))}H{at(frame.x(0))}z"
            parts.append(path(floor, f"a-{one.tone}"))
        parts.append(path(drawing, f"s-{one.tone}"))
    return svg(
        chart_id=chart_id,
        width=width,
        height=height,
        parts=parts,
        title=title,
        summary=summary,
        classes="chart mid",
    )


def _grid(frame: Frame, step: float, steps: int) -> list[SafeString]:
    parts = []
    for k in range(steps + 1):
        y = frame.y(k * step)
        parts += [
            line(LEFT, y, frame.width - RIGHT, y, "gl" if k else "axis"),
            text(LEFT - 8, y + 3.5, f"{k * step:g}", "", "end"),
        ]
    return parts


def _labels(frame: Frame, labels: Sequence[str]) -> list[SafeString]:
    """At most seven, evenly spread, so that they never run into each other."""
    every = max(1, -(-len(labels) // 7))
    return [
        text(frame.x(i), frame.height - 6, label, "", "middle")
        for i, label in enumerate(labels)
        if i % every == 0
    ]


def _trace(frame: Frame, one: Series) -> str:
    values = one.values
    drawing = f"M{at(frame.x(0))} {at(frame.y(values[0]))}"
    for i in range(1, len(values)):
        level = values[i] == values[i - 1]
        if level and i < len(values) - 1:
            continue  # a level stretch needs its end only
        if one.kind == "step" or level:
            drawing += f"H{at(frame.x(i))}V{at(frame.y(values[i]))}"
        else:
            drawing += f"L{at(frame.x(i - 1))} {at(frame.y(values[i - 1]))}L{at(frame.x(i))} {at(frame.y(values[i]))}"
    return drawing
