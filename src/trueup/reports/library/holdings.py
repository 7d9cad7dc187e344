"""Who holds what: by person, by device, by people who have left and by devices out of use (R-105, R-106, R-130)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.devices.models import Kind as DeviceKind
from trueup.devices.models import Status
from trueup.reports.library.asking import Ask
from trueup.reports.library.by_device import by_device
from trueup.reports.library.facts import holdings_of, label_of, unit_price
from trueup.reports.library.report import Choice, Report
from trueup.reports.render.table import Cell, Column, Kind, Table

CENT = Decimal("0.01")
OF_LICENCE = (
    "licence_id", "licence__product__name", "licence__metric", "units_held", "lines_price", "lines_purchased",
    "lines_unlimited", "lines_currency", "company__name",
)  # fmt: skip
ROWS = (("holdings", gettext_lazy("one row per holding")), ("devices", gettext_lazy("one row per device")))
DEVICE_KINDS = dict(DeviceKind.choices)


@dataclass(frozen=True, slots=True)
class Side:
    """The holder's half of a row: its columns, where the ORM finds them, and the order of rows."""

    paths: tuple[str, ...]
    columns: Callable[[], list[Column]]
    order: tuple[str, ...]


def _people() -> list[Column]:
    return [
        Column("person", _("Person")),
        Column("login", _("Login")),
        Column("department", _("Department")),
        Column("left_on", _("Left"), Kind.DATE),
    ]


def _devices() -> list[Column]:
    return [
        Column("device", _("Device")),
        Column("kind", _("Kind")),
        Column("barcode", _("Barcode")),
        Column("user", _("User")),
    ]


PEOPLE = Side(
    ("person__name", "person__username", "department_name", "person__left_on"), _people, ("person__name", "person_id")
)  # fmt: skip
DEVICES = Side(
    ("device__hostname", "device__kind", "device__barcode", "device__user__name"), _devices, ("device__hostname", "device_id")
)  # fmt: skip


def _table(ask: Ask, report: Report, side: Side, rows: QuerySet[Any, Any]) -> Table:
    """One row for each licence a holder has, with its units and what they cost."""
    holder = side.columns()
    return Table(
        title=str(report.title),
        columns=[
            *holder,
            Column("licence", _("Licence"), Kind.INTEGER),
            Column("product", _("Product")),
            Column("metric", _("Metric")),
            Column("units", _("Units"), Kind.INTEGER, metric_key="metric"),
            Column("unit_cost", _("Unit cost"), Kind.DECIMAL),
            Column("cost", _("Cost"), Kind.MONEY, "currency"),
            Column("currency", _("Currency")),
            Column("company", _("Company")),
        ],
        rows=_rows(side, rows),
        filters=ask.filters,
        group_key=holder[0].key,
        has_totals=True,
    )


def _rows(side: Side, rows: QuerySet[Any, Any]) -> Iterator[list[Cell]]:
    paths = (*side.paths, *OF_LICENCE)
    for row in rows.order_by(*side.order, "licence__product__name", "pk").values_list(*paths).iterator(2000):
        holder, rest = list(row[: len(side.paths)]), row[len(side.paths) :]
        if side is DEVICES:
            holder[1] = str(DEVICE_KINDS.get(holder[1], holder[1]))
        yield [*(value if value is not None else "" for value in holder[:3]), holder[3], *_of_licence(rest)]


def _of_licence(row: tuple[Any, ...]) -> list[Cell]:
    licence, product, metric, units, price, purchased, unlimited, currency, company = row
    one = unit_price(price, purchased, unlimited=unlimited)
    cost = None if one is None else (price * units / purchased).quantize(CENT)
    return [
        licence, product, label_of(metric), units, one, cost, currency if cost is not None else "", company
    ]  # fmt: skip


def build_by_user(ask: Ask) -> Table:
    """Every person and every licence held."""
    return _table(ask, BY_USER, PEOPLE, holdings_of(ask).filter(person__isnull=False))


def build_by_asset(ask: Ask) -> Table:
    """Every device and every licence held; or every device there is on a row of its own, with all it holds (R-114)."""
    rows = ask.more.get("rows", "holdings")
    if rows not in dict(ROWS):
        raise InvalidValue.of(
            "rows",
            _("“%(given)s” is no kind of rows. Known: %(known)s.")
            % {"given": rows, "known": ", ".join(dict(ROWS))},
        )
    if rows == "devices":
        return by_device(ask, str(BY_ASSET.title))
    return _table(ask, BY_ASSET, DEVICES, holdings_of(ask).filter(device__isnull=False))


def build_leavers(ask: Ask) -> Table:
    """Units of people who had left by the day."""
    left = Q(person__is_active=False) & (Q(person__left_on=None) | Q(person__left_on__lte=ask.on))
    return _table(ask, LEAVERS, PEOPLE, holdings_of(ask).filter(left))


def build_decommissioned(ask: Ask) -> Table:
    """Units of devices that are out of use."""
    return _table(ask, DECOMMISSIONED, DEVICES, holdings_of(ask).filter(device__status=Status.DECOMMISSIONED))


BY_USER = Report(
    key="by_user",
    title=gettext_lazy("Assignments by user"),
    answers=gettext_lazy("Which licences each person holds, and what they cost."),
    section="licences",
    view=Permission.LICENCES_VIEW,
    build=build_by_user,
)
BY_ASSET = Report(
    key="by_asset",
    title=gettext_lazy("Assignments by asset"),
    answers=gettext_lazy("Which licences each device holds, virtual machines and clusters included."),
    section="licences",
    view=Permission.LICENCES_VIEW,
    build=build_by_asset,
    choices=(Choice("rows", gettext_lazy("Rows"), ROWS),),
)
LEAVERS = Report(
    key="leavers",
    title=gettext_lazy("Leavers with licences"),
    answers=gettext_lazy("Which people have left and still hold units, and what those cost."),
    section="tidy",
    view=Permission.LICENCES_VIEW,
    build=build_leavers,
)
DECOMMISSIONED = Report(
    key="decommissioned",
    title=gettext_lazy("Decommissioned devices with licences"),
    answers=gettext_lazy("Which devices are out of use and still hold units."),
    section="tidy",
    view=Permission.LICENCES_VIEW,
    build=build_decommissioned,
)
