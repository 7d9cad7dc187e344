"""A number with many digits after the point: a rate, a factor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy

from trueup.base.problems import FieldError
from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import ANY, FieldKind, as_decimal, number_bounds, plain_number, within
from trueup.fields.terms import FieldTerms

PLACES = 10


class Exact(FieldKind):
    """Exact: stored as the digits that were given, compared as numbers."""

    key = "decimal"
    label = gettext_lazy("Decimal number")
    options = ANY | {"least", "most", "unique"}
    column = ColumnKind.NUMBER
    cast = "numeric"

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        return number_bounds(field)

    def clean(self, value: Any, field: FieldTerms) -> str | None:
        if value == "":
            return None
        return plain_number(within(as_decimal(value, places=PLACES), field))

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": ["string", "number"], "pattern": r"^-?\d{1,15}(\.\d{1,10})?$"}
