"""Reading a register: address → listing → rows. Filters, search, sorting, grouping and keyset paging for every list alike.

Unknown parameters and wrong values are refused or, where a page shows the list all the same, named; never ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import unquote

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from trueup.base.actor import Actor
from trueup.base.lists.conditions import condition_of, matches
from trueup.base.lists.ordering import Key, checked_sort, cursor_of, keys_of, ordered
from trueup.base.lists.places import number_of, places_of
from trueup.base.problems import Invalid, InvalidValue, UnknownParameter
from trueup.base.registers import Condition, Fault, Listing, Page, Register

MOST_ROWS = 200
LONGEST_WORDS = 200
RESERVED = frozenset(
    {
        "q",
        "sort",
        "after",
        "before",
        "cursor",
        "limit",
        "on",
        "fields",
        "format",
        "columns",
        "rows",
        "group",
        "folded",
    }
)
T = TypeVar("T")
EMPTY_GROUP = "~"
"""How the address names the group of rows without a value; in values the sign is escaped."""
FOLD_ALL = "*"
"""How the address names all groups at once."""


def parse_listing(register: Register, query: Mapping[str, str], *, limit: int = 50) -> Listing:
    """Read an address's parameters; refuse what the register does not know."""

    def refuse(_fault: Fault, problem: Invalid) -> None:
        raise problem

    return _parsed(register, query, limit, refuse)


def parse_kindly(
    register: Register, query: Mapping[str, str], *, limit: int = 50
) -> tuple[Listing, tuple[Fault, ...]]:
    """Read an address's parameters, leaving out what the register does not know; and what that was, to be said."""
    faults: list[Fault] = []
    listing = _parsed(register, query, limit, lambda fault, _problem: faults.append(fault))
    return listing, tuple(faults)


def _parsed(
    register: Register, query: Mapping[str, str], limit: int, refuse: Callable[[Fault, Invalid], None]
) -> Listing:
    def tried(name: str, read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except Invalid as problem:
            refuse(Fault(name, query.get(name, ""), problem.detail), problem)
            return otherwise

    def condition(name: str) -> Condition | None:
        return tried(name, lambda: condition_of(register, name, query[name]), None)

    named = [name for name, value in query.items() if value != "" and not _is_reserved(register, name)]
    sort = query.get("sort", "") or register.order
    return Listing(
        conditions=tuple(found for name in named if (found := condition(name)) is not None),
        words=tried("q", lambda: _words(query.get("q", "")), ""),
        sort=tried("sort", lambda: checked_sort(register, sort), register.order),
        after=query.get("after", "") or query.get("cursor", ""),
        before=query.get("before", ""),
        limit=tried("limit", lambda: page_size(query.get("limit", ""), limit), limit),
        group=tried("group", lambda: _group(register, query.get("group", "")), ""),
        folded=tuple(filter(None, query.get("folded", "").split(","))),
    )


def _is_reserved(register: Register, name: str) -> bool:
    """A column may be called as a parameter of ours: then it is the column that is meant, but for those of every list."""
    return name in RESERVED or (name == "company" and register.column("company") is None)


def _words(given: str) -> str:
    if "\0" in given or len(given) > LONGEST_WORDS:
        raise InvalidValue.of(
            "q",
            gettext("Words to search for are at most %(most)s characters of text.") % {"most": LONGEST_WORDS},
        )
    return given.strip()


def page_size(given: str, default: int) -> int:
    """How many rows somebody asked for."""
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= MOST_ROWS:
        raise InvalidValue.of(
            "limit",
            gettext("“%(given)s” is no page size: a whole number from 1 to %(most)s is.")
            % {"given": given, "most": MOST_ROWS},
        )
    return int(given)


def _group(register: Register, given: str) -> str:
    column = register.column(given) if given else None
    if given and (column is None or not column.groups):
        known = ", ".join(column.key for column in register.columns if column.groups)
        raise UnknownParameter(
            gettext("“%(group)s” is not a column of %(register)s to group by. Known: %(known)s.")
            % {"group": given, "register": register.name, "known": known or gettext("none")}
        )
    return given


def filtered(register: Register, rows: QuerySet[Any], listing: Listing) -> QuerySet[Any]:
    """The rows that match every condition and all the words, in any order of words."""
    for condition in listing.conditions:
        rows = rows.filter(_matches(register, condition))
    if register.words and listing.words:
        return rows.filter(register.words.matching(listing.words))
    for word in listing.words.split():
        anywhere = Q()
        for path in register.search:
            anywhere |= Q(**{f"{path}__icontains": word})
        rows = rows.filter(anywhere)
    return rows


def _matches(register: Register, condition: Condition) -> Q:
    column = register.column(condition.key)
    assert column is not None  # noqa: S101  # parse_listing let only known columns through
    return matches(column, condition)


def matching(register: Register, *, actor: Actor, listing: Listing, **rows_arguments: Any) -> QuerySet[Any]:
    """Every row that the actor may see and that matches what was asked, in no order: what a bulk action acts upon."""
    return filtered(register, register.rows(actor=actor, **rows_arguments), listing).order_by()


def read_page(register: Register, *, actor: Actor, listing: Listing, **rows_arguments: Any) -> Page:
    """One page of what the actor may see of the register.

    First the places of the page's rows in the order, with nothing but the keys; then these rows whole: joins and
    figures that are only shown are made for a page, not for everything that had to be sorted.
    """
    keys = keys_of(register, listing.sort, listing.group)
    asked = _asked(register, actor, listing, keys, rows_arguments)
    backwards = bool(listing.before)
    places = places_of(
        [unfolded(register, part, listing) for part in asked],
        keys, listing.before or listing.after, backwards=backwards, most=listing.limit + 1,
    )  # fmt: skip
    more = len(places) > listing.limit
    places = places[: listing.limit]
    if backwards:
        places.reverse()
    whole = register.rows(actor=actor, **rows_arguments).filter(pk__in=[place["id"] for place in places])
    by_id = {row["id"]: row for row in whole.order_by().values(*_paths(register, listing))} if places else {}
    is_all = not (listing.after or listing.before or listing.folded or more)
    count = len(places) if is_all and listing.words else _counted(register, actor, listing, rows_arguments)
    return Page(
        rows=[by_id[place["id"]] for place in places if place["id"] in by_id],
        count=count,
        is_counted=register.most_counted is None or count < register.most_counted,
        next=cursor_of(places[-1], keys) if places and (more or backwards) else "",
        previous=cursor_of(places[0], keys) if places and (listing.after or (backwards and more)) else "",
    )


def _counted(register: Register, actor: Actor, listing: Listing, given: Mapping[str, Any]) -> int:
    """How many rows there are on all pages: for an order nothing need be reckoned that no filter asks for."""
    return number_of(_asked(register, actor, listing, (), given), most=register.most_counted)


def _asked(
    register: Register, actor: Actor, listing: Listing, keys: Sequence[Key], given: Mapping[str, Any]
) -> list[QuerySet[Any]]:
    """What to count and to sort: without figures where neither filters nor order speak of one, else in its parts."""
    asked = {key.path for key in keys}
    for condition in listing.conditions:
        column = register.column(condition.key)
        asked |= {column.source, column.id_path} if column else set()
    if register.bare and not asked & register.figures:
        parts = [register.bare(actor=actor, **given)]
    elif register.parts:
        parts = [*register.parts(actor=actor, **given)]
    else:
        parts = [register.rows(actor=actor, **given)]
    return [filtered(register, part, listing) for part in parts]


def unfolded(register: Register, rows: QuerySet[Any], listing: Listing) -> QuerySet[Any]:
    """The rows without those of folded groups."""
    column = register.column(listing.group)
    if column is None or not listing.folded:
        return rows
    if FOLD_ALL in listing.folded:
        return rows.none()
    values = [unquote(name) for name in listing.folded if name != EMPTY_GROUP]
    is_empty = Q(**{f"{column.identity}__isnull": True})
    if EMPTY_GROUP in listing.folded:
        rows = rows.exclude(is_empty)
    try:
        return rows.filter(is_empty | ~Q(**{f"{column.identity}__in": values})) if values else rows
    except ValueError as wrong:
        raise InvalidValue.of(
            "folded", gettext("A group to be folded is named as its head names it.")
        ) from wrong


def read_all(
    register: Register, *, actor: Actor, listing: Listing, **rows_arguments: Any
) -> Iterator[dict[str, Any]]:
    """Every row of the list as asked, streamed: for exports."""
    rows = filtered(register, register.rows(actor=actor, **rows_arguments), listing)
    keys = keys_of(register, listing.sort, listing.group)
    yield from ordered(rows, keys).values(*_paths(register, listing)).iterator(2000)


def _paths(register: Register, listing: Listing) -> list[str]:
    """Everything a row is read with: what the columns show, what the order and its cursors stand on."""
    paths = {"id", *register.extra, *(key.path for key in keys_of(register, listing.sort, listing.group))}
    for column in register.columns:
        paths.update(column.paths)
    return sorted(paths)
