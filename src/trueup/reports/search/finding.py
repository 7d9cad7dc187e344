"""Finding records of every kind by what was typed: exact numbers first, then whole words, then what only begins so.

Two small queries a kind, whatever was typed and however much there is: of what matches so many are put in order at
most, and beyond that "more than" is all that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When, Window

from trueup.base.actor import Actor
from trueup.base.searching import Reach, rank, split
from trueup.base.sets import OneOf
from trueup.reports.search.kinds import KINDS, Kind

MOST_WEIGHED = 1_000
"""So many matching rows of a kind are put in order; more are only said to be there."""
BIGGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that was found. ``row`` holds what its kind reads besides; ``is_exact``: its number was typed."""

    kind: str
    id: int
    name: str
    details: tuple[str, ...]
    is_exact: bool
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind: the best hits and how many there are, ``has_more`` if there are more than that."""

    kind: Kind
    hits: tuple[Hit, ...]
    total: int
    has_more: bool


def search_everything(
    *, actor: Actor, words: str, on: date, limit: int = 5, kinds: Iterable[Kind] = KINDS
) -> list[Found]:
    """Of every kind the actor may see the best hits, kinds without any left out; nothing for words without letters."""
    asked = words.replace("\0", "").strip()
    if not split(asked):
        return []
    found = [_found(kind, actor, asked, on, limit) for kind in kinds if actor.may_somewhere(kind.view)]
    return [one for one in found if one.hits]


def _found(kind: Kind, actor: Actor, words: str, on: date, limit: int) -> Found:
    reach = Reach(actor.companies(kind.view), MOST_WEIGHED + 1)
    best = list(_weighed(kind, kind.rows(actor, on), words, reach)[:limit])
    if not best:
        return Found(kind, (), 0, has_more=False)
    exact = {row_id: is_exact for row_id, is_exact, _total in best}
    total = best[0][2]
    whole = (kind.figures or kind.rows)(actor, on).filter(pk__in=exact).order_by()
    rows = {row["pk"]: row for row in whole.values(*kind.paths)}
    return Found(
        kind=kind,
        hits=tuple(_hit(kind, rows[row_id], bool(exact[row_id])) for row_id in exact if row_id in rows),
        total=min(total, MOST_WEIGHED),
        has_more=total > MOST_WEIGHED,
    )


def _weighed(kind: Kind, rows: QuerySet[Any], words: str, reach: Reach) -> QuerySet[Any, Any]:
    """Ids in the order of how well they match, whether by their number, and how many there are.

    The ids to weigh are one array, which PostgreSQL makes once whatever it knows of the tables.
    """
    exact = kind.index.exactly(words) | _by_id(words)
    weighed: QuerySet[Any, Any] = (
        rows.filter(OneOf("pk", _candidates(kind, rows, words, exact, reach)))
        .annotate(
            exact=Case(When(exact, then=Value(1)), default=Value(0), output_field=IntegerField()),
            match=rank(words, *kind.ranked_by),
            matches=Window(Count("pk")),
        )
        .order_by("-exact", "-match", kind.name, "pk")
        .values_list("pk", "exact", "matches")
    )
    return weighed


def _candidates(kind: Kind, rows: QuerySet[Any], words: str, exact: Q, reach: Reach) -> QuerySet[Any]:
    """Ids worth weighing: exact and whole matches are there whatever else matches, the others up to the bound."""
    bare = rows.order_by().values("pk")
    return bare.filter(exact)[:MOST_WEIGHED].union(
        bare.filter(kind.index.wholly(words))[:MOST_WEIGHED],
        bare.filter(kind.index.matching(words, reach))[: MOST_WEIGHED + 1],
        all=True,
    )


def _by_id(words: str) -> Q:
    number = words.removeprefix("#")
    if number.isascii() and number.isdigit() and int(number) <= BIGGEST_ID:
        return Q(pk=int(number))
    return Q(pk__in=[])


def _hit(kind: Kind, row: Mapping[str, Any], is_exact: bool) -> Hit:
    details = tuple(str(row[path]) for path in kind.details if row[path])
    return Hit(kind.key, row["pk"], row[kind.name], details, is_exact, row)
