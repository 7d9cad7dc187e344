"""Asks a Wazuh 4 manager for its agents, and each for its packages. An error may come with status 200."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from trueup.sources.asking import Opening, SourceShut, SourceUnreadable, Wire, rows_in
from trueup.sources.findings import Page

A_PAGE = 500
MANAGER = "000"


def read_wazuh(opening: Opening) -> Iterator[Page]:
    """Agents first, then the packages of each."""
    wire = opening.wire(authorise=_signed_in(opening))
    agents: list[Any] = []
    for rows in _pages(wire, "/agents"):
        agents += rows
        yield Page("agents", rows)
    for agent in agents:
        number = agent.get("id") if isinstance(agent, dict) else None
        if isinstance(number, str) and number.isdigit():
            for rows in _pages(wire, f"/syscollector/{number}/packages"):
                yield Page("packages", rows, {"agent": number})


def _pages(wire: Wire, path: str) -> Iterator[list[Any]]:
    """Pages by their offset, until as many were read as there are."""
    offset, total = 0, 1
    while offset < total:
        answer = wire.get(path, offset=offset, limit=A_PAGE)
        if not isinstance(answer, dict) or answer.get("error"):
            raise SourceUnreadable(_("The source could not answer %(path)s.") % {"path": path})
        found = answer.get("data")
        rows = rows_in(found, "affected_items")
        yield rows
        total = int((found or {}).get("total_affected_items") or 0) if rows else 0
        offset += len(rows)


def _signed_in(opening: Opening) -> Callable[[], Mapping[str, str]]:
    def authorise() -> Mapping[str, str]:
        told = base64.b64encode(f"{opening.option('user')}:{opening.secret('password')}".encode()).decode()
        answer = opening.wire().post(
            "/security/user/authenticate", form={}, headers={"Authorization": f"Basic {told}"}
        )
        found = answer.get("data") if isinstance(answer, dict) else None
        token = found.get("token") if isinstance(found, dict) else None
        if not isinstance(token, str):
            raise SourceShut(_("The source hands out no token. Check the credentials."))
        return {"Authorization": f"Bearer {token}"}

    return authorise
