"""Yes, no, or not said: three states."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import FieldKind, WrongValue
from trueup.fields.terms import FieldTerms

MEANT = {
    **dict.fromkeys(("true", "yes", "y", "1", "ja", "oui"), True),
    **dict.fromkeys(("false", "no", "n", "0", "nein", "non"), False),
}


class Boolean(FieldKind):
    """C-013."""

    key = "boolean"
    label = gettext_lazy("Yes or no")
    column = ColumnKind.FLAG
    cast = "boolean"

    def clean(self, value: Any, field: FieldTerms) -> bool | None:
        if isinstance(value, bool):
            return value
        text = str(value).strip().lower()
        if not text:
            return None
        if text not in MEANT:
            raise WrongValue(_("“%(value)s” is neither yes nor no.") % {"value": text[:40]})
        return MEANT[text]

    def words(self, value: Any, field: FieldTerms) -> str:
        return _("yes") if value else _("no")

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "boolean"}
