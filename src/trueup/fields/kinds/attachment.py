"""Files: each is brought to the record by itself, never typed, and what is stored of it is a handle with its name."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from trueup.fields.kinds.kind import FieldKind
from trueup.fields.terms import FieldTerms


class Attachment(FieldKind):
    """C-016: a list of ``{"file": id, "name": name}``; the room above keeps the bytes."""

    key = "attachment"
    label = gettext_lazy("Files")
    options = frozenset({"key", "label", "kind", "hint", "view", "edit", "in_api", "weight"})
    is_typed = False
    is_searched = True

    def words(self, value: Any, field: FieldTerms) -> str:
        return ", ".join(str(one["name"]) for one in value)

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        one = {"type": "object", "properties": {"file": {"type": "integer"}, "name": {"type": "string"}}}
        return {"type": "array", "readOnly": True, "items": one}
