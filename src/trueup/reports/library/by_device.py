"""The report of devices with columns of their licences: every device on one row, those that hold nothing too (R-114)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from trueup.devices.models import Kind as DeviceKind
from trueup.devices.queries import devices_visible_to
from trueup.reports.library.asking import Ask
from trueup.reports.library.facts import holdings_of, label_of
from trueup.reports.render.table import Cell, Column, Kind, Table

CENT = Decimal("0.01")
KINDS = dict(DeviceKind.choices)
OF_LICENCE = (
    "device_id", "licence__product__name", "licence__metric", "units_held", "lines_price", "lines_purchased",
    "lines_unlimited", "lines_currency",
)  # fmt: skip


def by_device(ask: Ask, title: str) -> Table:
    """Every device in use on the day, with what it holds in one cell and what that costs, one row a currency of it."""
    return Table(
        title=title,
        columns=[
            Column("device", _("Device")),
            Column("kind", _("Kind")),
            Column("barcode", _("Barcode")),
            Column("user", _("User")),
            Column("licences", _("Licences"), Kind.INTEGER),
            Column("held", _("Holds")),
            Column("cost", _("Cost"), Kind.MONEY, "currency"),
            Column("currency", _("Currency")),
            Column("company", _("Company")),
        ],
        rows=_rows(ask),
        filters=ask.filters,
        has_totals=True,
    )


def _rows(ask: Ask) -> Iterator[list[Cell]]:
    held: dict[int, list[str]] = defaultdict(list)
    costs: dict[int, dict[str, Decimal]] = defaultdict(dict)
    found = holdings_of(ask).filter(device__isnull=False).order_by("licence__product__name", "pk")
    for device, product, metric, units, price, owned, unlimited, currency in found.values_list(
        *OF_LICENCE
    ).iterator(2000):
        words = {"product": product, "units": units, "metric": label_of(metric)}
        held[device].append(_("%(product)s: %(units)s %(metric)s") % words)
        if price and owned and not unlimited:
            sums = costs[device]
            sums[currency] = sums.get(currency, Decimal(0)) + (price * units / owned).quantize(CENT)
    devices = devices_visible_to(actor=ask.actor).filter(**_narrowed(ask)).order_by("hostname", "pk")
    paths = ("pk", "hostname", "kind", "barcode", "user__name", "company__name")
    for pk, name, kind, barcode, user, company in devices.values_list(*paths).iterator(2000):
        holds = held.get(pk, [])
        for at, (currency, cost) in enumerate(sorted(costs.get(pk, {}).items()) or [("", None)]):
            cells: list[Cell] = [len(holds), "; ".join(holds)] if at == 0 else [None, ""]
            yield [
                name,
                str(KINDS.get(kind, kind)),
                barcode or "",
                user or "",
                *cells,
                cost,
                currency,
                company,
            ]


def _narrowed(ask: Ask) -> dict[str, list[int]]:
    """Regions narrow devices by where they stand; software narrows what they hold, not which there are."""
    return {"region_id__in": list(ask.regions)} if ask.regions else {}
