"""A moment: day and time, kept in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.timezone import is_aware, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.registers import Kind as ColumnKind
from trueup.fields.kinds.kind import FieldKind, WrongValue
from trueup.fields.terms import FieldTerms


class Moment(FieldKind):
    """Without an offset it is meant in the reader's time zone."""

    key = "date_time"
    label = gettext_lazy("Date and time")
    column = ColumnKind.MOMENT
    cast = "timestamptz"

    def clean(self, value: Any, field: FieldTerms) -> str | None:
        text = str(value).strip()
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
            aware = found if is_aware(found) else make_aware(found)
            return aware.astimezone(UTC).isoformat(timespec="seconds")
        except (ValueError, OverflowError) as wrong:
            raise WrongValue(
                _("“%(value)s” is no moment: write it as 2026-06-30T14:00.") % {"value": text[:40]}
            ) from wrong

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}
