"""Several lines of plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy

from trueup.base.problems import FieldError
from trueup.fields.kinds.kind import ANY, FieldKind, as_text, length_bounds, long_enough
from trueup.fields.terms import FieldTerms

LONGEST = 20_000


class MultiLine(FieldKind):
    """C-016: works as text does."""

    key = "multi_line"
    label = gettext_lazy("Text of several lines")
    options = (ANY - {"in_list"}) | {"least", "most", "weight"}
    is_searched = True

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        return length_bounds(field, LONGEST)

    def clean(self, value: Any, field: FieldTerms) -> str | None:
        return long_enough(as_text(value, longest=LONGEST, lines=True), field) or None

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "string", "maxLength": int(field.most or LONGEST)}
