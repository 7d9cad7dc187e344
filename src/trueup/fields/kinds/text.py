"""One line of text, with bounds of its length and a pattern if wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import FieldError
from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import ANY, FieldKind, WrongValue, as_text, length_bounds, long_enough
from trueup.fields.patterns import fault_of_pattern, fits_pattern
from trueup.fields.terms import FieldTerms

LONGEST = 500


class Text(FieldKind):
    """C-008."""

    key = "text"
    label = gettext_lazy("Text")
    options = ANY | {"unique", "least", "most", "pattern", "in_title", "weight"}
    column = ColumnKind.TEXT
    is_searched = True

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        yield from length_bounds(field, LONGEST)
        if field.pattern and (fault := fault_of_pattern(field.pattern)):
            yield FieldError("pattern", fault)

    def clean(self, value: Any, field: FieldTerms) -> str | None:
        text = long_enough(as_text(value, longest=LONGEST), field)
        if text and field.pattern and not fits_pattern(field.pattern, text):
            raise WrongValue(_("“%(value)s” is not written as the pattern asks.") % {"value": text[:60]})
        return text or None

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string", "maxLength": int(field.most or LONGEST)}
        if field.least:
            found["minLength"] = int(field.least)
        return found | ({"pattern": f"^(?:{field.pattern})$"} if field.pattern else {})
