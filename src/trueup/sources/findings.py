"""What a suitcase makes of a source's pages, and what a suitcase says of itself. None is "not told" everywhere, never 0."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from trueup.inventory.snapshots import Snapshot
from trueup.people.syncing import DirectoryPerson

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from trueup.sources.asking import Opening


@dataclass(frozen=True, slots=True)
class Page:
    """One answer as received: rows of one kind. ``about`` is what the question knew and the rows do not tell."""

    kind: str
    rows: Sequence[Any]
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outside:
    """A company as the source names it."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sighted:
    """One device with what is on it. A list that may be short (``is_whole`` false) ends nothing."""

    snapshot: Snapshot
    outside: str = ""


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """What was bought of one offer; ``applies_to`` is user, device or tenant, empty where that was not told."""

    sku: str
    name: str
    publisher: str = ""
    ref: str = ""
    outside: str = ""
    applies_to: str = ""
    purchased: int | None = None
    assigned: int | None = None
    in_grace: int | None = None
    suspended: int | None = None
    status: str = ""
    is_trial: bool | None = None
    is_free: bool = False
    renews_itself: bool | None = None
    renews_on: date | None = None
    committed_until: date | None = None
    unit_cost: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """Who has a seat. ``use_is_reported`` with no ``last_used_at`` means never."""

    sku: str
    sku_name: str
    subject: str
    publisher: str = ""
    outside: str = ""
    login: str = ""
    name: str = ""
    via: str = "direct"
    is_enabled: bool | None = None
    last_used_at: datetime | None = None
    use_is_reported: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be read, and why. It never fails a run."""

    row: str
    reason: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a run found. A list that is None was not asked for; an empty one was, and is empty."""

    outsides: tuple[Outside, ...] = ()
    people: tuple[DirectoryPerson, ...] | None = None
    devices: tuple[Sighted, ...] | None = None
    subscriptions: tuple[SubscriptionFacts, ...] | None = None
    seats: tuple[SeatFacts, ...] | None = None
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing whoever adds a source is asked for. A secret goes to the vault and is never shown again."""

    key: str
    label: _StrOrPromise
    hint: _StrOrPromise = ""
    is_secret: bool = False
    is_needed: bool = True
    usual: str = ""


@dataclass(frozen=True, slots=True)
class Suitcase:
    """One vendor: what it is asked for, what it brings, what it cannot know, and its two halves.

    ``read`` asks the vendor and gives pages; ``parse`` is pure and makes findings of them. ``keeps`` names, for each kind
    of page, the fields of a row that are read (``general.name`` of a part): nothing else is stored. The second
    of ``schemes`` is unencrypted.
    """

    name: str
    title: str
    url: str
    asks: tuple[Ask, ...]
    brings: tuple[_StrOrPromise, ...]
    cannot_know: tuple[_StrOrPromise, ...]
    keeps: Mapping[str, frozenset[str]]
    read: Callable[[Opening], Iterator[Page]]
    parse: Callable[[Sequence[Page], datetime], Findings]
    schemes: tuple[str, str] = ("https", "http")
