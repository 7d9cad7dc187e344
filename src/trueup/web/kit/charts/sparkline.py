"""A line without axes beside a figure that says the same in words; decorative, so hidden from screen readers."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from trueup.web.kit.charts.canvas import Number, at, attributes, circle, path

INSET = 4


def sparkline(values: Sequence[Number], *, tone: str = "c1", width: int = 72, height: int = 26) -> SafeString:
    """Draw at least two values; fewer draw nothing."""
    if len(values) < 2:  # noqa: PLR2004 - a line needs two points
        return mark_safe("")
    figures = [float(value) for value in values]
    low, high = min(figures), max(figures)
    span = (high - low) or 1.0
    step = (width - INSET) / (len(figures) - 1)
    points = [
        (i * step + 2, height - INSET - (v - low) / span * (height - 2 * INSET))
        for i, v in enumerate(figures)
    ]
    stroke = "M" + "L".join(f"{at(x)} {at(y)}" for x, y in points)
    area = format_html(
        '<path d="{}L{} {}L2 {}z" class="a-{}"{}/>',
        stroke,
        width - 2,
        height,
        height,
        tone,
        attributes(f"a-{tone}"),
    )
    body = area + path(stroke, f"s-{tone}") + circle(*points[-1], 2.4, f"f-{tone}")
    return format_html(
        '<svg class="chart spark" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>', width, height, body
    )
