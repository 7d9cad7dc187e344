"""Which licence covers which part of a need, by which right and why; and what another order would cost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from trueup.web.kit.figures import money, units
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.tables import Column, Table
from trueup.web.positions.explained import number

if TYPE_CHECKING:
    from trueup.compliance.cover_tables import PositionCover
    from trueup.compliance.models import Position


def covers_table(rows: Iterable[PositionCover]) -> Table:
    """A row for each licence and part of the need, then what is short and which licences cannot cover it."""
    columns = [
        Column("kind", _("What"), "text"),
        Column("need", _("Need"), missing=_("all")),
        Column("licence", _("Licence"), missing=_("none")),
        Column("why", _("By which right, and why")),
        Column("units", _("Units"), "text", align="end", missing=" "),
    ]
    shown = [
        {
            "id": one.pk,
            "kind": one.get_kind_display(),
            "need": one.need or None,
            "licence": _licence(one),
            "why": {"text": one.right or one.reason, "sub": one.reason if one.right else ""},
            "units": units(one.units) if one.units else None,
        }
        for one in rows
    ]
    return Table(_("What covers the need"), columns, rows=shown, id="covers")


def _licence(one: PositionCover) -> dict[str, Any] | None:
    if one.licence is None:
        return None
    edition = f" {one.licence.edition.name}" if one.licence.edition else ""
    note = _("of another position") if one.is_other else ""
    return {
        "text": f"{one.licence.product.name}{edition}",
        "sub": note,
        "url": address_of("licence", one.licence_id),
    }


def choice_of(position: Position, *, sees_prices: bool) -> dict[str, Any] | None:
    """In which order rights were used and what it saves or costs; none where there was only one way."""
    choice = position.choice
    if not choice:
        return None
    saved = number(choice["saved"])
    return {
        "by_order": choice["order"] == "order",
        "saved": money((saved, choice["currency"])) if saved and sees_prices and choice["currency"] else None,
        "proved": choice["proved"],
        "notes": choice["notes"],
    }
