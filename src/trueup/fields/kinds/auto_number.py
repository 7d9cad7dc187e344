"""A number of the product's own, one higher for each new record of the type in a company."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import FieldError
from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import FieldKind
from trueup.fields.terms import FieldTerms

LONGEST_PREFIX = 12
MOST_DIGITS = 9


class AutoNumber(FieldKind):
    """With a prefix and leading zeros where wanted: "LIC-00042"."""

    key = "auto_number"
    label = gettext_lazy("Number given by itself")
    options = frozenset(
        {
            "key",
            "label",
            "kind",
            "hint",
            "in_list",
            "in_title",
            "view",
            "in_api",
            "prefix",
            "digits",
            "weight",
        }
    )
    column = ColumnKind.MONO
    is_typed = False
    is_searched = True

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        if len(field.prefix) > LONGEST_PREFIX or not field.prefix.isprintable():
            yield FieldError(
                "prefix", _("A prefix has at most %(most)s characters.") % {"most": LONGEST_PREFIX}
            )
        if not 0 <= field.digits <= MOST_DIGITS:
            yield FieldError("digits", _("Digits are from 0 to %(most)s.") % {"most": MOST_DIGITS})

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "string", "readOnly": True}


def numbered(field: FieldTerms, number: int) -> str:
    """The number as it is stored.

    >>> numbered(FieldTerms("No", "auto_number", prefix="LIC-", digits=5), 42)
    'LIC-00042'
    """
    return f"{field.prefix}{number:0{field.digits or 1}d}"
