"""Idle units: units nobody holds, with what they cost a year and until when to decide."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.reports.library.asking import Ask
from trueup.reports.library.facts import label_of, licences_of
from trueup.reports.library.report import Report
from trueup.reports.render.table import Cell, Column, Kind, Table

CENT = Decimal("0.01")
PATHS = (
    "pk", "product__name", "metric", "purchased", "units_used", "annual_cost", "currency", "decide_by", "owner__name",
    "company__name",
)  # fmt: skip


def build(ask: Ask) -> Table:
    """A row for each licence with units nobody holds."""
    rows = licences_of(ask).filter(unlimited=False, purchased__gt=0)
    rows = rows.order_by("product__name", "product_id", "pk")
    return Table(
        title=str(REPORT.title),
        columns=[
            Column("licence", _("Licence"), Kind.INTEGER),
            Column("product", _("Product")),
            Column("metric", _("Metric")),
            Column("purchased", _("Purchased"), Kind.INTEGER, metric_key="metric"),
            Column("idle", _("Held by nobody"), Kind.INTEGER, metric_key="metric"),
            Column("money", _("Cost a year"), Kind.MONEY, "currency"),
            Column("currency", _("Currency")),
            Column("decide_by", _("Decide by"), Kind.DATE),
            Column("owner", _("Owner")),
            Column("company", _("Company")),
        ],
        rows=_rows(ask, rows.values_list(*PATHS).iterator(2000)),
        filters=ask.filters,
        has_totals=True,
        nothing=_("None: every unit is held."),
    )


def _rows(ask: Ask, rows: Iterator[tuple[Any, ...]]) -> Iterator[list[Cell]]:
    for licence, product, metric, purchased, used, cost, currency, decide_by, owner, company in rows:
        idle = purchased - used
        if idle > 0:
            money = (cost * idle / purchased).quantize(CENT) if cost is not None and ask.sees_prices else None
            yield [
                licence, product, label_of(metric), purchased, idle, money, currency if money is not None else "",
                decide_by, owner or "", company,
            ]  # fmt: skip


REPORT = Report(
    key="idle",
    title=gettext_lazy("Units nobody holds"),
    answers=gettext_lazy("Which units could be given to somebody or not be renewed, and what they cost."),
    section="tidy",
    view=Permission.LICENCES_VIEW,
    build=build,
)
