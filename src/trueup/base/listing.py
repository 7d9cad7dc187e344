"""Reading a register: address → listing → rows. Filters, search, sorting and keyset paging for every list alike.

Unknown parameters are refused, never ignored. Paging walks by (sort value, id), so that a walk repeats and skips
nothing while others write, and costs the same on page 2,000 as on page 1.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import FieldError as DjangoFieldError
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet

from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, UnknownParameter
from trueup.base.registers import LOOKUPS, Column, Condition, Kind, Listing, Page, Register

MOST_ROWS = 200
RESERVED = frozenset(
    {"q", "sort", "after", "before", "cursor", "limit", "company", "on", "fields", "format", "view"}
)


def parse_listing(register: Register, query: Mapping[str, str], *, limit: int = 50) -> Listing:
    """Read an address's parameters; refuse what the register does not know."""
    conditions = tuple(
        _condition(register, name, value)
        for name, value in query.items()
        if name not in RESERVED and value != ""
    )
    sort = query.get("sort", "") or register.order
    column = register.column(sort.lstrip("-"))
    if sort.lstrip("-") != "id" and (column is None or not column.sortable):
        known = ", ".join(c.key for c in register.columns if c.sortable)
        raise UnknownParameter(f"“{sort}” is not a column of {register.name} to sort by. Known: id, {known}.")
    return Listing(
        conditions=conditions,
        words=query.get("q", "").strip(),
        sort=sort,
        after=query.get("after", "") or query.get("cursor", ""),
        before=query.get("before", ""),
        limit=_limit(query.get("limit", ""), limit),
    )


def _limit(given: str, default: int) -> int:
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= MOST_ROWS:
        raise InvalidValue.of("limit", f"“{given}” is no page size: a whole number from 1 to {MOST_ROWS} is.")
    return int(given)


def _condition(register: Register, name: str, value: str) -> Condition:
    key, _, lookup = name.partition("__")
    column = register.column(key)
    if column is None or not column.filterable or lookup not in LOOKUPS[column.kind]:
        known = ", ".join(c.key for c in register.columns if c.filterable)
        raise UnknownParameter(
            f"“{name}” is no filter of {register.name}. Columns that can be filtered: {known}; "
            "comparisons are written column__lt, __lte, __gt, __gte, __in, __contains or __isnull."
        )
    return Condition(key=key, lookup=lookup, value=value)


def filtered(register: Register, rows: QuerySet[Any], listing: Listing) -> QuerySet[Any]:
    """The rows that match every condition and all the words, in any order of words."""
    for condition in listing.conditions:
        column = register.column(condition.key)
        assert column is not None  # noqa: S101  # parse_listing let only known columns through
        try:
            rows = rows.filter(_matches(column, condition))
        except (ValueError, ValidationError, DjangoFieldError) as wrong:
            raise InvalidValue.of(
                f"{condition.key}", f"“{condition.value}” is not a {column.kind} to filter {column.key} by."
            ) from wrong
    for word in listing.words.split():
        anywhere = Q()
        for path in register.search:
            anywhere |= Q(**{f"{path}__icontains": word})
        rows = rows.filter(anywhere)
    return rows


def _matches(column: Column, condition: Condition) -> Q:
    lookup, value, source = condition.lookup, condition.value, column.source
    if column.kind == Kind.TAGS:
        return Q(**{f"{source}__contains": _parts(value)})
    if lookup == "isnull" or column.kind == Kind.FLAG:
        return Q(**{f"{source}__isnull" if lookup else source: _flag(column.key, value)})
    if lookup == "contains":
        return Q(**{f"{source}__icontains": value})
    path = _exact_path(column, value)
    if lookup == "in":
        return Q(**{f"{path}__in": _parts(value)})
    if not lookup and "|" in value and column.kind in {Kind.TEXT, Kind.CHOICE, Kind.MONO}:
        return Q(**{f"{path}__in": value.split("|")})
    return Q(**{f"{path}__{lookup}" if lookup else path: value})


def _parts(value: str) -> list[str]:
    return [part for part in value.split(",") if part]


def _exact_path(column: Column, value: str) -> str:
    """A reference is filtered by id when a number is given, otherwise by its shown name."""
    if column.kind == Kind.REFERENCE and column.id_path and all(v.isdigit() for v in value.split(",") if v):
        return column.id_path
    return column.source


def _flag(key: str, value: str) -> bool:
    if value.lower() in {"true", "1", "yes"}:
        return True
    if value.lower() in {"false", "0", "no"}:
        return False
    raise InvalidValue.of(key, f"“{value}” is neither true nor false.")


def read_page(register: Register, *, actor: Actor, listing: Listing, **rows_arguments: Any) -> Page:
    """One page of what the actor may see of the register."""
    everything = filtered(register, register.rows(actor=actor, **rows_arguments), listing)
    path, descending = _sort(register, listing)
    backwards = bool(listing.before)
    rows = _after(everything, path, descending, listing.before or listing.after, backwards=backwards)
    found = list(
        _ordered(rows, path, descending, backwards=backwards).values(*_paths(register, path))[
            : listing.limit + 1
        ]
    )
    more = len(found) > listing.limit
    found = found[: listing.limit]
    if backwards:
        found.reverse()
    return Page(
        rows=found,
        count=everything.count(),
        next=_cursor(found[-1], path) if found and (more or backwards) else "",
        previous=_cursor(found[0], path) if found and (listing.after or (backwards and more)) else "",
    )


def read_all(
    register: Register, *, actor: Actor, listing: Listing, **rows_arguments: Any
) -> Iterator[dict[str, Any]]:
    """Every row of the list as asked, streamed: for exports."""
    rows = filtered(register, register.rows(actor=actor, **rows_arguments), listing)
    path, descending = _sort(register, listing)
    yield from (
        _ordered(rows, path, descending, backwards=False).values(*_paths(register, path)).iterator(2000)
    )


def _paths(register: Register, sort_path: str) -> list[str]:
    paths = {"id", sort_path, *register.extra}
    for column in register.columns:
        paths.update(column.paths)
    return sorted(paths)


def _sort(register: Register, listing: Listing) -> tuple[str, bool]:
    sort = listing.sort or register.order
    column = register.column(sort.lstrip("-"))
    return (column.source if column else "id"), sort.startswith("-")


def _ordered(rows: QuerySet[Any], path: str, descending: bool, *, backwards: bool) -> QuerySet[Any]:
    if path == "id":
        return rows.order_by("-id" if descending != backwards else "id")
    value = F(path)
    by = value.desc(nulls_last=True) if descending else value.asc(nulls_last=True)
    rows = rows.order_by(by, "id")
    return rows.reverse() if backwards else rows


def _after(
    rows: QuerySet[Any], path: str, descending: bool, cursor: str, *, backwards: bool
) -> QuerySet[Any]:
    """Only what comes after the cursor in reading order (before it, when walking backwards); nulls come last."""
    if not cursor:
        return rows
    value, row_id = _read_cursor(cursor)
    if path == "id":
        return rows.filter(**{"id__lt" if descending != backwards else "id__gt": row_id})
    beyond_id = Q(**{"id__lt" if backwards else "id__gt": row_id})
    if value is None:
        nulls = Q(**{f"{path}__isnull": True}) & beyond_id
        return rows.filter(nulls | Q(**{f"{path}__isnull": False})) if backwards else rows.filter(nulls)
    further = Q(**{f"{path}__{'lt' if descending != backwards else 'gt'}": value})
    beyond = further | (Q(**{path: value}) & beyond_id)
    return rows.filter(beyond if backwards else beyond | Q(**{f"{path}__isnull": True}))


def _cursor(row: Mapping[str, Any], path: str) -> str:
    value = row[path]
    text = json.dumps([value if value is None or isinstance(value, int | str) else str(value), row["id"]])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[str | int | None, int]:
    try:
        value, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return value, int(row_id)
    except (ValueError, TypeError, binascii.Error) as wrong:
        raise InvalidValue.of(
            "cursor", "The cursor is not one of ours: take it from “next” of the page before."
        ) from wrong
