"""Money a month, stacked by category; the months already committed stand paler behind a dashed line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from trueup.web.kit.charts.canvas import line, rect, rounded_top, scale, svg, text

LEFT, RIGHT, TOP, BOTTOM = 52, 4, 16, 22


@dataclass(frozen=True, slots=True)
class Band:
    """One category: its name, its colour class and an amount a month, all in one currency."""

    name: str
    tone: str
    values: Sequence[float]


def stacked_months(
    *,
    chart_id: str,
    months: Sequence[str],
    bands: Sequence[Band],
    ahead_from: int,
    written: Callable[[float], str],
    title: str,
    summary: str,
    width: int = 636,
    height: int = 262,
) -> SafeString:
    """Draw at most five bands; months from index `ahead_from` on lie ahead. `written` turns an amount into words."""
    totals = [sum(float(band.values[i]) for band in bands) for i in range(len(months))]
    step, steps = scale(max(totals, default=0), 5)
    inner, slot = height - TOP - BOTTOM, (width - LEFT - RIGHT) / max(len(months), 1)

    def y(value: float) -> float:
        return TOP + inner - value / (step * steps) * inner

    parts: list[SafeString] = []
    for k in range(steps + 1):
        parts.append(line(LEFT, y(k * step), width - RIGHT, y(k * step), "gl" if k else "axis"))
        parts.append(text(LEFT - 8, y(k * step) + 3.5, written(k * step), "", "end"))
    for i, month in enumerate(months):
        left = LEFT + i * slot
        parts += _stack(bands, i, left + slot * 0.2, slot * 0.6, y, ahead=i >= ahead_from)
        parts.append(
            text(left + slot / 2, height - 6, month, "strong" if i == ahead_from - 1 else "", "middle")
        )
        tip = f"{month}: {written(totals[i])}. " + ", ".join(
            f"{band.name} {written(float(band.values[i]))}" for band in bands
        )
        parts.append(rect(left, TOP, slot, inner, "hit", round_by=4, title=tip))
    if 0 < ahead_from < len(months):
        x = LEFT + ahead_from * slot
        parts += [
            line(x, TOP - 8, x, height - BOTTOM, "conn"),
            text(x + 6, TOP - 4, _("Committed ahead"), "lbl"),
        ]
    return svg(
        chart_id=chart_id,
        width=width,
        height=height,
        parts=parts,
        title=title,
        summary=summary,
        classes="chart mid",
    )


def _stack(
    bands: Sequence[Band], month: int, x: float, width: float, y: Callable[[float], float], *, ahead: bool
) -> list[SafeString]:
    """One month's bar, a pixel of surface between its parts; only the uppermost part is rounded."""
    parts, below = [], 0.0
    shown = [band for band in bands if band.values[month]]
    for number, band in enumerate(shown):
        value = float(band.values[month])
        top, height = y(below + value), y(below) - y(below + value) - (1 if number else 0)
        tone = f"f-{band.tone} fc" if ahead else f"f-{band.tone}"
        last = number == len(shown) - 1
        parts.append(rounded_top(x, top, width, height, tone) if last else rect(x, top, width, height, tone))
        below += value
    return parts
