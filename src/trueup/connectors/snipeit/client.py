"""Reads all licences of a Snipe-IT through its API with their seats, and the assets that hold seats.

Its errors usually come with status 200, and an offset past the end begins again at 0: pages stop at the total.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from trueup.connectors.fetching import Source, SourceLacks, SourceRefused, SourceSilent
from trueup.connectors.snipeit.parse import parse_licence
from trueup.licences.arrivals import Arrivals, ArrivingLicence, LeftBehind

PAGE = 500


def snipeit_at(*, url: str, token: str, wait: Callable[[float], None], plain_http: bool = False) -> Source:
    """Where a Snipe-IT is."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return Source(url, headers, wait, plain_http)


def read_snipeit(*, source: Source) -> Arrivals:
    """Every licence that is not deleted, with its seats. Raises SourceSilent when fewer were read than there are."""
    licences: list[ArrivingLicence] = []
    left_behind: list[LeftBehind] = []
    assets: dict[int, Any] = {}
    for place, record in enumerate(pages(source, "/api/v1/licenses", sort="id", order="asc"), start=1):
        number = record.get("id") if isinstance(record, dict) else None
        seats = pages(source, f"/api/v1/licenses/{number}/seats") if isinstance(number, int) else []
        look_up_assets(source, seats, assets)
        licence, left = parse_licence(record, place=place, seats=seats, assets=assets)
        left_behind += left
        if licence is not None:
            licences.append(licence)
    return Arrivals("snipe-it", "Snipe-IT", tuple(licences), tuple(left_behind))


def pages(source: Source, path: str, **query: str | int) -> list[Any]:
    """All rows of a list, each once, until as many were shown as there are."""
    found: dict[object, Any] = {}
    offset, total = 0, 1
    while offset < total:
        page = source.get(path, limit=PAGE, offset=offset, **query)
        rows, total = rows_of(source, page)
        for row in rows:
            key = row.get("id") if isinstance(row, dict) else None
            found.setdefault(("no id", len(found)) if key is None else key, row)
        if not rows:
            break
        offset += len(rows)
    if len(found) < total:
        raise SourceSilent(
            _(
                "Snipe-IT counts %(count)s at %(path)s and showed %(read)s. Start again when nobody changes them."
            )
            % {"count": total, "path": path, "read": len(found)}
        )
    return list(found.values())


def rows_of(source: Source, page: Any) -> tuple[list[Any], int]:
    """The rows of an answer and how many there are in all; an error comes with status 200."""
    if isinstance(page, dict) and page.get("status") == "error":
        raise SourceRefused(
            _("%(url)s says: %(messages)s. Mend that and move in again.")
            % {"url": source.url, "messages": page.get("messages")}
        )
    if not isinstance(page, dict) or not isinstance(page.get("rows"), list):
        raise SourceSilent(
            _("%(url)s answers without rows. Check that the address is Snipe-IT's.") % {"url": source.url}
        )
    return page["rows"], int(page.get("total") or 0)


def look_up_assets(source: Source, seats: list[Any], assets: dict[int, Any]) -> None:
    """Ask once for each asset that holds a seat: a seat does not tell its serial number."""
    for seat in seats:
        number = (seat.get("assigned_asset") or {}).get("id")
        if not isinstance(number, int) or number in assets:
            continue
        try:
            answer = source.get(f"/api/v1/hardware/{number}")
        except SourceLacks:
            answer = {}
        assets[number] = answer if isinstance(answer, dict) and answer.get("status") != "error" else {}
