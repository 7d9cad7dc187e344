"""What can be done about a position, by money, with the position each would leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licensing.remedies import BUY, DOWNGRADE, MOVE, RECLAIM, RENEW_FEWER
from trueup.licences.metrics import noun
from trueup.web.kit.figures import money, signed, units
from trueup.web.kit.tables import Column, Table
from trueup.web.positions.explained import number

if TYPE_CHECKING:
    from trueup.compliance.models import Position

KINDS = {
    RECLAIM: gettext_lazy("Reclaim seats of people who left"),
    MOVE: gettext_lazy("Move spare units from another company"),
    DOWNGRADE: gettext_lazy("Serve by a lower edition"),
    RENEW_FEWER: gettext_lazy("Renew fewer"),
    BUY: gettext_lazy("Buy"),
}


def remedies_table(remedies: Iterable[Mapping[str, Any]], position: Position) -> Table:
    """A row for each remedy; the position it leaves is the first of those it touches."""
    columns = [
        Column("what", _("Remedy")),
        Column("units", noun(position.metric).capitalize(), align="end"),
        Column("after", _("Position then"), "position"),
        Column("cost", _("Cost"), low=True, align="end", missing=_("not known")),
        Column("saving", _("Saves"), low=True, align="end", missing=_("not known")),
        Column("first", _("From"), "day", low=True),
    ]
    rows = [_row(place, one, position) for place, one in enumerate(remedies)]
    return Table(_("What can be done"), columns, rows=rows, id="remedies")


def _row(place: int, one: Mapping[str, Any], position: Position) -> dict[str, Any]:
    after, *others = one["after"]
    sub = [one["company_name"]] if one["company_name"] else []
    sub += [f"{other['product']}: {signed(_gap(other))}" for other in others]
    return {
        "id": place,
        "what": {"text": str(KINDS[one["kind"]]), "sub": ", ".join(sub)},
        "units": units(number(one["units"]) or 0),
        "after": _gap(after),
        "cost": _money(one["cost"], position),
        "saving": _money(one["saving"], position),
        "first": date.fromisoformat(one["first_on"]),
    }


def _gap(figures: Mapping[str, Any]) -> Any:
    return (number(figures["spare"]) or 0) - (number(figures["short"]) or 0)


def _money(amount: str | None, position: Position) -> str | None:
    found = number(amount)
    return None if found is None or not position.currency else str(money((found, position.currency)))
