"""A purchase line in a few words, to choose it or to say what a document belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format

if TYPE_CHECKING:
    from trueup.licences.models import Purchase


def line_label(line: Purchase) -> str:
    """Kind, first day, and the order or invoice number."""
    parts = (
        line.get_kind_display(),
        date_format(line.valid_from, "j M Y"),
        line.order_number or line.invoice_number,
    )
    return " · ".join(part for part in parts if part)
