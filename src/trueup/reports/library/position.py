"""Position: entitled against required for each product and metric, with money and the working behind (R-094, R-138)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.compliance.models import PositionState
from trueup.compliance.queries import positions_visible_to
from trueup.reports.library.asking import Ask
from trueup.reports.library.facts import label_of
from trueup.reports.library.report import Report
from trueup.reports.render.table import Cell, Column, Kind, Table
from trueup.tenancy.queries import regions_visible_to

STATES = dict(PositionState.choices)
PATHS = (
    "product__name", "edition__name", "product__publisher__name", "company__name", "metric", "entitled", "required_point",
    "short", "spare", "state", "exposure", "currency", "outcome__as_of", "working", "reason", "unlimited",
)  # fmt: skip


def build(ask: Ask) -> Table:
    """The latest run at or before the day, by company and product."""
    rows = positions_visible_to(actor=ask.actor, on=ask.on if ask.is_past else None)
    narrowed = ask.narrowing()
    if "region_id__in" in narrowed:
        narrowed = {"company__in": _companies_of_regions(ask), **narrowed}
        del narrowed["region_id__in"]
    rows = rows.filter(**narrowed).order_by("company__name", "product__name", "product_id", "metric", "pk")
    return Table(
        title=str(REPORT.title),
        columns=_columns(ask),
        rows=_rows(rows.values_list(*PATHS).iterator(500), with_money=ask.sees_prices),
        filters=ask.filters,
        has_totals=True,
        nothing=_("Nothing was counted for this day yet."),
    )


def _companies_of_regions(ask: Ask) -> list[int]:
    """A position is of a company, not of a region: asked for regions, those of their companies."""
    rows = regions_visible_to(actor=ask.actor).filter(pk__in=ask.regions)
    return list(rows.order_by().values_list("company_id", flat=True).distinct())


def _columns(ask: Ask) -> list[Column]:
    money = [Column("exposure", _("Exposure"), Kind.MONEY, "currency"), Column("currency", _("Currency"))]
    return [
        Column("product", _("Product")),
        Column("publisher", _("Publisher")),
        Column("company", _("Company")),
        Column("metric", _("Metric")),
        Column("entitled", _("Entitled"), Kind.DECIMAL, metric_key="metric"),
        Column("required", _("Required"), Kind.DECIMAL, metric_key="metric"),
        Column("gap", _("Position"), Kind.DECIMAL),
        Column("state", _("State")),
        *(money if ask.sees_prices else []),
        Column("as_of", _("Facts of"), Kind.DATE),
        Column("working", _("Working")),
    ]


def _rows(rows: Iterable[tuple[Any, ...]], *, with_money: bool) -> Iterator[list[Cell]]:
    for row in rows:
        one = dict(zip(PATHS, row, strict=True))
        gap = None if one["spare"] is None or one["short"] is None else one["spare"] - one["short"]
        money = [one["exposure"], one["currency"] if one["exposure"] is not None else ""]
        yield [
            f"{one['product__name']} {one['edition__name'] or ''}".strip(), one["product__publisher__name"],
            one["company__name"], label_of(one["metric"]), None if one["unlimited"] else plain(one["entitled"]),
            plain(one["required_point"]), plain(gap), str(STATES[one["state"]]), *(money if with_money else []),
            one["outcome__as_of"], one["reason"] or working_of(one["working"]),
        ]  # fmt: skip


def plain(number: Any) -> Any:
    """A stored number without the zeros of its column: 12.000000 is 12."""
    if number is None:
        return None
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()


def working_of(steps: Iterable[Mapping[str, Any]]) -> str:
    """The rules applied, in order, each with what it came to."""
    return "; ".join(f"{step['rule']}: {step['value']}" for step in steps)


REPORT = Report(
    key="position",
    title=gettext_lazy("Position"),
    answers=gettext_lazy("Whether what is owned covers what is needed, and the working behind each number."),
    section="licences",
    view=Permission.RUNS_VIEW,
    build=build,
)
