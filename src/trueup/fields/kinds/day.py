"""A day, which may be one on which something expires."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import FieldError
from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import ANY, FieldKind, WrongValue, day_bounds, is_day
from trueup.fields.terms import FieldTerms

MOST_NOTICE = 3660


class Day(FieldKind):
    """C-012: ISO where programs read, the reader's form on pages."""

    key = "date"
    label = gettext_lazy("Date")
    options = ANY | {"least", "most", "expires", "notice_days"}
    column = ColumnKind.DAY
    cast = "date"

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        yield from day_bounds(field)
        if not 0 <= field.notice_days <= MOST_NOTICE:
            yield FieldError(
                "notice_days", _("Days of notice are from 0 to %(most)s.") % {"most": MOST_NOTICE}
            )

    def clean(self, value: Any, field: FieldTerms) -> str | None:
        text = str(value).strip()
        if not text:
            return None
        if not is_day(text):
            raise WrongValue(_("“%(value)s” is no day: write it as 2026-06-30.") % {"value": text[:40]})
        if (field.least and text < field.least) or (field.most and text > field.most):
            raise WrongValue(_("%(day)s lies outside the days allowed.") % {"day": text})
        return text

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "string", "format": "date"}
