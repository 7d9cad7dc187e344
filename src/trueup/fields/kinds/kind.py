"""What every kind of field says: which options it takes, what a value may be, how it is stored, listed and described."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from trueup.base.problems import FieldError
from trueup.base.registers import Kind as ColumnKind
from trueup.fields.terms import FieldTerms

ANY = frozenset(
    {"key", "label", "kind", "hint", "required", "default", "in_list", "view", "edit", "in_api", "role"}
)
"""Options of every kind that holds values."""
MOST_NUMBER = Decimal(10) ** 15


class WrongValue(ValueError):
    """A value is none of its kind; the message says what one would be."""


class FieldKind:
    """A kind. Values come in as JSON or as typed text, and leave in their canonical form; None is no value."""

    key: ClassVar[str]
    label: ClassVar[Promise]
    options: ClassVar[frozenset[str]] = ANY
    column: ClassVar[ColumnKind | None] = None
    """How it looks in lists; none where it never stands there."""
    cast: ClassVar[str] = "text"
    """As which type of the database its stored text is compared and sorted."""
    is_typed: ClassVar[bool] = True
    """Whether people give its values; else the product does."""
    is_searched: ClassVar[bool] = False

    def faults(self, field: FieldTerms) -> Iterator[FieldError]:
        """What is wrong with the options of a field of this kind."""
        return iter(())

    def clean(self, value: Any, field: FieldTerms) -> Any:
        """The canonical form of a value that is there; raises :class:`WrongValue`."""
        raise NotImplementedError

    def words(self, value: Any, field: FieldTerms) -> str:
        """A stored value as text: for titles, searching and files."""
        return str(value)

    def typed(self, value: Any) -> Any:
        """A stored value as forms start from it."""
        return value

    def schema(self, field: FieldTerms) -> dict[str, Any]:
        """What values are, as JSON Schema."""
        return {"type": "string"}


def as_text(value: Any, *, longest: int, lines: bool = False) -> str:
    """A text without what surrounds it; a number counts as its digits, so that files may hold them."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise WrongValue(_("Give a text."))
    text = value.replace("\r\n", "\n").strip()
    if "\0" in text or (not lines and "\n" in text):
        raise WrongValue(_("Give one line of text."))
    if len(text) > longest:
        raise WrongValue(
            _("At most %(most)s characters; these are %(n)s.") % {"most": longest, "n": len(text)}
        )
    return text


def as_decimal(value: Any, *, places: int) -> Decimal:
    """An exact number; a float of JSON is read as it is written."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise WrongValue(_("Give a number, such as 12.5."))
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation as wrong:
        raise WrongValue(
            _("“%(value)s” is no number: write it as 12.5.") % {"value": str(value)[:40]}
        ) from wrong
    exponent = found.as_tuple().exponent
    if not found.is_finite() or abs(found) >= MOST_NUMBER or not isinstance(exponent, int):
        raise WrongValue(_("The number is too large."))
    if -exponent > places and found != round(found, places):
        raise WrongValue(_("At most %(places)s digits after the point.") % {"places": places})
    return found


def plain_number(value: Decimal) -> str:
    """A number as it is stored: no exponent, no needless zeros.

    >>> plain_number(Decimal("12.50")), plain_number(Decimal("1E+3")), plain_number(Decimal("-0"))
    ('12.5', '1000', '0')
    """
    if value == 0:
        return "0"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def within(value: Decimal, field: FieldTerms) -> Decimal:
    """The number, if it lies between the bounds of the field."""
    if field.least and value < Decimal(field.least):
        raise WrongValue(
            _("%(value)s is less than %(least)s.") % {"value": plain_number(value), "least": field.least}
        )
    if field.most and value > Decimal(field.most):
        raise WrongValue(
            _("%(value)s is more than %(most)s.") % {"value": plain_number(value), "most": field.most}
        )
    return value


def number_bounds(field: FieldTerms) -> Iterator[FieldError]:
    """Bounds that are no numbers, or the wrong way round."""
    read = {}
    for name in ("least", "most"):
        text = getattr(field, name)
        try:
            read[name] = as_decimal(text, places=6) if text else None
        except WrongValue as wrong:
            yield FieldError(name, str(wrong))
    least, most = read.get("least"), read.get("most")
    if least is not None and most is not None and least > most:
        yield FieldError("most", _("The bounds are the wrong way round."))


def length_bounds(field: FieldTerms, longest: int) -> Iterator[FieldError]:
    """Bounds of a text's length that are no whole numbers, or beyond what the kind holds."""
    for name in ("least", "most"):
        text = getattr(field, name)
        if text and not (
            text.isascii() and text.isdigit() and len(text) < len(str(longest)) + 1 and int(text) <= longest
        ):
            yield FieldError(name, _("A length is a whole number up to %(most)s.") % {"most": longest})  # fmt: skip


def long_enough(text: str, field: FieldTerms) -> str:
    """The text, if its length is within the bounds of the field."""
    if field.least and len(text) < int(field.least):
        raise WrongValue(_("At least %(least)s characters.") % {"least": field.least})
    if field.most and len(text) > int(field.most):
        raise WrongValue(
            _("At most %(most)s characters; these are %(n)s.") % {"most": field.most, "n": len(text)}
        )
    return text


def day_bounds(field: FieldTerms) -> Iterator[FieldError]:
    """Bounds that are no days."""
    for name in ("least", "most"):
        text = getattr(field, name)
        if text and not is_day(text):
            yield FieldError(name, _("“%(value)s” is no day: write it as 2026-06-30.") % {"value": text[:40]})


def is_day(text: str) -> bool:
    """Whether a text is a day in ISO form."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def one_of(value: Any, known: Mapping[str, str]) -> str:
    """A choice by its key or its label, whichever was given."""
    text = str(value).strip()
    if text in known:
        return text
    found = [key for key, label in known.items() if label.casefold() == text.casefold()]
    if not found:
        raise WrongValue(
            _("“%(value)s” is none of the choices: %(known)s.")
            % {"value": text[:60], "known": ", ".join(list(known.values())[:20])}
        )
    return found[0]
