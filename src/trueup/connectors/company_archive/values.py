"""One line of a table, held against the columns of this version: every field there, none besides, each of its kind."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from trueup.connectors.company_archive.opening import ArchiveRefused

if TYPE_CHECKING:
    Field = models.Field[Any, Any]


def checked_row(
    given: Any, *, where: str, fields: Collection[Field], besides: Collection[str]
) -> dict[str, Any]:
    """The row with its values as Python has them, keyed by column; raises ArchiveRefused."""
    if not isinstance(given, dict):
        raise ArchiveRefused(_("%(where)s is no record.") % {"where": where})
    wanted = {field.attname for field in fields} | set(besides)
    if given.keys() != wanted:
        strange, missing = sorted(given.keys() - wanted), sorted(wanted - given.keys())
        raise ArchiveRefused(
            _("%(where)s has other fields than this version knows: unknown %(strange)s, missing %(missing)s.")
            % {"where": where, "strange": ", ".join(strange) or "-", "missing": ", ".join(missing) or "-"}
        )
    return {name: given[name] for name in besides} | {
        field.attname: _checked(given[field.attname], field, where) for field in fields
    }


def _checked(value: Any, field: Field, where: str) -> Any:
    try:
        if value is None:
            if not field.null:
                field.validate(None, None)
            return None
        read = _read(value, field)
        if not isinstance(field, models.EmailField | models.JSONField | ArrayField | models.ForeignKey):
            field.run_validators(read)
        if field.choices and read != "":
            field.validate(read, None)
    except (ValueError, TypeError, OverflowError, InvalidOperation, ValidationError) as wrong:
        why = "; ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)
        raise ArchiveRefused(
            _("%(where)s: %(field)s cannot be %(value)s (%(why)s).")
            % {"where": where, "field": field.attname, "value": repr(value)[:80], "why": why}
        ) from wrong
    return read


def _read(value: Any, field: Field) -> Any:
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kind, models.JSONField):
        return value
    if isinstance(kind, ArrayField):
        return [_text(one, kind.base_field) for one in _of(value, list)]
    for family, reading in READINGS:
        if isinstance(kind, family):
            return reading(value)
    return _text(value, kind)


def _of(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(_("not of its kind"))
    return value


def _text(value: Any, field: Any) -> str:
    text: str = _of(value, str)
    if "\0" in text:
        raise ValueError(_("a NUL is no letter"))
    if field.max_length is not None and len(text) > field.max_length:
        raise ValueError(_("longer than %(most)s characters") % {"most": field.max_length})
    return text


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_of(value, str))
    if moment.tzinfo is None:
        raise ValueError(_("without a time zone"))
    return moment


def _amount(value: Any) -> Decimal:
    amount = Decimal(_of(value, str))
    if not amount.is_finite():
        raise ValueError(_("no number"))
    return amount


READINGS: tuple[tuple[type[models.Field[Any, Any]], Callable[[Any], Any]], ...] = (
    (models.BooleanField, lambda value: _of(value, bool)),
    (models.DateTimeField, _moment),
    (models.DateField, lambda value: date.fromisoformat(_of(value, str))),
    (models.DecimalField, _amount),
    (models.UUIDField, lambda value: uuid.UUID(_of(value, str))),
    (models.IntegerField, lambda value: _of(value, int)),
)
"""A moment is also a day to Django: the narrower kind stands first."""
