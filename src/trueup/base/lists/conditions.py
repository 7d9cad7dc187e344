"""Filters of a list: from the address to a condition, checked by the kind of its column, and from there to SQL.

A wrong name or value is named in full, so that no filter is ever silently left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.timezone import is_aware, make_aware
from django.utils.translation import gettext as _

from trueup.base.problems import Invalid, InvalidValue, UnknownParameter
from trueup.base.registers import LOOKUPS, Column, Condition, Kind, Register

WORDY = frozenset({Kind.TEXT, Kind.MONO, Kind.REFERENCE, Kind.CHOICE})
"""Kinds in which a vertical bar or a semicolon means “or” (K-025)."""
OR = re.compile(r"[|;]")
WHOLE = re.compile(r"-?\d{1,18}")
LONGEST = 500


def condition_of(register: Register, name: str, value: str) -> Condition:
    """One parameter of the address as a condition; refuses an unknown column or comparison, and a value not of its kind."""
    key, _mark, lookup = name.partition("__")
    column = register.column(key)
    if column is None or not column.filterable or lookup not in LOOKUPS[column.kind]:
        known = ", ".join(c.key for c in register.columns if c.filterable)
        raise UnknownParameter(
            _(
                "“%(name)s” is no filter of %(register)s. Columns that can be filtered: %(known)s; "
                "comparisons are written column__lt, __lte, __gt, __gte, __in, __contains or __isnull."
            )
            % {"name": name, "register": register.name, "known": known}
        )
    condition = Condition(key=key, lookup=lookup, value=value)
    matches(column, condition)
    return condition


def matches(column: Column, condition: Condition) -> Q:
    """The condition as a filter of rows."""
    value, lookup = condition.value, condition.lookup
    if "\0" in value or len(value) > LONGEST:
        raise _wrong(column, value[:20])
    if lookup == "isnull":
        return _empty(column) if _flag(column, value) else _filled(column)
    if column.kind is Kind.TAGS:
        return _tagged(column, value)
    if lookup == "contains":
        return _any_of(parts(value), lambda part: Q(**{f"{column.source}__icontains": part}))
    if lookup == "in":
        return _one_of(column, [part for part in value.split(",") if part])
    if column.kind in WORDY:
        return _one_of(column, parts(value))
    given = READERS[column.kind](column, value)
    if column.kind is Kind.MOMENT:
        given = _edge(given, lookup)
    return Q(**{f"{column.source}__{lookup}" if lookup else column.source: given})


def parts(value: str) -> list[str]:
    """The alternatives of a text, around its bars or semicolons."""
    return [part for piece in OR.split(value) if (part := piece.strip())] or [value]


def _any_of(values: list[str], each: Callable[[str], Q]) -> Q:
    found = Q()
    for value in values:
        found |= each(value)
    return found


def _one_of(column: Column, values: list[str]) -> Q:
    """Equal to one of the values. A reference is meant by its id where only numbers are given, else by its name."""
    if column.kind is Kind.CHOICE and column.choices:
        known = {key for key, _label in column.choices}
        for value in values:
            if value not in known:
                raise InvalidValue.of(
                    column.key,
                    _("“%(value)s” is none of the values of %(column)s: %(known)s.")
                    % {
                        "value": value,
                        "column": column.key,
                        "known": ", ".join(key for key, _label in column.choices),
                    },
                )
    by_id = column.kind is Kind.REFERENCE and column.id_path and all(map(WHOLE.fullmatch, values))
    path = column.id_path if by_id else column.source
    return Q(**{path: values[0]}) if len(values) == 1 else Q(**{f"{path}__in": values})


def _tagged(column: Column, value: str) -> Q:
    """Commas mean all of these tags, bars any of those sets."""
    return _any_of(
        parts(value),
        lambda part: Q(
            **{f"{column.source}__contains": [tag.strip() for tag in part.split(",") if tag.strip()]}
        ),
    )


def _empty(column: Column) -> Q:
    if column.kind is Kind.TAGS:
        return Q(**{column.source: []})
    nothing = Q(**{f"{column.source}__isnull": True})
    return nothing | Q(**{column.source: ""}) if column.kind in {Kind.TEXT, Kind.MONO} else nothing


def _filled(column: Column) -> Q:
    if column.kind is Kind.TAGS:
        return ~Q(**{column.source: []})
    something = Q(**{f"{column.source}__isnull": False})
    return something & ~Q(**{column.source: ""}) if column.kind in {Kind.TEXT, Kind.MONO} else something


def _flag(column: Column, value: str) -> bool:
    if value.lower() in {"true", "1", "yes"}:
        return True
    if value.lower() in {"false", "0", "no"}:
        return False
    raise InvalidValue.of(column.key, _("“%(value)s” is neither true nor false.") % {"value": value})


def _number(column: Column, value: str) -> int | Decimal:
    return int(value) if WHOLE.fullmatch(value) else _amount(column, value)


def _amount(column: Column, value: str) -> Decimal:
    try:
        amount = Decimal(value)
    except InvalidOperation as wrong:
        raise _wrong(column, value) from wrong
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 15:
        raise _wrong(column, value)
    return amount


def _day(column: Column, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as wrong:
        raise _wrong(column, value) from wrong


def _moment(column: Column, value: str) -> date | datetime:
    """A moment, or a day that is meant as a whole."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(value)
    except ValueError as wrong:
        raise _wrong(column, value) from wrong
    return found if is_aware(found) else make_aware(found)


def _edge(given: date | datetime, lookup: str) -> datetime:
    """Up to a day takes the whole day in, from a day begins with it."""
    if isinstance(given, datetime):
        return given.astimezone(UTC)
    return make_aware(datetime.combine(given, time.max if lookup in {"lte", "gt"} else time.min))


READERS: Mapping[Kind, Callable[[Column, str], Any]] = {
    Kind.NUMBER: _number,
    Kind.MONEY: _amount,
    Kind.DAY: _day,
    Kind.MOMENT: _moment,
    Kind.FLAG: _flag,
}


def _wrong(column: Column, value: str) -> Invalid:
    sentences = {
        Kind.NUMBER: _("“%(value)s” is not a number to filter %(column)s by: write it as 12."),
        Kind.MONEY: _("“%(value)s” is not an amount to filter %(column)s by: write it as 1200.50."),
        Kind.DAY: _("“%(value)s” is not a day to filter %(column)s by: write it as 2026-06-30."),
        Kind.MOMENT: _("“%(value)s” is not a moment to filter %(column)s by: write it as 2026-06-30."),
    }
    sentence = sentences.get(column.kind, _("“%(value)s” cannot be looked for in %(column)s."))
    return InvalidValue.of(column.key, sentence % {"value": value.replace("\0", "␀"), "column": column.key})
