"""A row's price: from whichever column gives it, in which currency, and for what.

One unit or all of them is the difference between a right sum and one that is fifty times too high: where
neither the file nor the person says which, rows of more than one unit are refused, not guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from trueup.connectors.spreadsheet.answers import Answers
from trueup.connectors.spreadsheet.columns import Reader
from trueup.connectors.spreadsheet.matching import Matching
from trueup.connectors.spreadsheet.values.labels import PriceBasis
from trueup.connectors.spreadsheet.values.money import UNKNOWN, Amount, currency_in_header
from trueup.connectors.spreadsheet.values.refused import RefusedValueError
from trueup.connectors.spreadsheet.values.simple import Units

COLUMNS = {"total_price": PriceBasis.TOTAL, "unit_price": PriceBasis.UNIT, "price": None}
UNCLEAR_BASIS = "unclear price"
NO_CURRENCY = "no currency"


class Refuse(Protocol):
    """How an error is noted on the row."""

    def __call__(
        self, reader: Reader | None, refused: RefusedValueError, *, column: str = "", keeps: bool = False
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Pricing:
    """What the file and the person say about all prices of the file."""

    basis: PriceBasis | None
    currency: str | None

    @classmethod
    def of(cls, matching: Matching, answers: Answers) -> "Pricing":
        """The answer first, then the known export."""
        return cls(
            answers.price_basis or (matching.export.price_basis if matching.export else None),
            answers.currency,
        )


def priced(values: dict[str, Any], pricing: Pricing, readers: Mapping[str, Reader], refuse: Refuse) -> None:
    """Replace the row's price columns by one price with currency and basis; refuse what is unclear."""
    given = {name: values.pop(name) for name in COLUMNS if values.get(name) is not None}
    named, basis = values.pop("currency", None), values.pop("price_basis", None)
    name = next(iter(given), None)
    if name is None:
        return
    amount: Amount = given[name]
    reader = readers[name]
    currency = named or amount.currency or currency_in_header(reader.header) or pricing.currency
    if named and amount.currency and named != amount.currency:
        way_out = _("The cell says %(currency)s, the currency column %(named)s. Correct one of them.") % {
            "currency": amount.currency,
            "named": named,
        }
        refuse(reader, RefusedValueError("two currencies", way_out))
    elif currency is None:
        refuse(
            reader, RefusedValueError(NO_CURRENCY, _("Say in which currency the prices of this file are."))
        )
    elif currency == UNKNOWN:
        refuse(
            reader,
            RefusedValueError(NO_CURRENCY, _("Its currency is marked unknown; the price is left out.")),
            keeps=True,
        )
    elif (basis := COLUMNS[name] or basis or pricing.basis or single(values.get("units"))) is None:
        refuse(
            reader,
            RefusedValueError(
                UNCLEAR_BASIS, _("Say whether it is for one unit or for all units of the row.")
            ),
        )
    else:
        values.update(price=amount.amount, currency=currency, price_basis=basis)


def single(units: Units | None) -> PriceBasis | None:
    """For one unit, the price of a unit is the price of all; no limit has no unit to price."""
    return PriceBasis.TOTAL if units and units.count in {0, 1, None} else None
