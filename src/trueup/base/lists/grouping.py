"""Heads of groups and sums of a list: counts, and amounts per currency or metric. Nothing is summed across those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast
from urllib.parse import quote

from django.db.models import Count, Q, QuerySet, Sum

from trueup.base.listing import EMPTY_GROUP
from trueup.base.lists.ordering import Key, ordered
from trueup.base.registers import Column

CHEAP_ROWS = 5_000
"""Up to so many rows a list is summed and its views are counted unasked."""
MOST_GROUPS = 500

Amounts = Mapping[str, Mapping[str, int | Decimal]]
"""By column key, then by what may not be mixed: {"annual_cost": {"EUR": …, "USD": …}}."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one group: what its rows share, how many they are, and what they come to."""

    identity: Any
    label: Any
    count: int
    amounts: Amounts = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The group as the address names it."""
        return name_of(self.identity)


def name_of(identity: Any) -> str:
    """A group's value as part of an address."""
    return EMPTY_GROUP if identity is None else quote(str(identity), safe="").replace("~", "%7E")


def summed(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The columns whose values are summed."""
    return tuple(column for column in columns if column.measure)


def heads_of(
    rows: QuerySet[Any],
    column: Column,
    *,
    of: Sequence[Any] | None,
    columns: Sequence[Column],
    descending: bool = False,
) -> list[Head]:
    """Heads of the groups with the given identities, in the order of the list; of all groups where none are given."""
    paths = tuple(dict.fromkeys((column.source, column.identity)))
    if of is not None:
        known = [identity for identity in of if identity is not None]
        wanted = Q(**{f"{column.identity}__in": known}) if known else Q(pk__in=[])
        rows = rows.filter(wanted | Q(**{f"{column.identity}__isnull": True}) if None in of else wanted)
    keys = [Key(path, descending) for path in paths]
    found: dict[Any, Head] = {}
    for row in _added_up(ordered(rows, keys), paths, columns):
        identity = row[column.identity]
        before = found.get(identity) or Head(identity, row[column.source], 0)
        found[identity] = Head(
            identity, before.label, before.count + row["count_of_rows"], _and(before.amounts, row, columns)
        )
    return list(found.values())[:MOST_GROUPS]


def sums_of(rows: QuerySet[Any], columns: Sequence[Column]) -> Amounts:
    """What the columns come to over all rows."""
    amounts: Amounts = {}
    if columns:
        for row in _added_up(rows.order_by(), (), columns):
            amounts = _and(amounts, row, columns)
    return amounts


def _added_up(rows: QuerySet[Any], paths: Sequence[str], columns: Sequence[Column]) -> QuerySet[Any]:
    """One row for each group and each combination of what may not be mixed."""
    measures = [column.measure for column in columns]
    sums = {f"sum_of_{column.key}": Sum(column.source) for column in columns}
    groups = rows.values(*dict.fromkeys((*paths, *measures)))
    return cast("QuerySet[Any]", groups.annotate(count_of_rows=Count("pk"), **sums))


def _and(amounts: Amounts, row: Mapping[str, Any], columns: Sequence[Column]) -> Amounts:
    """The amounts with those of one more row."""
    found = {key: dict(values) for key, values in amounts.items()}
    for column in columns:
        amount, measure = row[f"sum_of_{column.key}"], row[column.measure] or ""
        if amount is not None:
            kept = found.setdefault(column.key, {})
            kept[measure] = kept.get(measure, 0) + amount
    return found
