"""The address of a page: http or https and nothing else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import ANY, FieldKind, WrongValue, as_text
from trueup.fields.terms import FieldTerms

LONGEST = 1000


class Url(FieldKind):
    """C-014: what could run something is refused, a password in the address too."""

    key = "url"
    label = gettext_lazy("Web address")
    options = ANY | {"unique", "weight"}
    column = ColumnKind.TEXT
    is_searched = True

    def clean(self, value: Any, field: FieldTerms) -> str | None:
        text = as_text(value, longest=LONGEST)
        if not text:
            return None
        try:
            parts = urlsplit(text)
            host, has_password = parts.hostname, bool(parts.password)
        except ValueError:
            parts, host, has_password = urlsplit(""), None, False
        if parts.scheme not in {"http", "https"} or not host or any(sign.isspace() for sign in text):
            raise WrongValue(_("A web address starts with https:// or http://."))
        if has_password:
            raise WrongValue(_("The address holds a password. Leave it out: addresses are shown."))
        return text

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "string", "format": "uri", "pattern": "^https?://", "maxLength": LONGEST}
