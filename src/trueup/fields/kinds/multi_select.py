"""Several of some choices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import FieldError
from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import ANY, FieldKind, WrongValue, one_of
from trueup.fields.kinds.select import choice_faults, labels_of
from trueup.fields.terms import FieldTerms


class MultiSelect(FieldKind):
    """C-016: works as a selection does; stored in the order of the choices."""

    key = "multi_select"
    label = gettext_lazy("Selection of several")
    options = ANY | {"choices", "list"}
    column = ColumnKind.TAGS
    cast = "list"
    is_searched = True

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        yield from choice_faults(field)

    def clean(self, value: Any, field: FieldTerms) -> list[str] | None:
        given = value.split(",") if isinstance(value, str) else value
        if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
            raise WrongValue(_("Give a list of choices."))
        known = labels_of(field)
        chosen = {one_of(one, known) for one in given if one.strip()}
        return [key for key in known if key in chosen] or None

    def words(self, value: Any, field: FieldTerms) -> str:
        known = labels_of(field)
        return ", ".join(known.get(one, one) for one in value)

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {"type": "string", "enum": [choice.key for choice in field.choices]},
        }
