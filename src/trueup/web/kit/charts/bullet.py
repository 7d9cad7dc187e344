"""Required in per cent of entitled, with a tick at 100: goes into a table cell, the figure stands beside it."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

from trueup.web.kit.charts.canvas import PALETTE, Number
from trueup.web.kit.safe import joined

FULL = 100.0


def bullet(used: Number, entitled: Number, widest: int = 140) -> SafeString:
    """Draw one bullet; what is beyond `widest` per cent is cut off, the figure beside it is not."""
    share = float(widest) if not entitled else min(float(used) / float(entitled) * FULL, widest)
    bars = [("trk", 0.0, float(widest)), ("act", 0.0, min(share, FULL))]
    if share > FULL:
        bars.append(("over", FULL, share - FULL))
    body = joined(_bar(*bar) for bar in bars)
    tick = format_html(
        '<rect class="line" fill="{}" x="99.6" y="-3" width=".9" height="18"/>', PALETTE["line"]
    )
    return format_html(
        '<svg class="bul" viewBox="0 0 {} 12" preserveAspectRatio="none" aria-hidden="true">{}{}</svg>',
        widest,
        body,
        tick,
    )


def _bar(kind: str, x: float, width: float) -> SafeString:
    return format_html(
        '<rect class="{}" fill="{}" x="{}" width="{}" height="12"/>', kind, PALETTE[kind], x, f"{width:.1f}"
    )
