"""Purchased and held units of one licence over the last twelve months, out of its ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from trueup.web.kit.charts.lines import Series, lines
from trueup.web.kit.figures import day

if TYPE_CHECKING:
    from trueup.licences.queries import LicenceOnDay

DAYS = 364
STEP = 7
ROW_STEP = 4
"""Weeks between two rows of the table."""


def usage_chart(
    moved: Iterable[tuple[str, date, int]], licence: LicenceOnDay, on: date
) -> dict[str, Any] | None:
    """The chart, its points for hovering and the same figures as a table; none before anything moved."""
    moves: dict[str, list[tuple[date, int]]] = {"granted": [], "held": []}
    for account, moved_on, units in moved:
        if account in moves:
            moves[account].append((moved_on, units))
    if not moves["granted"] and not moves["held"]:
        return None
    days = [on - timedelta(days=back) for back in range(DAYS, -1, -STEP)]
    owned = [_on(moves["granted"], one) for one in days]
    held = [_on(moves["held"], one) for one in days]
    series = [Series(_("Used"), "c1", held, "area")]
    if not licence.unlimited:
        series.insert(0, Series(_("Purchased"), "ent", owned, "step"))
    labels = [day(one) for one in days]
    drawn = lines(
        chart_id="usage",
        labels=[label.rpartition(" ")[0] for label in labels],
        series=series,
        title=_("Units over twelve months"),
        summary=_("Purchased %(a)s to %(b)s, used %(c)s to %(d)s")
        % {"a": owned[0], "b": owned[-1], "c": held[0], "d": held[-1]},
    )
    plot = {
        "labels": labels,
        "series": [{"name": str(one.name), "values": list(one.values)} for one in series],
        "left": 34,
        "right": 26,
    }
    rows = [[label, *(one.values[i] for one in series)] for i, label in enumerate(labels)]
    return {
        "svg": drawn,
        "plot": plot,
        "heads": [_("Day"), *(one.name for one in series)],
        "rows": rows[::ROW_STEP],
    }


def _on(moves: list[tuple[date, int]], day_asked: date) -> int:
    """What had moved by the end of a day. Summed, not the last balance: a backdated movement was written later."""
    return sum(units for moved_on, units in moves if moved_on <= day_asked)
