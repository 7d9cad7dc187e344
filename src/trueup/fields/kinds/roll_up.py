"""A number counted from other records whenever it is read: how many there are, or their sum, least or most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import FieldError
from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import FieldKind
from trueup.fields.terms import FieldTerms

SOURCES: Final = ("assets", "assignments", "installations")
MEASURES: Final = ("count", "sum", "min", "max")
LONGEST_FILTER = 300


class RollUp(FieldKind):
    """C-016: of assets that refer to this one, of assignments of a licence, or of devices a product is installed on."""

    key = "roll_up"
    label = gettext_lazy("Roll-up")
    options = frozenset(
        """key label kind hint in_list view in_api role of to_type by over measure where""".split()
    )
    column = ColumnKind.NUMBER
    cast = "numeric"
    is_typed = False

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        for name, known in (("of", SOURCES), ("measure", MEASURES)):
            if getattr(field, name) not in known:
                words = _("“%(value)s” is none of: %(known)s.")
                yield FieldError(
                    name, words % {"value": getattr(field, name)[:40], "known": ", ".join(known)}
                )
        if len(field.where) > LONGEST_FILTER:
            yield FieldError(
                "where", _("A filter has at most %(most)s characters.") % {"most": LONGEST_FILTER}
            )
        if field.of == "assets":
            yield from _of_assets(field)
        elif field.to_type or (field.over and field.of == "installations"):
            yield FieldError(
                "to_type", _("Only a roll-up of assets names a type and what of it is added up.")
            )
        if field.of == "installations" and field.measure != "count":
            yield FieldError("measure", _("Installations are counted, not added up."))

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "string", "readOnly": True}


def _of_assets(field: FieldTerms) -> Iterator[FieldError]:
    for name, words in (
        ("to_type", _("Name the type of the assets that are rolled up.")),
        ("by", _("Name the field by which they refer to this one.")),
    ):
        if not getattr(field, name):
            yield FieldError(name, words)
    if (field.measure == "count") == bool(field.over):
        yield FieldError(
            "over", _("A sum, a least or a most is over a field of theirs; a count is over none.")
        )
