"""One of some choices, stored by a key that stays when its label changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import FieldError
from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import ANY, FieldKind, WrongValue, one_of
from trueup.fields.terms import FieldTerms

MOST_CHOICES = 300
LONGEST = 100


class Select(FieldKind):
    """C-009."""

    key = "select"
    label = gettext_lazy("Selection")
    options = ANY | {"choices", "list", "in_title"}
    column = ColumnKind.CHOICE
    is_searched = True

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        yield from choice_faults(field)

    def clean(self, value: Any, field: FieldTerms) -> Any:
        if not isinstance(value, str | int):
            raise WrongValue(_("Give one of the choices."))
        return one_of(value, labels_of(field)) if str(value).strip() else None

    def words(self, value: Any, field: FieldTerms) -> str:
        return labels_of(field).get(value, str(value))

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "string", "enum": [choice.key for choice in field.choices]}


def labels_of(field: FieldTerms) -> dict[str, str]:
    """Key to label."""
    return {choice.key: choice.label for choice in field.choices}


def choice_faults(field: FieldTerms) -> Iterator[FieldError]:
    """No choices, too many, or two of one name."""
    if field.list and not field.choices:
        return  # they are looked up in the list when the field is read
    if not 1 <= len(field.choices) <= MOST_CHOICES:
        yield FieldError("choices", _("A selection has 1 to %(most)s choices.") % {"most": MOST_CHOICES})
    for part in ("key", "label"):
        names = Counter(getattr(choice, part) for choice in field.choices)
        bad = [name for name, times in names.items() if times > 1 or not 0 < len(name) <= LONGEST]
        if bad:
            yield FieldError(
                "choices", _("Each choice is a text of its own; “%(name)s” is not.") % {"name": bad[0][:60]}
            )
