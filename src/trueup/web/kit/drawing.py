"""Charts inside templates: the sparkline of a cell, and the table every larger chart can be shown as."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from trueup.web.kit.charts.sparkline import sparkline
from trueup.web.kit.register import register


@register.simple_tag
def spark(values: Sequence[float], tone: str = "c1") -> SafeString:
    """A decorative line; the figure beside it carries the value."""
    return sparkline(values, tone=tone, height=22)


@register.inclusion_tag("kit/as_table.html")
def as_table(
    heads: Sequence[str | Promise], rows: Sequence[Sequence[object]], label: str | Promise
) -> dict[str, object]:
    """The "Show as table" below a chart: the first column names the row, the others are figures."""
    return {"heads": heads, "rows": rows, "label": label}


@register.inclusion_tag("kit/legend.html")
def legend(items: Sequence[tuple[str, str | Promise]]) -> dict[str, object]:
    """Pairs of swatch (c1…c5, idle, trk, bad, dash; or a marker: dia warn) and word."""
    return {"items": items}
