"""All purchases of a product on its page: the lines of every licence of it, and the sums by metric."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.licences.metrics import metric_named
from trueup.licences.pooling import lines_of_product, sums_by_metric, sums_by_region, sums_by_version
from trueup.licences.prices import total_of
from trueup.licences.queries import licences_visible_to
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.tables import Column, Table

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.catalogue.models import Product

SHOWN = 200


def pool_tables(actor: Actor, found: Product) -> dict[str, Table]:
    """Sums by metric and by region, and the lines behind them (U-040)."""
    if not actor.may_somewhere(Permission.LICENCES_VIEW):
        return {}
    return {
        "sums": _sums(actor, found),
        "by_version": _by_version(actor, found),
        "regions": _regions(actor, found),
        "lines": _lines(actor, found),
    }


def _regions(actor: Actor, found: Product) -> Table:
    """What could be given out where (R-144)."""
    rows = [
        {
            "id": f"{one.region_id}-{one.metric}",
            "region": {"text": one.region, "sub": one.company},
            "metric": _(metric_named(one.metric).label),
            "purchased": None if one.free is None else one.purchased,
            "used": one.used,
            "free": None if one.free is None else {"value": one.free},
        }
        for one in sums_by_region(actor=actor, product_id=found.pk, on=timezone.localdate())
    ]
    columns = [
        Column("region", _("Region")),
        Column("metric", _("Metric"), low=True),
        Column("purchased", _("Purchased"), "number", missing=_("unlimited")),
        Column("used", _("Used"), "number"),
        Column("free", _("Free"), "number", missing=_("unlimited")),
    ]
    return Table(_("By region"), columns, rows=rows, id="regions")


def _by_version(actor: Actor, found: Product) -> Table:
    """What of it each version has; together they are all of the product (U-039)."""
    rows = [
        {
            "id": f"{one.version_id}-{one.metric}",
            "version": one.version or _("any version"),
            "metric": _(metric_named(one.metric).label) if one.metric else None,
            "licences": one.licences,
            "use": {"purchased": None if one.free is None else one.purchased, "used": one.used},
        }
        for one in sums_by_version(actor=actor, product=found, on=timezone.localdate())
    ]
    columns = [
        Column("version", _("Version")),
        Column("metric", _("Metric"), low=True, missing=_("none")),
        Column("licences", _("Licences"), "number"),
        Column("use", _("In use"), "meter"),
    ]
    return Table(_("By version"), columns, rows=rows, id="by-version")


def _sums(actor: Actor, found: Product) -> Table:
    licences = licences_visible_to(actor=actor, on=timezone.localdate())
    sums = sums_by_metric(licences.filter(product_id=found.pk, retired_at=None))
    rows = [
        {
            "id": one.metric,
            "metric": _(metric_named(one.metric).label),
            "licences": one.licences,
            "use": {"purchased": None if one.has_unlimited else one.purchased, "used": one.used},
        }
        for one in sums
    ]
    columns = [
        Column("metric", _("Metric")),
        Column("licences", _("Licences"), "number"),
        Column("use", _("In use"), "meter"),
    ]
    return Table(_("In all"), columns, rows=rows, id="sums")


def _lines(actor: Actor, found: Product) -> Table:
    rows = []
    for line in lines_of_product(actor=actor, product_id=found.pk)[:SHOWN]:
        priced = line.price is not None and actor.may(Permission.PRICES_VIEW, line.company_id)
        edition = line.licence.edition
        rows.append(
            {
                "id": line.pk,
                "licence": {
                    "name": edition.name if edition else found.name,
                    "meta": line.licence.company.name,
                    "url": f"{address_of('licence', line.licence_id)}purchases/",
                },
                "kind": line.get_kind_display(),
                "units": None if line.is_unlimited else line.units,
                "valid_from": line.valid_from,
                "valid_to": line.valid_until - timedelta(days=1) if line.valid_until else None,
                "price": {"value": (total_of(line), line.currency)} if priced else None,
                "order": line.order_number or None,
            }
        )
    columns = [
        Column("licence", _("Licence"), "who"),
        Column("kind", _("Line")),
        Column("units", _("Units"), "number", missing=_("unlimited")),
        Column("valid_from", _("Valid from"), "day"),
        Column("valid_to", _("Valid to"), "day", missing=_("no end")),
        Column("price", _("Price"), "money", missing=_("not known")),
        Column("order", _("Order"), "mono", low=True),
    ]
    return Table(_("All purchases"), columns, rows=rows, id="lines")
