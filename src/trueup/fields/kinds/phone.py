"""A telephone number, as people write it."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import ANY, FieldKind, WrongValue, as_text
from trueup.fields.terms import FieldTerms

LONGEST = 40
SHAPE = re.compile(r"\+?[0-9 ()./-]{3,}(?:(?:x|ext\.?) ?[0-9]{1,6})?")


class Phone(FieldKind):
    """Digits with the signs between them, and an extension."""

    key = "phone"
    label = gettext_lazy("Telephone")
    options = ANY | {"weight"}
    column = ColumnKind.MONO
    is_searched = True

    def clean(self, value: Any, field: FieldTerms) -> str | None:
        text = " ".join(as_text(value, longest=LONGEST).split())
        if text and not (SHAPE.fullmatch(text) and any(sign.isdigit() for sign in text)):
            raise WrongValue(_("“%(value)s” is no telephone number.") % {"value": text})
        return text or None
