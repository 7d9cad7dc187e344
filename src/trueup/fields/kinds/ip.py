"""An address of the network, or a network."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import ANY, FieldKind, WrongValue, as_text
from trueup.fields.terms import FieldTerms

LONGEST = 50


class Ip(FieldKind):
    """IPv4 or IPv6, stored in the shortest form, so that equal addresses are equal."""

    key = "ip"
    label = gettext_lazy("IP address")
    options = ANY | {"unique", "in_title", "weight"}
    column = ColumnKind.MONO
    is_searched = True

    def clean(self, value: Any, field: FieldTerms) -> str | None:
        text = as_text(value, longest=LONGEST)
        if not text:
            return None
        try:
            read = ipaddress.ip_network if "/" in text else ipaddress.ip_address
            return str(read(text))
        except ValueError as wrong:
            raise WrongValue(_("“%(value)s” is no IP address.") % {"value": text}) from wrong
