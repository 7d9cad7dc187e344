"""The term of a contract as one bar: gone by, until the notice date, locked."""

from __future__ import annotations

import datetime as dt

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from trueup.web.kit.charts.canvas import line, rect, svg, text

WIDTH, HEIGHT, Y = 264, 34, 14


def term(
    *, chart_id: str, first: dt.date, last: dt.date, decide_on: dt.date | None, today: dt.date
) -> SafeString:
    """Draw the days from `first` to `last`; the days left to decide are amber, those after the notice date grey."""
    length = max((last - first).days, 1)

    def x(day: dt.date) -> float:
        return min(max((day - first).days / length, 0.0), 1.0) * WIDTH

    now, until = x(today), x(decide_on or last)
    parts = [rect(0, Y, WIDTH, 6, "f-track", round_by=3), rect(0, Y, now, 6, "f-c1", round_by=3)]
    if decide_on is not None and until > now:
        parts.append(rect(now, Y, until - now, 6, "f-warn"))
    if decide_on is not None:
        parts.append(rect(max(until, now) + 1, Y, WIDTH - max(until, now) - 1, 6, "f-mute"))
    anchor = "end" if now > WIDTH / 2 else "start"
    parts += [line(now, 6, now, 28, "today"), text(now, 4, _("today"), "todaylbl", anchor)]
    summary = _("%(share)s%% of the term has passed") % {"share": round(now / WIDTH * 100)}
    return svg(chart_id=chart_id, width=WIDTH, height=HEIGHT, parts=parts, title=_("Term"), summary=summary)
