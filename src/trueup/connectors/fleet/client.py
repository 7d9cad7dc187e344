"""Asks Fleet for its hosts, and each host for its software, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trueup.sources.asking import Opening, SourceHasNone, Wire, rows_in
from trueup.sources.findings import Page

A_PAGE = 100
BASE = "/api/v1/fleet"


def read_fleet(opening: Opening) -> Iterator[Page]:
    """Hosts first, then the software of each; the teams where this edition has them."""
    wire = opening.wire(authorise=lambda: {"Authorization": f"Bearer {opening.secret('token')}"})
    try:
        yield Page("teams", rows_in(wire.get(f"{BASE}/teams"), "teams"))
    except SourceHasNone:
        yield Page("teams", [])
    hosts: list[Any] = []
    for rows in _pages(wire, f"{BASE}/hosts", "hosts"):
        hosts += [row.get("id") for row in rows if isinstance(row, dict)]
        yield Page("hosts", rows)
    for host in hosts:
        if isinstance(host, int):
            for rows in _pages(wire, f"{BASE}/hosts/{host}/software", "software"):
                yield Page("software", rows, {"host": host})


def _pages(wire: Wire, path: str, name: str) -> Iterator[list[Any]]:
    """Pages until the answer says that there are no more; hosts say it by a page that is not full."""
    number = 0
    while True:
        answer = wire.get(path, page=number, per_page=A_PAGE, order_key="id" if name == "hosts" else "name")
        rows = rows_in(answer, name)
        yield rows
        more = (answer.get("meta") or {}).get("has_next_results", len(rows) == A_PAGE)
        if not more or not rows:
            return
        number += 1
