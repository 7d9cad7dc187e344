"""The fields of a licence that a column may fill, each with the kind of value it takes.

The order is the order of the list a person chooses from.
"""

from dataclasses import dataclass
from enum import StrEnum


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
    title: str
    kind: Kind = Kind.TEXT


TARGETS = (
    Target("external_id", "Id in the other system"),
    Target("company", "Company"),
    Target("publisher", "Publisher"),
    Target("product", "Product"),
    Target("name", "Licence name"),
    Target("edition", "Edition"),
    Target("version", "Version"),
    Target("metric", "Licence type", Kind.METRIC),
    Target("units", "Units", Kind.UNITS),
    Target("region", "Region"),
    Target("key", "Licence key", Kind.KEY),
    Target("inventory_number", "Inventory number"),
    Target("order_number", "Order number"),
    Target("invoice_date", "Invoice date", Kind.DATE),
    Target("invoice_number", "Invoice number"),
    Target("price", "Price", Kind.MONEY),
    Target("unit_price", "Price per unit", Kind.MONEY),
    Target("total_price", "Price of all units", Kind.MONEY),
    Target("currency", "Currency", Kind.CURRENCY),
    Target("price_basis", "Price is per", Kind.BASIS),
    Target("cost_centre", "Cost centre"),
    Target("valid_from", "Valid from", Kind.DATE),
    Target("valid_until", "Valid to (last covered day)", Kind.DATE),
    Target("supplier", "Reseller"),
    Target("owner", "Owner"),
    Target("tags", "Tags", Kind.TAGS),
    Target("remarks", "Remarks"),
    Target("auto_renew", "Renews automatically", Kind.FLAG),
    Target("notice_days", "Notice period in days", Kind.COUNT),
    Target("holder_person", "Held by (person)"),
    Target("holder_device", "Held by (device)"),
)
BY_NAME = {target.name: target for target in TARGETS}
NOTE = "note"  # not a field: the column is kept in the remarks as "header: value"
LEAVE_OUT = "-"  # not a field either
