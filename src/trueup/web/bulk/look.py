"""How the rows of a list look: who is meant, how many units, what becomes of it and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.web.kit.figures import units
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.tables import Column, Table

ROWS_SHOWN = 500
OUTCOMES: Mapping[str, tuple[Any, str, str]] = {
    "ready": (gettext_lazy("fits"), "good", "circle-check"),
    "done": (gettext_lazy("done"), "good", "circle-check"),
    "unknown": (gettext_lazy("not found"), "bad", "circle-alert"),
    "ambiguous": (gettext_lazy("ambiguous"), "warn", "triangle-alert"),
    "repeated": (gettext_lazy("named twice"), "warn", "triangle-alert"),
    "already_holds": (gettext_lazy("holds already"), "", ""),
    "holds_nothing": (gettext_lazy("holds nothing"), "", ""),
    "wrong_kind": (gettext_lazy("wrong kind of holder"), "bad", "circle-alert"),
    "wrong_region": (gettext_lazy("another region"), "bad", "map-pin"),
    "wrong_asset_class": (gettext_lazy("wrong asset class"), "bad", "circle-alert"),
    "wrong_units": (gettext_lazy("no number of units"), "bad", "circle-alert"),
    "too_soon": (gettext_lazy("too soon"), "warn", "calendar-clock"),
    "does_not_fit": (gettext_lazy("does not fit"), "warn", "gauge"),
}


def rows_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """The rows, those that need a look first."""
    first = sorted(rows, key=lambda row: (row["outcome"] in {"ready", "done"}, row["row"]))
    return Table(
        _("Rows of the list"),
        [
            Column("row", _("Row"), "number", align="start"),
            Column("name", _("In the list"), "mono", low=True),
            Column("holder", _("Holder"), missing="–"),
            Column("units", _("Units"), "number", missing="–"),
            Column("outcome", _("Outcome"), "badge"),
            Column("detail", _("Why"), low=True),
        ],
        rows=[_row(row) for row in first[:ROWS_SHOWN]],
        id="rows",
    )


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    label, tone, icon = OUTCOMES[row["outcome"]]
    holder = row["holder"]
    return {
        "row": row["row"],
        "name": row["name"],
        "holder": holder and {"text": holder["name"], "url": address_of(holder["kind"], holder["id"])},
        "units": row["units"] or None,
        "outcome": {"label": label, "tone": tone, "icon": icon},
        "detail": row["detail"],
    }


def counted(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """How many rows came to which outcome, as badges with their numbers."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["outcome"]] = counts.get(row["outcome"], 0) + 1
    return [
        {"label": f"{units(counts[name])} {label}", "tone": tone, "icon": icon}
        for name, (label, tone, icon) in OUTCOMES.items()
        if name in counts
    ]


def done_words(verb: str, holders: int, held: int) -> str:
    """What was done, for the toast: the ledger's own numbers."""
    words = (
        ngettext("Units assigned to %(n)s holder", "Units assigned to %(n)s holders", holders)
        if verb == "assign"
        else ngettext("Units of %(n)s holder released", "Units of %(n)s holders released", holders)
    )
    return words % {"n": units(holders)} + f": {units(held)}"
