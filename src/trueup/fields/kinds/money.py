"""An amount of money with its currency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import FieldError
from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import (
    ANY,
    FieldKind,
    WrongValue,
    as_decimal,
    number_bounds,
    plain_number,
    within,
)
from trueup.fields.terms import FieldTerms

PLACES = 4
LETTERS = 3
DEFAULT = "EUR"


class Money(FieldKind):
    """C-026: never without a currency; one may be typed behind the amount ("1200.50 EUR")."""

    key = "money"
    label = gettext_lazy("Money")
    options = ANY | {"least", "most", "prefix"}
    column = ColumnKind.MONEY
    cast = "numeric"

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        yield from number_bounds(field)
        if field.prefix and not _is_currency(field.prefix):
            yield FieldError("prefix", _("A currency has three letters, such as EUR."))

    def clean(self, value: Any, field: FieldTerms) -> dict[str, str] | None:
        if value == "":
            return None
        amount, currency = value, ""
        if isinstance(value, Mapping):
            if set(value) - {"amount", "currency"} or "amount" not in value:
                raise WrongValue(_("Give an amount, or an object with “amount” and “currency”."))
            amount, currency = value["amount"], str(value.get("currency") or "")
        elif isinstance(value, str):
            amount, _space, currency = value.strip().partition(" ")
        currency = (currency.strip() or field.prefix or DEFAULT).upper()
        if not _is_currency(currency):
            raise WrongValue(_("A currency has three letters, such as EUR."))
        return {
            "amount": plain_number(within(as_decimal(amount, places=PLACES), field)),
            "currency": currency,
        }

    def words(self, value: Any, field: FieldTerms) -> str:
        return f"{value['amount']} {value['currency']}"

    def typed(self, value: Any) -> Any:
        return f"{value['amount']} {value['currency']}"

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        amount = {"type": ["string", "number"]}
        return {
            "type": "object", "required": ["amount"], "additionalProperties": False,
            "properties": {"amount": amount, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
        }  # fmt: skip


def _is_currency(text: str) -> bool:
    return len(text) == LETTERS and text.isascii() and text.isalpha()
