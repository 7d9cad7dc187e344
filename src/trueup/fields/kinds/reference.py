"""A record of the product: a person, a device, a licence, a product, a contract, a company, or an asset of a type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import FieldError
from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import ANY, FieldKind, WrongValue
from trueup.fields.terms import FieldTerms

TARGETS = ("person", "device", "licence", "product", "contract", "company", "asset")
ON_ARCHIVE = ("keep", "clear", "refuse")
MOST_DIGITS = 18


class Reference(FieldKind):
    """One record, by its id; whether it is there for whoever refers to it, the rooms above say."""

    key = "reference"
    label = gettext_lazy("Reference to a record")
    options = (ANY - {"default"}) | {"to", "to_type", "on_archive"}
    column: ClassVar[ColumnKind | None] = ColumnKind.REFERENCE
    cast = "bigint"

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        if field.to not in TARGETS:
            yield FieldError(
                "to",
                _("“%(to)s” cannot be referred to: %(known)s can.")
                % {"to": field.to, "known": ", ".join(TARGETS)},
            )
        if field.to_type and field.to != "asset":
            yield FieldError("to_type", _("Only references to assets are narrowed to a type."))
        if field.on_archive not in ON_ARCHIVE:
            yield FieldError(
                "on_archive",
                _("“%(rule)s” is no rule: keep, clear or refuse is.") % {"rule": field.on_archive},
            )

    def clean(self, value: Any, field: FieldTerms) -> Any:
        return None if value == "" else identity_of(value)

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "integer", "description": f"id of a {field.to}"}


def identity_of(value: Any) -> int:
    """The id of a record: a whole number, or the object that the API answers with."""
    value = value.get("id") if isinstance(value, dict) else value
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise WrongValue(_("Refer to a record by its id, a whole number."))
    return int(text)
