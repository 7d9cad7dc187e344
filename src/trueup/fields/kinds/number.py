"""A number: seats, units, a size. Whole or with digits after the point, never a float."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from trueup.base.problems import FieldError
from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import ANY, FieldKind, as_decimal, number_bounds, plain_number, within
from trueup.fields.terms import FieldTerms

PLACES = 6
UNLIMITED: Final = gettext_noop("unlimited")
"""What stands in place of a number where a field allows it."""


class Number(FieldKind):
    """Exact: stored as the digits that were given, compared as numbers."""

    key = "number"
    label = gettext_lazy("Number")
    options = ANY | {"least", "most", "unique", "unlimited"}
    column = ColumnKind.NUMBER
    cast = "numeric"

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        return number_bounds(field)

    def clean(self, value: Any, field: FieldTerms) -> str | None:
        if value == "":
            return None
        if field.unlimited and str(value).strip().casefold() in {UNLIMITED, _(UNLIMITED).casefold()}:
            return UNLIMITED
        return plain_number(within(as_decimal(value, places=PLACES), field))

    def words(self, value: Any, field: FieldTerms) -> str:
        return _(UNLIMITED) if value == UNLIMITED else str(value)

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        digits = r"-?\d{1,15}(\.\d{1,6})?"
        return {
            "type": ["string", "number"],
            "pattern": f"^({digits}|{UNLIMITED})$" if field.unlimited else f"^{digits}$",
        }
