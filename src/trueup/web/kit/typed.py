"""Numbers as people type them: with the separators of their language, or plainly. 1.000 is a thousand in German and one
in English, so what is prefilled is written in the reader's way too.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from django import forms

from trueup.base.days import locale

THIN = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")
"""A space or an apostrophe between thousands, of whichever kind the keyboard gave."""


def read_number(text: str) -> str:
    """What was typed as a plain number; untouched where it is none, so that the field says so."""
    try:
        return format(parse_decimal(THIN.sub("", text.strip()), locale=locale(), strict=True), "f")
    except NumberFormatError:
        return text


def write_number(value: Any) -> Any:
    """A number for a control that people type into; text is what they typed and stays."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format_decimal(value, locale=locale(), group_separator=False, decimal_quantization=False)
    return value


class WholeNumber(forms.IntegerField):
    """A count, typed."""

    def to_python(self, value: Any) -> int | None:
        """The number, or a refusal."""
        number: int | None = super().to_python(_plain(self, value))
        return number

    def prepare_value(self, value: Any) -> Any:
        """The number as its reader writes it."""
        return _shown(self, value)


class Amount(forms.DecimalField):
    """A number with decimals, typed."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs call it a whole number
        """The number, or a refusal."""
        number: Decimal | None = super().to_python(_plain(self, value))
        return number

    def prepare_value(self, value: Any) -> Any:
        """The number as its reader writes it."""
        return _shown(self, value)


def _is_native(field: forms.Field) -> bool:
    """Whether the browser itself reads and writes the number, plainly."""
    return isinstance(field.widget, forms.NumberInput)


def _plain(field: forms.Field, value: Any) -> Any:
    return read_number(value) if isinstance(value, str) and not _is_native(field) else value


def _shown(field: forms.Field, value: Any) -> Any:
    return value if _is_native(field) else write_number(value)
