"""The places of a page: which rows stand on it, found in one query with nothing but the columns of the order.

Rows may be found in parts that have nothing in common, and each part in stretches: every one of them is ordered for
itself, so that an index can be walked for as many rows as the page has, and what is found is put together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, QuerySet

from trueup.base.lists.ordering import Key, put_together, stretches

Place = dict[str, Any]


def places_of(
    parts: Sequence[QuerySet[Any]], keys: Sequence[Key], cursor: str, *, backwards: bool, most: int
) -> list[Place]:
    """The first ``most`` places after the cursor, in the order in which they are walked."""
    found = [one for part in parts for one in stretches(part, keys, cursor, backwards=backwards)]
    names = [f"key_{number}" for number in range(len(keys))]
    told = [_told(one, keys, names)[:most] for one in found]
    if len(told) == 1:
        rows = told[0]
    else:
        by = [Key(name, key.descending) for name, key in zip(names, keys, strict=True)]
        rows = put_together(told, by, backwards=backwards)
    return [dict(zip([key.path for key in keys], row, strict=True)) for row in rows[:most]]


def _told(rows: QuerySet[Any], keys: Sequence[Key], names: Sequence[str]) -> QuerySet[Any]:
    told: Mapping[str, Any] = {name: F(key.path) for name, key in zip(names, keys, strict=True)}
    named: QuerySet[Any] = rows.annotate(**told).values_list(*names)
    return named


def number_of(parts: Sequence[QuerySet[Any]], *, most: int | None = None) -> int:
    """How many rows there are in all parts together, in one query; up to ``most`` where that is given."""
    first, *others = (part.order_by().values("pk")[:most] for part in parts)
    return first.union(*others, all=True).count() if others else first.count()
