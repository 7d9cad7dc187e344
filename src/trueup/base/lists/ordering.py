"""The order of a list: keys with ties by id, and cursors that walk it forwards and backwards.

A cursor holds the values of one row. What comes after them is asked for anew, so that a walk repeats and skips nothing
while others write, and costs the same on page 2,000 as on page 1. Empty values come last, whichever way a key runs.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import Col, OrderBy
from django.db.models.sql.constants import LOUTER
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


def ordered(
    rows: QuerySet[Any], keys: Sequence[Key], *, backwards: bool = False, filled: str = ""
) -> QuerySet[Any]:
    """The rows in the order of the keys; ``filled`` is a path that none of these rows has empty."""
    return rows.order_by(*(
        _by(key, backwards=backwards, filled=key.path == filled or gap_of(rows, key.path) == "") for key in keys
    ))  # fmt: skip


def put_together(parts: Sequence[QuerySet[Any]], keys: Sequence[Key], *, backwards: bool) -> QuerySet[Any]:
    """Ordered parts as one list in the same order; ``keys`` name what the parts tell of their rows."""
    first, *others = parts
    by = (_by(key, backwards=backwards, filled=False) for key in keys)
    return first.union(*others, all=True).order_by(*by)


def _by(key: Key, *, backwards: bool, filled: bool) -> str | OrderBy:
    descending = key.descending != backwards
    if filled:
        return f"-{key.path}" if descending else key.path
    return OrderBy(
        F(key.path), descending=descending, nulls_first=backwards or None, nulls_last=not backwards or None
    )


def gap_of(rows: QuerySet[Any], path: str) -> str | None:
    """The one place along the path that may be empty, and its value with it: of ``user__name`` that is ``user``.

    Nothing where it is never empty: an index runs both ways along it then. None where that cannot be told.
    """
    if path in rows.query.annotations:
        return _gap_of_column(rows, path)
    model, gaps = rows.model, []
    names = path.split(LOOKUP_SEP)
    for at, name in enumerate(names, 1):
        try:
            found = model._meta.get_field(name)  # noqa: SLF001 - Django's own way to a model's fields
        except FieldDoesNotExist:
            return None
        if not found.concrete:
            return None
        if found.null:
            gaps.append(LOOKUP_SEP.join(names[:at]))
        model = found.related_model if at < len(names) else model
    return None if len(gaps) > 1 else gaps[0] if gaps else ""


def _gap_of_column(rows: QuerySet[Any], name: str) -> str | None:
    """Of an annotation that only gives a column another name; a table joined from outside may have no row at all."""
    column = rows.query.annotations[name]
    if not isinstance(column, Col) or rows.query.alias_map[column.alias].join_type == LOUTER:
        return None
    return name if column.target.null else ""


def stretches(
    rows: QuerySet[Any], keys: Sequence[Key], cursor: str, *, backwards: bool
) -> list[QuerySet[Any]]:
    """What comes after the cursor, or before it when walking backwards: rows with a value of the first key and those
    without, each as an index can walk it; in one piece where that cannot be told apart.
    """
    first, values = keys[0], _read_cursor(cursor, len(keys)) if cursor else None
    gap = gap_of(rows, first.path)
    try:
        if not gap:
            beyond = Q() if values is None else _beyond(keys, values, backwards=backwards)
            if values is not None and gap is not None:
                beyond &= _from(first, values[0], backwards=backwards)
            return [ordered(rows.filter(beyond), keys, backwards=backwards)]
        return list(_apart(rows, keys, values, gap, backwards=backwards))
    except (ValueError, TypeError, ValidationError) as wrong:
        raise _foreign() from wrong


def _apart(
    rows: QuerySet[Any], keys: Sequence[Key], values: list[Any] | None, gap: str, *, backwards: bool
) -> Iterator[QuerySet[Any]]:
    first, *others = keys
    start = values[0] if values else None
    empty = rows.filter(**{f"{gap}__isnull": True})
    if values is not None and start is None:
        yield ordered(
            empty.filter(_beyond(others, values[1:], backwards=backwards)), others, backwards=backwards
        )
    elif not backwards:
        yield ordered(empty, others)
    if start is None and values is not None and not backwards:
        return
    filled = rows.filter(**{f"{first.path}__isnull": False})
    if values is not None and start is not None:
        further = _way(first, start, backwards=backwards) | (
            Q(**{first.path: start}) & _beyond(others, values[1:], backwards=backwards)
        )
        filled = filled.filter(further & _from(first, start, backwards=backwards))
    yield ordered(filled, keys, backwards=backwards, filled=first.path)


def _beyond(keys: Sequence[Key], values: Sequence[Any], *, backwards: bool) -> Q:
    """Whatever lies further than a row with these values."""
    beyond, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        further = _further(key, value, backwards=backwards)
        if further is not None:
            beyond |= equal & further
        equal &= Q(**({f"{key.path}__isnull": True} if value is None else {key.path: value}))
    return beyond


def _from(key: Key, value: Any, *, backwards: bool) -> Q:
    """Follows from what lies beyond, and is what lets an index begin at the cursor."""
    return Q(**{f"{key.path}__{'lte' if key.descending != backwards else 'gte'}": value})


def _way(key: Key, value: Any, *, backwards: bool) -> Q:
    return Q(**{f"{key.path}__{'lt' if key.descending != backwards else 'gt'}": value})


def _further(key: Key, value: Any, *, backwards: bool) -> Q | None:
    """What lies beyond a value of one key; nothing lies beyond the empty ones at the end."""
    is_empty = f"{key.path}__isnull"
    if value is None:
        return Q(**{is_empty: False}) if backwards else None
    beyond = _way(key, value, backwards=backwards)
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
