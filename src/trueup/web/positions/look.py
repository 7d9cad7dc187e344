"""How the register of positions looks: columns, groups by state, and the figures above it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licensing.register import METRICS
from trueup.licences.metrics import noun
from trueup.web.kit.figures import units
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.marks import STATES
from trueup.web.kit.tables import Group

if TYPE_CHECKING:
    from trueup.compliance.models import Outcome

ORDER = ("short", "at_limit", "covered", "surplus", "not_assessed")


def page_of(metric: str) -> str:
    """The page of the documentation on how the metric counts; empty where none was agreed."""
    return f"counting/metrics/{metric}" if metric in METRICS else ""


def unit_of(metric: str) -> str:
    """What the metric counts, in the plural."""
    return noun(metric)


def _product(row: Mapping[str, Any]) -> dict[str, Any]:
    meta = " · ".join(
        part for part in (row.get("edition__name"), row.get("product__publisher__name")) if part
    )
    return {
        "name": row["product__name"],
        "meta": meta,
        "url": address_of("position", row["id"]),
        "of": row.get("product__publisher__name") or "",
    }


def required_words(row: Mapping[str, Any]) -> str | None:
    """One figure, a range, or nothing where no need was found."""
    low, high = row["required_low"], row["required_high"]
    if low is None or (row.get("state") == "not_assessed" and low == high):
        return None
    if high is None:
        return _("at least %(n)s") % {"n": units(low)}
    return units(low) if low == high else f"{units(low)}–{units(high)}"


LOOK = Look(
    noun=gettext_lazy("positions"),
    icon="scale",
    placeholder=gettext_lazy("Filter products"),
    nothing_title=gettext_lazy("No position yet"),
    nothing_text=gettext_lazy(
        "A run counts what is installed and used against what is licensed. Ask for the first one above."
    ),
    missing={
        "required_point": gettext_lazy("unknown"),
        "required": gettext_lazy("unknown"),
        "exposure": gettext_lazy("none"),
        "metric": gettext_lazy("not known"),
    },
    special={
        "product": Special("who", _product),
        "required": Special("text", required_words, align="end"),
        "entitled": Special(
            "text",
            lambda row: _("unlimited") if row["unlimited"] else units(row["entitled"]),
            align="end",
        ),
        "exposure": Special(
            "money", lambda row: (row["exposure"], row["currency"]) if row["exposure"] else None
        ),
        "gap": Special("position", lambda row: row["gap"] if row["state"] != "not_assessed" else None),
        "state": Special("badge", lambda row: row["state"]),
        "installations": Special("number", lambda row: row["installations"]),
    },
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Short"), "state=short"),
        View(gettext_lazy("At limit"), "state=at_limit"),
        View(gettext_lazy("Covered"), "state=covered"),
        View(gettext_lazy("Surplus"), "state=surplus"),
        View(gettext_lazy("Not assessed"), "state=not_assessed"),
    ),
)


def group_head(state: str, rows: Sequence[Mapping[str, Any]], count: int | None = None) -> Group:
    """The head of the rows in one state; ``count`` is how many there are of it on all pages."""
    known = STATES[state]
    note = _("left out of every total") if state == "not_assessed" else ""
    return Group(known.label, rows, tone=known.tone, icon=known.icon, note=note, count=count)


def headline(outcomes: Iterable[Outcome], *, sees_prices: bool) -> dict[str, Any]:
    """Counts by state over the companies in view; money a currency, never added across two."""
    counts = dict.fromkeys(ORDER, 0)
    exposure: dict[str, Decimal] = {}
    for outcome in outcomes:
        for state, number in outcome.by_state.items():
            counts[state] = counts.get(state, 0) + number
        for currency, amount in outcome.exposure.items():
            exposure[currency] = exposure.get(currency, Decimal(0)) + Decimal(amount)
    money = sorted(((amount, currency) for currency, amount in exposure.items()), reverse=True)
    assessed = sum(counts.values()) - counts["not_assessed"]
    return {
        "counts": counts,
        "exposure": money if sees_prices else [],
        "assessed": assessed,
        "met": assessed - counts["short"],
        "sees_prices": sees_prices,
    }
