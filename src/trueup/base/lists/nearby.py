"""Small counts beside a list: how many rows each view has, and how many each filter keeps away. One query for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.db.models import IntegerField, QuerySet, Value

from trueup.base.actor import Actor
from trueup.base.listing import filtered, matching
from trueup.base.registers import Listing, Register

MOST_COUNTED = 1_000
T = TypeVar("T")


def counts_of(
    register: Register, *, actor: Actor, listings: Mapping[str, Listing], **rows_arguments: Any
) -> Counter[str]:
    """How many rows each listing has, by name and up to MOST_COUNTED, in one query."""
    rows = register.rows(actor=actor, **rows_arguments)
    return _counted({name: filtered(register, rows, listing) for name, listing in listings.items()})


def without_each(
    register: Register, *, actor: Actor, listing: Listing, **rows_arguments: Any
) -> list[tuple[int | None, int]]:
    """What dropping one filter would bring back: its place among the conditions (None is the words) and the rows."""
    variants: dict[str, Listing] = {
        str(place): replace(listing, conditions=_but(listing.conditions, place))
        for place in range(len(listing.conditions))
    }
    if listing.words:
        variants["words"] = replace(listing, words="")
    counted = counts_of(register, actor=actor, listings=variants, **rows_arguments)
    return [(None if name == "words" else int(name), counted[name]) for name in variants]


def is_cheap(register: Register, *, actor: Actor, most: int, **rows_arguments: Any) -> bool:
    """Whether the whole list is short enough to be counted several times over."""
    rows = matching(register, actor=actor, listing=Listing(), **rows_arguments)
    return rows.values("pk")[: most + 1].count() <= most


def _but(items: Sequence[T], place: int) -> tuple[T, ...]:
    return (*items[:place], *items[place + 1 :])


def _counted(lists: Mapping[str, QuerySet[Any]]) -> Counter[str]:
    if not lists:
        return Counter()
    names = list(lists)
    first, *others = (
        rows.order_by()
        .annotate(place_of_list=Value(place, IntegerField()))
        .values_list("place_of_list", flat=True)[:MOST_COUNTED]
        for place, rows in enumerate(lists.values())
    )
    return Counter(names[place] for place in first.union(*others, all=True))
