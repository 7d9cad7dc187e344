"""An e-mail address."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import ANY, FieldKind, WrongValue, as_text
from trueup.fields.terms import FieldTerms

LONGEST = 254


class Email(FieldKind):
    """One address, as it is written."""

    key = "email"
    label = gettext_lazy("E-mail")
    options = ANY | {"unique", "in_title", "weight"}
    column = ColumnKind.TEXT
    is_searched = True

    def clean(self, value: Any, field: FieldTerms) -> str | None:
        text = as_text(value, longest=LONGEST)
        if not text:
            return None
        try:
            validate_email(text)
        except ValidationError as wrong:
            raise WrongValue(_("“%(value)s” is no e-mail address.") % {"value": text[:60]}) from wrong
        return text

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": LONGEST}
