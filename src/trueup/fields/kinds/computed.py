"""A number reckoned from other fields of the same record whenever it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy

from trueup.base.problems import FieldError
from trueup.base.registers import Kind as ColumnKind
from trueup.fields.formulas import FormulaRefused, parse_formula
from trueup.fields.kinds.kind import FieldKind
from trueup.fields.terms import FieldTerms


class Computed(FieldKind):
    """Stored with the record, so that it is filtered and sorted like any number."""

    key = "computed"
    label = gettext_lazy("Computed number")
    options = frozenset({"key", "label", "kind", "hint", "in_list", "view", "in_api", "role", "formula"})
    column = ColumnKind.NUMBER
    cast = "numeric"
    is_typed = False

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        try:
            parse_formula(field.formula)
        except FormulaRefused as wrong:
            yield FieldError("formula", str(wrong))

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "string", "readOnly": True}
