"""The utilisation meter: solid is active, tint is used but idle, track is free, red after a gap is beyond what is owned."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

from trueup.web.kit.charts.canvas import PALETTE, Number
from trueup.web.kit.safe import joined

GAP = 1.6


def meter(
    purchased: Number | None, used: Number | None, active: Number | None = None, size: str = ""
) -> SafeString:
    """Draw one meter, six units high. Hatched where a value is unknown; `active` None means all that is used."""
    if purchased is None or used is None:
        return meter_unknown(size)
    owned, taken = float(purchased), float(used)
    top = max(owned, taken) or 1.0
    if taken > owned:
        share = owned / top * 100
        bars = [("sf", 0.0, 100.0), ("act", 0.0, share), ("over", share + GAP, 100 - share - GAP)]
    else:
        busy = taken if active is None else float(active)
        bars = [("idle", 0.0, taken / top * 100), ("act", 0.0, busy / top * 100)]
    return _frame(size, joined(_bar(*bar) for bar in [("trk", 0.0, 100.0), *bars]))


def meter_unknown(size: str = "") -> SafeString:
    """Not assessed: hatched, never an empty bar, because an empty bar reads as zero."""
    stripes = joined(
        format_html(
            '<path class="stripe" stroke="{}" stroke-width="1.5" d="M{} 7L{} -1"/>', PALETTE["mute"], x, x + 4
        )
        for x in range(-4, 101, 5)
    )
    return _frame(size, _bar("hatch", 0, 100) + stripes)


def _bar(kind: str, x: float, width: float) -> SafeString:
    return format_html(
        '<rect class="{}" fill="{}" x="{}" width="{}" height="6"/>',
        kind,
        PALETTE[kind],
        f"{x:.2f}",
        f"{max(width, 0):.2f}",
    )


def _frame(size: str, body: SafeString) -> SafeString:
    return format_html(
        '<svg class="meter {}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        size,
        body,
    )
