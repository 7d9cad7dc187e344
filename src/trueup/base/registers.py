"""One register of columns per list: the page, the column chooser, sorting, filters, exports and the API read it.

A room declares its registers in ``columns.py``; nothing else decides what a list shows or can be asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.searching import Index

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise


class Kind(StrEnum):
    """How a value is written, compared and aligned."""

    TEXT = "text"
    MONO = "mono"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    FLAG = "flag"
    CHOICE = "choice"
    REFERENCE = "reference"
    TAGS = "tags"


LOOKUPS: Mapping[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("", "contains", "in", "isnull"),
    Kind.MONO: ("", "contains", "in", "isnull"),
    Kind.NUMBER: ("", "lt", "lte", "gt", "gte", "isnull"),
    Kind.MONEY: ("", "lt", "lte", "gt", "gte", "isnull"),
    Kind.DAY: ("", "lt", "lte", "gt", "gte", "isnull"),
    Kind.MOMENT: ("lt", "lte", "gt", "gte", "isnull"),
    Kind.FLAG: ("", "isnull"),
    Kind.CHOICE: ("", "in"),
    Kind.REFERENCE: ("", "in", "isnull", "contains"),
    Kind.TAGS: ("", "isnull"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``key`` is its name in addresses, files and JSON, for ever; ``path`` where the ORM finds it.

    A reference shows ``path`` (a name) and points to ``id_path`` of the room ``to``. ``shown`` columns are there
    unless someone chooses otherwise; ``low`` ones give way on a phone. ``permission`` hides the column from whoever
    lacks it in any company of the list. ``groups`` lets the list be grouped by the column. Money is summed per currency,
    a number per value of ``unit_path`` (a metric) where it has one; nothing is ever summed across those.
    """

    key: str
    label: _StrOrPromise
    kind: Kind = Kind.TEXT
    path: str = ""
    id_path: str = ""
    to: str = ""
    currency_path: str = ""
    unit_path: str = ""
    shown: bool = True
    low: bool = False
    sortable: bool = True
    filterable: bool = True
    groups: bool = False
    choices: tuple[tuple[str, _StrOrPromise], ...] = ()
    permission: Permission | None = None

    @property
    def source(self) -> str:
        """Where the ORM finds the value."""
        return self.path or self.key

    @property
    def paths(self) -> tuple[str, ...]:
        """Everything that must be read to show the column."""
        return tuple(path for path in (self.source, self.id_path, self.currency_path) if path)

    @property
    def identity(self) -> str:
        """By what its groups are told apart: two people of one name are two."""
        return self.id_path or self.source

    @property
    def measure(self) -> str:
        """Where the ORM finds what its values may not be mixed across when they are summed; empty where they are not."""
        return self.currency_path or self.unit_path


@dataclass(frozen=True, slots=True)
class Register:
    """A list that can be read: its rows for an actor, and its columns."""

    name: str
    title: _StrOrPromise
    view: Permission
    rows: Callable[..., QuerySet[Any]]
    columns: tuple[Column, ...]
    search: tuple[str, ...] = ()
    """Paths looked through for words where there is no index of them."""
    words: Index | None = None
    order: str = "id"
    extra: tuple[str, ...] = ()
    """Paths read with every row because a cell or the API needs them besides the columns."""
    bare: Callable[..., QuerySet[Any]] | None = None
    """The same rows without ``figures``, for counting them and finding a page of them where no figure is asked about."""
    figures: frozenset[str] = frozenset()
    """Paths that are dear to reckon for every row, and in the way of the planner even where nobody asks for them."""
    parts: Callable[..., Sequence[QuerySet[Any]]] | None = None
    """The same rows in parts that have none in common, where an index can be walked along a figure of one of them."""
    most_counted: int | None = None
    """Beyond so many rows a list is not counted to its end: only for lists that no page shows whole."""

    def column(self, key: str) -> Column | None:
        """The column of that key, if the register has it."""
        return next((column for column in self.columns if column.key == key), None)

    def seen_by(self, actor: Actor) -> Register:
        """The register without the columns the actor may not see in every company of the list.

        What is not there can be neither shown nor sorted nor filtered by, so nothing can be guessed from an order.
        """
        return replace(self, columns=tuple(c for c in self.columns if _is_seen(c, self.view, actor)))


def _is_seen(column: Column, view: Permission, actor: Actor) -> bool:
    if column.permission is None:
        return True
    allowed, listed = actor.companies(column.permission), actor.companies(view)
    return allowed is None or (listed is not None and listed <= allowed)


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter: a column's key, a lookup of its kind ("" is equality) and the value as given."""

    key: str
    lookup: str
    value: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What somebody asked of a register. ``after`` and ``before`` are opaque cursors; ``sort`` may hold several keys;
    ``folded`` are groups of which only the head is wanted.
    """

    conditions: tuple[Condition, ...] = ()
    words: str = ""
    sort: str = ""
    after: str = ""
    before: str = ""
    limit: int = 50
    group: str = ""
    folded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A parameter that was left out of a listing, and why."""

    name: str
    value: str
    detail: str


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list: rows as dictionaries by ORM path, cursors of the neighbours, and the count of the whole."""

    rows: list[dict[str, Any]]
    count: int
    next: str = ""
    previous: str = ""
    is_counted: bool = True
    """Whether ``count`` is all of them; else there are at least so many."""
