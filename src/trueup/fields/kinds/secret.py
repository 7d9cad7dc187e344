"""What must not be read in passing: it is sealed in the vault, and only its masked tail stands here."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from trueup.fields.kinds.kind import ANY, FieldKind, as_text
from trueup.fields.terms import FieldTerms
from trueup.vault.plain import Plain, masked

LONGEST = 4000


class Secret(FieldKind):
    """C-010, C-020: never in a list, a search, a file or a title. A value on its way in is a :class:`Plain`."""

    key = "secret"
    label = gettext_lazy("Password or key")
    options = ANY - {"default", "in_list"}

    def clean(self, value: Any, field: FieldTerms) -> Plain | None:
        text = as_text(value.expose() if isinstance(value, Plain) else value, longest=LONGEST, lines=True)
        return Plain(text) if text else None

    def words(self, value: Any, field: FieldTerms) -> str:
        return masked(str(value["tail"]))

    def typed(self, value: Any) -> Any:
        return None

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "string", "writeOnly": True, "maxLength": LONGEST}
