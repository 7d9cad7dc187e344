"""The one language every system speaks that licences are moved in from: what it has, as frozen values.

A suitcase turns another system's words into these; where they land nobody knows whose they were.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ArrivingPerson:
    """A holder who is a person: found by login, then e-mail, then name."""

    login: str = ""
    email: str = ""
    name: str = ""
    department: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class ArrivingDevice:
    """A holder that is a device: found by serial, then barcode, then hostname. ``region`` is its region's name."""

    hostname: str = ""
    serial: str = ""
    barcode: str = ""
    kind: str = "other"
    environment: str = "back_office"
    region: str = ""


@dataclass(frozen=True, slots=True)
class ArrivingHolding:
    """Who holds how many units."""

    holder: ArrivingPerson | ArrivingDevice
    units: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivingLicence:
    """One licence. ``number`` is its id there; ``units`` None is unlimited; ``valid_until`` is half-open.

    ``label`` is what the other system calls its licence type; ``basis`` says what the price pays for, empty if the
    other system leaves that open. ``key`` stands here in clear on its way to the vault, hence absent from the repr.
    """

    number: int
    product: str
    units: int | None
    publisher: str = ""
    company: str = ""
    label: str = ""
    region: str = ""
    inventory_number: str = ""
    price: Decimal | None = None
    currency: str = ""
    basis: str = ""
    order_number: str = ""
    invoice_number: str = ""
    invoice_date: date | None = None
    supplier: str = ""
    cost_centre: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    accounting_id: str = ""
    property_of: str = ""
    depreciation_percent: Decimal | None = None
    remarks: str = ""
    tags: tuple[str, ...] = ()
    key: str | None = field(default=None, repr=False)
    holdings: tuple[ArrivingHolding, ...] = ()

    @property
    def held(self) -> int:
        """How many units its holders have together."""
        return sum(holding.units for holding in self.holdings)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What could not be carried: of which record, which field, what it says, the rule, and the way out.

    Where ``keeps_record`` only the value is left behind, else the whole record is.
    """

    number: int
    column: str
    value: str
    rule: str
    way_out: str
    keeps_record: bool = False


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Everything that was read from a system, and what of it could not be."""

    source: str
    title: str
    licences: tuple[ArrivingLicence, ...]
    left_behind: tuple[LeftBehind, ...] = ()
