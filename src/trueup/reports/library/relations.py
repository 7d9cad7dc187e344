"""Relations: each licence in a row, and each of its holdings in a row with the price of a unit (K-017)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assignments.models import HOLDERS
from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.catalogue.models import AssetClass
from trueup.reports.library.asking import Ask
from trueup.reports.library.facts import OnDay, each_licence, holdings_of, label_of
from trueup.reports.library.report import Choice, Report
from trueup.reports.render.table import Cell, Column, Kind, Table

MODES = {"all": None, "data_centre": AssetClass.DATA_CENTRE, "back_office": AssetClass.BACK_OFFICE}
KINDS = {
    "person": gettext_lazy("Person"),
    "device": gettext_lazy("Device"),
    "location": gettext_lazy("Location"),
    "department": gettext_lazy("Department"),
}
AT_ONCE = 5_000
"""Licences whose holdings are read in one query: the number of queries is the same for ten licences and for thousands."""


def build(ask: Ask) -> Table:
    """Licences by product, each followed by its holders."""
    return Table(
        title=str(REPORT.title),
        columns=[
            Column("row", _("Row")),
            Column("licence", _("Licence"), Kind.INTEGER),
            Column("product", _("Product")),
            Column("metric", _("Metric")),
            Column("purchased", _("Purchased"), Kind.INTEGER),
            Column("holder_kind", _("Kind")),
            Column("holder", _("Holder")),
            Column("units", _("Units"), Kind.INTEGER),
            Column("price", _("Price"), Kind.DECIMAL),
            Column("unit_cost", _("Unit cost"), Kind.DECIMAL),
            Column("currency", _("Currency")),
            Column("region", _("Region")),
            Column("company", _("Company")),
        ],
        rows=_rows(ask),
        filters=ask.filters,
    )


def _where(ask: Ask) -> Q | None:
    """In the mode of a data centre, products for data centres and those for all (K-017)."""
    mode = ask.more.get("mode", "all")
    if mode not in MODES:
        raise InvalidValue.of(
            "mode",
            _("“%(given)s” is no mode. Known: %(known)s.") % {"given": mode, "known": ", ".join(MODES)},
        )
    wanted = MODES[mode]
    return None if wanted is None else Q(product__asset_class__in=(wanted, AssetClass.ALL))


def _rows(ask: Ask) -> Iterator[list[Cell]]:
    licences = each_licence(ask, where=_where(ask))
    while some := list(islice(licences, AT_ONCE)):
        held: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
        rows = holdings_of(ask).filter(licence_id__in=[one.id for one in some]).order_by("holder_name", "pk")
        paths = ("licence_id", "holder_name", "units_held", *HOLDERS)
        for licence_id, name, units, *ids in rows.values_list(*paths).iterator(2000):
            kind = next(kind for kind, one in zip(HOLDERS, ids, strict=True) if one is not None)
            held[licence_id].append((str(KINDS[kind]), name, units))
        for one in some:
            yield _licence(one)
            yield from (_holding(one, *holding) for holding in held[one.id])


def _licence(one: OnDay) -> list[Cell]:
    return _row(one, _("Licence"), ["", "", one.used])


def _holding(one: OnDay, kind: str, name: str, units: int) -> list[Cell]:
    return _row(one, _("Holding"), [kind, name, units])


def _row(one: OnDay, row: str, holder: list[Any]) -> list[Cell]:
    return [
        row, one.id, one.product, label_of(one.metric), None if one.unlimited else one.purchased, *holder, one.price,
        one.unit_price, one.currency, one.region, one.company,
    ]  # fmt: skip


REPORT = Report(
    key="relations",
    title=gettext_lazy("Relations"),
    answers=gettext_lazy("Every licence with every holder, and what a unit cost."),
    section="licences",
    view=Permission.LICENCES_VIEW,
    build=build,
    choices=(
        Choice(
            "mode",
            gettext_lazy("Products"),
            (
                ("all", gettext_lazy("all products")),
                ("data_centre", gettext_lazy("for data centres")),
                ("back_office", gettext_lazy("for the back office")),
            ),
        ),
    ),
)
