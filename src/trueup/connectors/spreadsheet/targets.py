"""The fields of a licence that a column may fill, each with the kind of value it takes.

The order is the order of the list a person chooses from.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Kind(StrEnum):
    """What the cells of a column must look like."""

    TEXT = "text"
    UNITS = "units"
    COUNT = "count"
    MONEY = "money"
    CURRENCY = "currency"
    DATE = "date"
    FLAG = "flag"
    METRIC = "metric"
    BASIS = "basis"
    KEY = "key"
    TAGS = "tags"


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column may fill; `name` is what the command line and files call it."""

    name: str
    title: _StrOrPromise
    kind: Kind = Kind.TEXT


TARGETS = (
    Target("external_id", gettext_lazy("Id in the other system")),
    Target("company", gettext_lazy("Company")),
    Target("publisher", gettext_lazy("Publisher")),
    Target("product", gettext_lazy("Product")),
    Target("name", gettext_lazy("Licence name")),
    Target("edition", gettext_lazy("Edition")),
    Target("version", gettext_lazy("Version")),
    Target("metric", gettext_lazy("Licence type"), Kind.METRIC),
    Target("units", gettext_lazy("Units"), Kind.UNITS),
    Target("region", gettext_lazy("Region")),
    Target("key", gettext_lazy("Licence key"), Kind.KEY),
    Target("inventory_number", gettext_lazy("Inventory number")),
    Target("order_number", gettext_lazy("Order number")),
    Target("invoice_date", gettext_lazy("Invoice date"), Kind.DATE),
    Target("invoice_number", gettext_lazy("Invoice number")),
    Target("price", gettext_lazy("Price"), Kind.MONEY),
    Target("unit_price", gettext_lazy("Price per unit"), Kind.MONEY),
    Target("total_price", gettext_lazy("Price of all units"), Kind.MONEY),
    Target("currency", gettext_lazy("Currency"), Kind.CURRENCY),
    Target("price_basis", gettext_lazy("Price is per"), Kind.BASIS),
    Target("cost_centre", gettext_lazy("Cost centre")),
    Target("valid_from", gettext_lazy("Valid from"), Kind.DATE),
    Target("valid_until", gettext_lazy("Valid to (last covered day)"), Kind.DATE),
    Target("supplier", gettext_lazy("Reseller")),
    Target("owner", gettext_lazy("Owner")),
    Target("tags", gettext_lazy("Tags"), Kind.TAGS),
    Target("remarks", gettext_lazy("Remarks")),
    Target("auto_renew", gettext_lazy("Renews automatically"), Kind.FLAG),
    Target("notice_days", gettext_lazy("Notice period in days"), Kind.COUNT),
    Target("holder_person", gettext_lazy("Held by (person)")),
    Target("holder_device", gettext_lazy("Held by (device)")),
)
BY_NAME = {target.name: target for target in TARGETS}
NOTE = "note"  # not a field: the column is kept in the remarks as "header: value"
LEAVE_OUT = "-"  # not a field either
