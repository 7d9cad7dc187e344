"""Reads all licences of a Ralph through its API, page by page, and the devices that hold units of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from trueup.connectors.fetching import Source, SourceLacks, SourceSilent
from trueup.connectors.ralph.parse import base_object_number, parse_licence
from trueup.licences.arrivals import Arrivals, ArrivingLicence, LeftBehind

PAGE = 100
"""Holders stand inside each licence, so that 50 are 280 kB already."""


def ralph_at(*, url: str, token: str, wait: Callable[[float], None], plain_http: bool = False) -> Source:
    """Where a Ralph is. Without the Accept header it answers HTML."""
    headers = {"Authorization": f"Token {token}", "Accept": "application/json; version=v1"}
    return Source(url, headers, wait, plain_http)


def read_ralph(*, source: Source) -> Arrivals:
    """Every licence with its holders. Raises SourceSilent when fewer were read than Ralph counts."""
    records = list(records_of(source))
    devices = devices_of(source, records)
    licences: list[ArrivingLicence] = []
    left_behind: list[LeftBehind] = []
    for place, record in enumerate(records, start=1):
        licence, left = parse_licence(record, place=place, devices=devices)
        left_behind += left
        if licence is not None:
            licences.append(licence)
    return Arrivals("ralph", "Ralph", tuple(licences), tuple(left_behind))


def records_of(source: Source) -> Iterator[Any]:
    """The licences in the order of their ids: Ralph has no order of its own, and then repeats or misses rows."""
    seen: set[object] = set()
    offset, count = 0, 1
    while offset < count:
        page = source.get("/api/licences/", limit=PAGE, offset=offset, ordering="id")
        results, count = page["results"], page["count"]
        for record in results:
            number = record.get("id") if isinstance(record, dict) else None
            if number is None or number not in seen:
                yield record
            seen.add(number)
        if not results:
            break
        offset += len(results)
    if offset < count:
        raise SourceSilent(
            _("Ralph counts %(count)s licences and showed %(read)s. Start again when nobody changes them.")
            % {"count": count, "read": offset}
        )


def devices_of(source: Source, records: list[Any]) -> dict[int, Any]:
    """What holds units, by its id, asked for once each and at the address we were given only."""
    wanted = {
        number
        for record in records
        if isinstance(record, dict)
        for one in record.get("base_objects") or ()
        if (number := base_object_number(one.get("base_object")))
    }
    found = {}
    for number in sorted(wanted):
        try:
            found[number] = source.get(f"/api/base-objects/{number}/")
        except SourceLacks:
            continue
    return found
