"""What somebody wants written down about a licence and its purchase lines, as given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from trueup.base.problems import Invalid
from trueup.licences.models import WITHOUT_UNITS, Basis, PurchaseKind
from trueup.licences.seat_terms import SeatTerms


@dataclass(frozen=True, slots=True)
class LineTerms:
    """One purchase line as given. ``valid_until`` is the day after the last covered one; empty is perpetual.

    ``units`` may be left to ``packs`` × ``pack_size``, and ``price`` to ``list_price`` less ``discount_percent``.
    The units of maintenance and of an upgrade are those they are paid for, of the line they ``covers_id``. ``shares``
    are cost centres with the percentage each pays, 100 together.
    """

    units: int
    valid_from: date
    valid_until: date | None = None
    kind: str = PurchaseKind.PURCHASE
    is_unlimited: bool = False
    price: Decimal | None = None
    currency: str = ""
    basis: str = Basis.TOTAL
    order_number: str = ""
    invoice_number: str = ""
    invoice_on: date | None = None
    supplier: str = ""
    cost_centre_id: int | None = None
    renews_itself: bool = False
    notice_days: int | None = None
    packs: int | None = None
    pack_size: int | None = None
    list_price: Decimal | None = None
    discount_percent: Decimal | None = None
    budget: str = ""
    covers_id: int | None = None
    contract_id: int | None = None
    renews_id: int | None = None
    shares: tuple[tuple[int, Decimal], ...] = ()
    transfer: UUID | None = None

    @property
    def granted(self) -> int:
        """The units the line brings by itself; an unlimited one is a state of its own."""
        return 0 if self.is_unlimited or self.kind in WITHOUT_UNITS else self.units

    def covers(self, day: date) -> bool:
        """Whether the line is in force on the day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True)
class LicenceTerms:
    """A licence as given. Empty ``policy`` takes the company's; empty ``region_id`` its only or default region."""

    product_id: int
    metric: str
    edition_id: int | None = None
    version_id: int | None = None
    region_id: int | None = None
    policy: str = ""
    owner_id: int | None = None
    inventory_number: str = ""
    remarks: str = ""
    tags: tuple[str, ...] = field(default_factory=tuple)
    source: str = ""
    external_id: str = ""
    licence_type: str = ""
    provider: str = ""
    accounting_id: str = ""
    property_of: str = ""
    depreciation_percent: Decimal | None = None
    seats: SeatTerms = field(default_factory=SeatTerms)


class NothingToChange(Invalid):
    """The change names no field."""
