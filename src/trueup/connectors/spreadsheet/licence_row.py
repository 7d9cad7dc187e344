"""What one row of a file says, once it is understood: a licence row, or what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from trueup.connectors.spreadsheet.sheets import Cell
from trueup.connectors.spreadsheet.values.labels import PriceBasis


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds how many units, found already; `kind` is person or device."""

    kind: str
    id: int
    units: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceRow:
    """One row as values. `units` None is unlimited; `valid_until` is half-open, the day after the last covered.

    `key` stands here in clear on its way to the vault, hence absent from the repr. `holdings` and `terms` (more of a
    new licence's terms, by name) are what other systems say beyond a sheet's columns.
    """

    row: int
    product: str
    units: int | None
    publisher: str = ""
    external_id: str = ""
    company: str = ""
    name: str = ""
    edition: str = ""
    version: str = ""
    metric: str | None = None
    region: str = ""
    inventory_number: str = ""
    order_number: str = ""
    invoice_date: date | None = None
    invoice_number: str = ""
    price: Decimal | None = None
    currency: str = ""
    price_basis: PriceBasis = PriceBasis.TOTAL
    cost_centre: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    supplier: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()
    remarks: str = ""
    auto_renew: bool = False
    notice_days: int | None = None
    holder_people: tuple[str, ...] = ()
    holder_devices: tuple[str, ...] = ()
    key: str | None = None
    holdings: tuple[Holding, ...] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<row {self.row}: {self.units} × {self.product}>"


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a cell: where it stands, what it says, the rule, and the way out.

    Where `keeps_row`, only the value is left out; otherwise the row is. A key's value is never whole here.
    """

    row: int
    column: str
    letter: str
    value: str
    rule: str
    way_out: str
    keeps_row: bool = False

    def __str__(self) -> str:
        place = (
            f"row {self.row}, {self.column} ({self.letter})"
            if self.letter
            else f"row {self.row}, {self.column}"
        )
        return f"{place}: {self.rule}: “{self.value}”. {self.way_out}"


LONGEST_SHOWN = 80


def shown(cell: Cell) -> str:
    """A cell as an error shows it."""
    if cell is None:
        return ""
    text = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
