"""Asks NinjaOne for organisations and devices by the last id, and for all software by its cursor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from trueup.sources.asking import Opening, SourceUnreadable, Wire, bearer, rows_in
from trueup.sources.findings import Page

A_PAGE = 1000


def read_ninjaone(opening: Opening) -> Iterator[Page]:
    """Everything, page by page."""
    form = {
        "grant_type": "client_credentials",
        "client_id": opening.option("client_id"),
        "client_secret": opening.secret("client_secret"),
        "scope": "monitoring",
    }
    wire = opening.wire(authorise=bearer(opening.wire(), "/ws/oauth/token", form))
    for kind in ("organizations", "devices"):
        for rows in _by_last_id(wire, f"/v2/{kind}"):
            yield Page(kind, rows)
    path = f"/v2/queries/software?pageSize={A_PAGE}"
    cursor = ""
    while True:
        answer = wire.get(path + cursor)
        rows = rows_in(answer, "results")
        if not rows:
            return
        yield Page("software", rows)
        name = (answer.get("cursor") or {}).get("name")
        if not name:
            return
        cursor = f"&cursor={quote(str(name))}"


def _by_last_id(wire: Wire, path: str) -> Iterator[list[Any]]:
    last = 0
    while True:
        rows = wire.get(path, pageSize=A_PAGE, after=last)
        if not isinstance(rows, list):
            raise SourceUnreadable(
                _("The source answers without a list. Check that the address is that of its API.")
            )
        if rows:
            yield rows
        ids = [row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), int)]
        if len(rows) < A_PAGE or not ids or max(ids) <= last:
            return
        last = max(ids)
