"""The order of a list: keys with ties by id, and cursors that walk it forwards and backwards.

A cursor holds the values of one row. What comes after them is asked for anew, so that a walk repeats and skips nothing
while others write, and costs the same on page 2,000 as on page 1. Empty values come last, whichever way a key runs.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from trueup.base.problems import Invalid, InvalidValue, UnknownParameter
from trueup.base.registers import Register

MOST_KEYS = 3


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an order: where the value is, and which way it runs."""

    path: str
    descending: bool = False


def checked_sort(register: Register, sort: str) -> str:
    """An order as the address gives it: ``-decide_by,product``; refuses what cannot be sorted by."""
    names = [name.lstrip("-") for name in sort.split(",")]
    for name in names:
        column = register.column(name)
        if name != "id" and (column is None or not column.sortable):
            known = ", ".join(c.key for c in register.columns if c.sortable)
            raise UnknownParameter(
                _("“%(name)s” is not a column of %(register)s to sort by. Known: id, %(known)s.")
                % {"name": name, "register": register.name, "known": known}
            )
    if len(names) > MOST_KEYS or len(set(names)) < len(names):
        raise InvalidValue.of(
            "sort",
            _("“%(sort)s” is no order: up to %(most)s different columns are.")
            % {"sort": sort, "most": MOST_KEYS},
        )
    return sort


def keys_of(register: Register, sort: str, group: str = "") -> tuple[Key, ...]:
    """The keys of an order, what it is grouped by first and the id last."""
    wanted: dict[str, bool] = {}
    ways = {part.lstrip("-"): part.startswith("-") for part in (sort or register.order).split(",")}
    for name in [*([group] if group else []), *ways]:
        column = register.column(name)
        paths = (column.source if column else "id", *([column.identity] if column and name == group else []))
        for path in paths:
            wanted.setdefault(path, ways.get(name, False))
    wanted.setdefault("id", False)
    keys = [Key(path, descending) for path, descending in wanted.items()]
    return tuple(keys[: list(wanted).index("id") + 1])


def ordered(rows: QuerySet[Any], keys: Sequence[Key], *, backwards: bool = False) -> QuerySet[Any]:
    """The rows in the order of the keys."""
    by = [
        f"-{key.path}" if key.descending and is_filled(rows, key.path)
        else key.path if is_filled(rows, key.path)
        else F(key.path).desc(nulls_last=True) if key.descending
        else F(key.path).asc(nulls_last=True)
        for key in keys
    ]  # fmt: skip
    rows = rows.order_by(*by)
    return rows.reverse() if backwards else rows


def is_filled(rows: QuerySet[Any], path: str) -> bool:
    """Whether the path is a column of the rows' own table that is never empty: an index runs both ways along it."""
    if path in rows.query.annotations or "__" in path:
        return False
    return not rows.model._meta.get_field(path).null  # noqa: SLF001 - Django's own way to a model's fields


def after(rows: QuerySet[Any], keys: Sequence[Key], cursor: str, *, backwards: bool) -> QuerySet[Any]:
    """Only what comes after the cursor in reading order, or before it when walking backwards."""
    if not cursor:
        return rows
    values = _read_cursor(cursor, len(keys))
    beyond, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        further = _further(key, value, backwards=backwards)
        if further is not None:
            beyond |= equal & further
        equal &= Q(**({f"{key.path}__isnull": True} if value is None else {key.path: value}))
    first, start = keys[0], values[0]
    if start is not None and is_filled(rows, first.path):
        # Follows from the rest, and is what lets an index begin at the cursor.
        beyond &= Q(**{f"{first.path}__{'lte' if first.descending != backwards else 'gte'}": start})
    try:
        return rows.filter(beyond)
    except (ValueError, TypeError, ValidationError) as wrong:
        raise _foreign() from wrong


def _further(key: Key, value: Any, *, backwards: bool) -> Q | None:
    """What lies beyond a value of one key; nothing lies beyond the empty ones at the end."""
    is_empty = f"{key.path}__isnull"
    if value is None:
        return Q(**{is_empty: False}) if backwards else None
    beyond = Q(**{f"{key.path}__{'lt' if key.descending != backwards else 'gt'}": value})
    return beyond if backwards or key.path == "id" else beyond | Q(**{is_empty: True})


def cursor_of(row: Mapping[str, Any], keys: Sequence[Key]) -> str:
    """The place of a row, as the opaque text an address carries."""
    values = [row[key.path] for key in keys]
    text = json.dumps(
        [value if value is None or isinstance(value, int | str) else str(value) for value in values]
    )
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, binascii.Error) as wrong:
        raise _foreign() from wrong
    fits = isinstance(values, list) and len(values) == length and isinstance(values[-1], int)
    if not fits or any(isinstance(v, list | dict) or (isinstance(v, str) and "\0" in v) for v in values):
        raise _foreign()
    return list(values)


def _foreign() -> Invalid:
    return InvalidValue.of(
        "cursor", _("The cursor is not one of this order: take it from “next” of the page before.")
    )
