"""What somebody wants written down about a licence and its purchase lines, checked before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from trueup.base.problems import FieldError, Invalid, InvalidValue
from trueup.licences.models import Basis, PurchaseKind

MOST_UNITS = 2**53


@dataclass(frozen=True, slots=True)
class LineTerms:
    """One purchase line as given. ``valid_until`` is the day after the last covered one; empty is perpetual."""

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


def check_line(line: LineTerms) -> None:
    """Refuse a line that breaks a rule, naming every wrong value at once."""
    errors = [error for error in (_units(line), _period(line), *_money(line), _notice(line)) if error]
    if errors:
        raise InvalidValue(" ".join(error.detail for error in errors), errors=tuple(errors))


def _units(line: LineTerms) -> FieldError | None:
    if line.kind not in PurchaseKind.values:
        return FieldError("kind", f"“{line.kind}” is no kind of line: {', '.join(PurchaseKind.values)} is.")
    if abs(line.units) > MOST_UNITS:
        return FieldError(
            "units", f"{line.units} units are beyond {MOST_UNITS}. Mark the line as unlimited instead."
        )
    if line.kind == PurchaseKind.REDUCTION:
        return (
            None
            if line.units < 0
            else FieldError("units", "A reduction takes units away: give a negative number.")
        )
    if line.units < 0:
        return FieldError(
            "units", f"{line.units} units cannot be bought: a whole number from 0 on, or unlimited."
        )
    return None


def _period(line: LineTerms) -> FieldError | None:
    if line.valid_until is not None and line.valid_until <= line.valid_from:
        return FieldError("valid_to", "The last covered day lies before the first. Correct one of the two.")
    return None


def _money(line: LineTerms) -> list[FieldError]:
    errors = []
    if line.price is not None and line.price < 0:
        errors.append(
            FieldError("price", f"A price of {line.price} is negative. A credit is a line of its own.")
        )
    if line.price is not None and not (len(line.currency) == 3 and line.currency.isalpha()):  # noqa: PLR2004  # ISO 4217
        errors.append(FieldError("currency", "A price needs a currency: three letters, such as EUR."))
    if line.basis not in Basis.values:
        errors.append(FieldError("basis", f"“{line.basis}” is no basis of a price: unit or total is."))
    return errors


def _notice(line: LineTerms) -> FieldError | None:
    if line.notice_days is not None and line.notice_days < 0:
        return FieldError("notice_days", f"{line.notice_days} days of notice are negative.")
    return None


class NothingToChange(Invalid):
    """The change names no field."""
