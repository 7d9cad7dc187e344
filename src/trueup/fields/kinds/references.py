"""Several records of the product."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.fields.kinds.kind import WrongValue
from trueup.fields.kinds.reference import Reference, identity_of
from trueup.fields.terms import FieldTerms

MOST = 500


class References(Reference):
    """A list of ids, each once, in the order given."""

    key = "references"
    label = gettext_lazy("References to records")
    options = Reference.options - {"in_list"}
    column = None

    def clean(self, value: Any, field: FieldTerms) -> list[int] | None:
        given = [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        if not isinstance(given, list | tuple) or len(given) > MOST:
            raise WrongValue(_("Give a list of at most %(most)s ids.") % {"most": MOST})
        return list(dict.fromkeys(identity_of(one) for one in given)) or None

    def typed(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if value else value

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "array", "maxItems": MOST, "items": {"type": "integer"}}
