"""Discovered, assigned and purchased of a product side by side, each with who says so and as of when (C-045).

The numbers of different sources are never added up: they are answers to different questions, and their difference is the point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.inventory.queries import discovered_of_product
from trueup.licences.queries import licences_visible_to
from trueup.sources.queries import told_of_product
from trueup.web.kit.figures import units
from trueup.web.kit.tables import Column, Table
from trueup.web.sources.look import kind_title

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.catalogue.models import Product

AGENTS = "softwares"


def side_by_side(actor: Actor, found: Product) -> Table:
    """A row for each source that knows the product."""
    rows: list[dict[str, Any]] = []
    if actor.may_somewhere(Permission.LICENCES_VIEW):
        rows += _licensed(actor, found)
    if actor.may_somewhere(Permission.INVENTORY_VIEW):
        rows += [*_discovered(actor, found), *_told(actor, found)]
    columns = [
        Column("source", _("Source")),
        Column("discovered", _("Discovered"), align="end", missing="–"),
        Column("assigned", _("Assigned"), align="end", missing="–"),
        Column("purchased", _("Purchased"), align="end", missing="–"),
        Column("as_of", _("As of"), "moment", low=True),
    ]
    return Table(_("Side by side"), columns, rows=rows, id="side-by-side")


def _licensed(actor: Actor, found: Product) -> list[dict[str, Any]]:
    """What is written down here: units held and bought today."""
    rows = list(licences_visible_to(actor=actor, on=timezone.localdate()).filter(product_id=found.pk))
    if not rows:
        return []
    where = f"{reverse('licences')}?product={found.pk}"
    unlimited = any(one.unlimited for one in rows)
    bought = (
        {"text": _("unlimited"), "url": where}
        if unlimited
        else _linked(sum(one.purchased for one in rows), where)
    )
    return [
        {
            "id": "licences",
            "source": _("Licences"),
            "assigned": _linked(sum(one.held for one in rows), where),
            "purchased": bought,
            "as_of": timezone.now(),
        }
    ]


def _discovered(actor: Actor, found: Product) -> list[dict[str, Any]]:
    where = f"{reverse('installations')}?product={found.pk}"
    return [
        {
            "id": section,
            "source": _("Agents") if section == AGENTS else kind_title(section.partition("/")[2]),
            "discovered": _linked(devices, where),
            "as_of": as_of,
        }
        for section, devices, as_of in discovered_of_product(actor=actor, product_id=found.pk)
    ]


def _told(actor: Actor, found: Product) -> list[dict[str, Any]]:
    """What vendors say; the people counted one by one go before the vendor's own count."""
    seats, bought = (f"{reverse(name)}?product={found.pk}" for name in ("seats", "subscriptions"))
    return [
        {
            "id": str(row["origin"]),
            "source": row["origin_name"],
            "assigned": _linked(row["holders"], seats) or _linked(row["assigned"], bought),
            "purchased": _linked(row["purchased"], bought),
            "as_of": row["seen_at"],
        }
        for row in told_of_product(actor=actor, product_id=found.pk)
    ]


def _linked(number: int | None, url: str) -> dict[str, str] | None:
    return None if number is None else {"text": units(number), "url": url}
