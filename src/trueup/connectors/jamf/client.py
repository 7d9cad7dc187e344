"""Asks Jamf Pro for its computers with their applications, page by page."""

from __future__ import annotations

from collections.abc import Iterator

from trueup.sources.asking import Opening, bearer, rows_in
from trueup.sources.findings import Page

A_PAGE = 100
SECTIONS = "section=GENERAL&section=HARDWARE&section=APPLICATIONS&section=OPERATING_SYSTEM"


def read_jamf(opening: Opening) -> Iterator[Page]:
    """Until as many were read as there are."""
    form = {
        "grant_type": "client_credentials",
        "client_id": opening.option("client_id"),
        "client_secret": opening.secret("client_secret"),
    }
    wire = opening.wire(authorise=bearer(opening.wire(), "/api/v1/oauth/token", form))
    path = f"/api/{opening.option('version')}/computers-inventory?{SECTIONS}&page-size={A_PAGE}&sort=id:asc&page="
    number = read = 0
    while True:
        answer = wire.get(f"{path}{number}")
        rows = rows_in(answer, "results")
        yield Page("computers", rows)
        number, read = number + 1, read + len(rows)
        if not rows or read >= int(answer.get("totalCount") or 0):
            return
