"""What is known of the use of a holding: the last day it was used, never, or not reported; and from which source.

A source that reports use is believed first: a vendor's word on a person's seat, or an agent's on an installation. Where none does,
inventories that see the product, or saw it go, tell as much. What no source reports is never taken for "not used": nobody
loses a licence for a source's silence. "Never" from sight alone is said only where all the devices report, and
inventories know the product at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assignments.models import Assignment
from trueup.devices.models import Device
from trueup.inventory.models import Installation
from trueup.sources.models import Seat

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Usage:
    """``day`` empty with a source means never; without a source nothing is known."""

    day: date | None = None
    source: str = ""

    def is_idle(self, *, since: date, on: date, days: int) -> bool:
        """Known to lie idle for so many days: not used since, or never since it was given.

        >>> day = date(2026, 11, 21)
        >>> asked = {"since": date(2026, 1, 1), "on": day, "days": 90}
        >>> [use.is_idle(**asked) for use in (Usage(day, "x"), Usage(date(2026, 8, 1), "x"), Usage(None, "x"), Usage())]
        [False, True, True, False]
        """
        return bool(self.source) and (self.day or since) <= on - timedelta(days=days)


@dataclass(frozen=True, slots=True)
class _Word:
    """What one source says of a product: by whom, on which day, and whether it speaks of use or of sight only."""

    source: str
    day: date | None
    speaks_of_use: bool
    is_there: bool = True

    @property
    def weight(self) -> tuple[bool, bool, date]:
        """Use before sight, what is there before what went, and the latest."""
        return self.speaks_of_use, self.is_there, self.day or date.min


@dataclass(slots=True)
class _Words:
    """All that sources say of the products of some holdings."""

    of_people: dict[Pair, _Word] = field(default_factory=dict)
    of_devices: dict[Pair, _Word] = field(default_factory=dict)
    reporting: dict[int, str] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)


def usage_of(rows: Iterable[Assignment]) -> dict[int, Usage]:
    """What is known of each holding, by its id; asked for a few thousand at a time."""
    held = list(rows)
    devices = _devices(held)
    words = _words(held, {device for mine in devices.values() for device in mine})
    return {one.pk: _usage(one, devices.get(one.pk, []), words) for one in held}


def _devices(held: list[Assignment]) -> dict[int, list[int]]:
    """The device that holds, or those its holder uses."""
    by_person: dict[int, list[int]] = defaultdict(list)
    people = {one.person_id for one in held if one.person_id}
    used = Device.objects.filter(user_id__in=people, company_id=F("user__company_id"))
    for user, device in used.order_by("pk").values_list("user_id", "pk").iterator(2000):
        by_person[user or 0].append(device)
    return {
        one.pk: [one.device_id] if one.device_id else by_person.get(one.person_id or 0, []) for one in held
    }


def _words(held: list[Assignment], devices: set[int]) -> _Words:
    products = {one.licence.product_id for one in held}
    found = _Words()
    _hear_vendors(found, products, {one.person_id for one in held if one.person_id})
    _hear_inventories(found, products, devices)
    companies = {one.company_id for one in held}
    seen = Installation.objects.filter(title__product_id__in=products, company_id__in=companies)
    found.known = {pk for pk in seen.order_by().values_list("title__product_id", flat=True).distinct() if pk}
    rows = Device.objects.filter(pk__in=devices, last_seen_at__isnull=False)
    found.reporting = dict(rows.values_list("pk", "hostname"))
    return found


def _hear_vendors(found: _Words, products: set[int], people: set[int]) -> None:
    seats = Seat.objects.filter(
        title__product_id__in=products, person_id__in=people, gone_at=None, use_is_reported=True
    )
    for person, product, name, used in seats.values_list(
        "person_id", "title__product_id", "origin_name", "last_used_at"
    ):
        _keep(found.of_people, (person or 0, product or 0), _Word(name, _day(used), speaks_of_use=True))


def _hear_inventories(found: _Words, products: set[int], devices: set[int]) -> None:
    rows = Installation.objects.filter(title__product_id__in=products, device_id__in=devices)
    paths = (
        "device_id", "title__product_id", "device__hostname", "gone_at", "last_seen_at", "device__last_seen_at",
        "use_is_reported", "last_used_at",
    )  # fmt: skip
    for device, product, name, gone, seen, reported, tells_use, used in rows.values_list(*paths).iterator(
        2000
    ):
        says_use = bool(tells_use) and gone is None
        day = _day(used) if says_use else _day(gone or seen or reported)
        if not says_use and day is None:
            continue
        words = _("Inventory of %(device)s")
        if not says_use:
            words = (
                _("Inventory of %(device)s: installed")
                if gone is None
                else _("Inventory of %(device)s: gone since")
            )
        word = _Word(words % {"device": name}, day, speaks_of_use=says_use, is_there=gone is None)
        _keep(found.of_devices, (device, product or 0), word)


def _keep(kept: dict[Pair, _Word], pair: Pair, word: _Word) -> None:
    if pair not in kept or word.weight > kept[pair].weight:
        kept[pair] = word


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else timezone.localdate(moment)


def _usage(one: Assignment, devices: list[int], words: _Words) -> Usage:
    product = one.licence.product_id
    heard = [words.of_devices[device, product] for device in devices if (device, product) in words.of_devices]
    heard += [words.of_people[pair] for pair in [(one.person_id or 0, product)] if pair in words.of_people]
    if heard:
        best = max(heard, key=lambda word: word.weight)
        return Usage(best.day, best.source)
    names = [words.reporting[device] for device in devices if device in words.reporting]
    if names and product in words.known and len(names) == len(devices):
        return Usage(None, _("Inventory of %(device)s: never seen installed") % {"device": ", ".join(names)})
    return Usage()


def in_chunks(rows: Iterator[Assignment], size: int = 2000) -> Iterator[list[Assignment]]:
    """Rows a few thousand at a time."""
    chunk: list[Assignment] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
