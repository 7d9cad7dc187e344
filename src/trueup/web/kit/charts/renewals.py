"""The renewals timeline: a marker on the day to decide by, a tinted bar while the term is locked, a dot on the last
covered day. Three shapes of marker, so that hue is never alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from trueup.web.kit.charts.canvas import at, circle, line, path, rect, svg, text

WIDTH, ROW, LEFT, RIGHT, HEAD = 1120, 36, 232, 112, 30
NAME_LETTERS = 34


@dataclass(frozen=True, slots=True)
class Renewal:
    """One row: `decide_on` None means no notice is agreed. Tone: warn decide soon, bad short today, c1 later."""

    name: str
    note: str
    decide_on: dt.date | None
    valid_until: dt.date
    amount: str
    tone: Literal["warn", "bad", "c1"]


TODAY_TAKES = 34
"""So near to the word above the line of the day no month is written: one would stand upon the other."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days the axis covers."""

    first: dt.date
    last: dt.date

    def x(self, day: dt.date) -> float:
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return LEFT + min(max(share, 0), 1) * (WIDTH - LEFT - RIGHT)


def renewals(
    *,
    chart_id: str,
    rows: Sequence[Renewal],
    first: dt.date,
    last: dt.date,
    today: dt.date,
    months: Sequence[tuple[dt.date, str]],
) -> SafeString:
    """Draw the rows between `first` and `last`; `months` are the days the axis names, with their words."""
    span, height = Span(first, last), HEAD + len(rows) * ROW + 6
    parts: list[SafeString] = []
    for day, label in months:
        parts.append(line(span.x(day), 22, span.x(day), height, "gl"))
        if abs(span.x(day) - span.x(today)) > TODAY_TAKES:
            parts.append(text(span.x(day) + 5, 14, label, "lbl"))
    for number, row in enumerate(rows):
        parts += _row(span, row, HEAD + number * ROW, first_row=number == 0)
    parts += [
        line(span.x(today), 18, span.x(today), height, "today"),
        text(span.x(today), 14, _("Today"), "todaylbl", "middle"),
    ]
    summary = "; ".join(f"{row.name}, {row.note}, {row.amount}" for row in rows)
    title = _("Renewals by decide-by date and valid to")
    return svg(
        chart_id=chart_id,
        width=WIDTH,
        height=height,
        parts=parts,
        title=title,
        summary=summary,
        classes="chart wide",
    )


def _row(span: Span, row: Renewal, top: float, *, first_row: bool) -> list[SafeString]:
    middle = top + ROW / 2 - 1
    parts = [] if first_row else [line(0, top - 1, WIDTH, top - 1, "gl")]
    parts += [text(0, middle - 2, _cut(row.name), "strong"), text(0, middle + 12, _cut(row.note))]
    if row.decide_on is not None:
        start, end = span.x(row.decide_on), span.x(row.valid_until)
        tip = _("%(name)s: decide by the start of the bar, then locked until its end") % {"name": row.name}
        parts.append(rect(start, middle - 4.5, end - start, 9, f"soft-{row.tone}", round_by=4.5, title=tip))
        parts += [circle(start, middle, 8.4, "f-surface"), _marker(start, middle, row.tone)]
    end = span.x(row.valid_until)
    parts += [circle(end, middle, 6.5, "f-surface"), circle(end, middle, 4.2, f"f-{row.tone}")]
    return [*parts, text(WIDTH, middle + 3.5, row.amount, "strong", "end")]


def _cut(words: str) -> str:
    return words if len(words) <= NAME_LETTERS else words[: NAME_LETTERS - 1].rstrip() + "…"


def _marker(x: float, y: float, tone: str) -> SafeString:
    """A triangle where short, a filled diamond where soon, a hollow one later."""
    if tone == "bad":
        return path(f"M{at(x)} {at(y - 6.2)}l6.4 11.4h-12.8z", "f-bad")
    if tone == "c1":
        return path(f"M{at(x)} {at(y - 5.4)}l5.4 5.4l-5.4 5.4l-5.4-5.4z", "hollow")
    return path(f"M{at(x)} {at(y - 6.2)}l6.2 6.2l-6.2 6.2l-6.2-6.2z", f"f-{tone}")
