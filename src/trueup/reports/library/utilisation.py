"""Utilisation: purchased, used and free of each product and metric on a day (R-102, R-093)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.reports.library.asking import Ask
from trueup.reports.library.facts import OnDay, each_licence, label_of
from trueup.reports.library.report import Report
from trueup.reports.render.table import Cell, Column, Kind, Table

Key = tuple[str, ...]


def percent(used: int, purchased: int) -> Decimal | None:
    """How much of what is owned is held, to a tenth.

    >>> percent(1, 3), percent(1, 0)
    (Decimal('33.3'), None)
    """
    return (Decimal(used) * 100 / purchased).quantize(Decimal("0.1")) if purchased else None


def added_up(
    licences: Iterable[OnDay], by: Callable[[OnDay], Key]
) -> Iterator[tuple[Key, int, int, int | None]]:
    """Purchased, used and free by key, in its order; free is empty where any licence of the key has no limit."""
    sums: dict[Key, list[int]] = {}
    for one in licences:
        into = sums.setdefault(by(one), [0, 0, 0, 0])
        into[0] += one.purchased
        into[1] += one.used
        into[2] += one.unlimited
        into[3] += one.reserved
    for key in sorted(sums, key=lambda key: tuple(part.lower() for part in key)):
        purchased, used, unlimited, reserved = sums[key]
        yield key, purchased, used, None if unlimited else purchased - used - reserved


def figures() -> list[Column]:
    """The columns every report of use ends with."""
    return [
        Column("metric", _("Metric")),
        Column("purchased", _("Purchased"), Kind.INTEGER, metric_key="metric"),
        Column("used", _("Used"), Kind.INTEGER, metric_key="metric"),
        Column("free", _("Free"), Kind.INTEGER, metric_key="metric"),
        Column("used_percent", _("Used, %"), Kind.PERCENT),
    ]


def figures_of(metric: str, purchased: int, used: int, free: int | None) -> list[Cell]:
    """Their cells; without a limit there is neither free nor a share."""
    return [
        label_of(metric),
        purchased,
        used,
        free,
        None if free is None else percent(used, purchased),
    ]


def build(ask: Ask) -> Table:
    """A row for each product and metric."""
    rows = added_up(each_licence(ask), lambda one: (one.product, one.publisher, one.metric))
    return Table(
        title=str(REPORT.title),
        columns=[Column("product", _("Product")), Column("publisher", _("Publisher")), *figures()],
        rows=([*key[:2], *figures_of(key[2], bought, used, free)] for key, bought, used, free in rows),
        filters=ask.filters,
        has_totals=True,
    )


REPORT = Report(
    key="utilisation",
    title=gettext_lazy("Utilisation"),
    answers=gettext_lazy("How much of each product is used, and how much is free."),
    section="licences",
    view=Permission.LICENCES_VIEW,
    build=build,
)
