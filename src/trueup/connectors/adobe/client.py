"""Asks Adobe's User Management for product profiles and people. A page past the end is the last again, or nothing found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trueup.sources.asking import Opening, Wire, bearer, rows_in
from trueup.sources.findings import Page

MOST = 10_000


def read_adobe(opening: Opening) -> Iterator[Page]:
    """Profiles first, then people."""
    form = {
        "grant_type": "client_credentials",
        "client_id": opening.option("client_id"),
        "client_secret": opening.secret("client_secret"),
        "scope": "openid,AdobeID,user_management_sdk",
    }
    sign_in = bearer(opening.wire(url=opening.option("sign_in_url")), "/ims/token/v2", form)
    wire = opening.wire(authorise=lambda: {**sign_in(), "x-api-key": opening.option("client_id")})
    for kind in ("groups", "users"):
        for rows in _pages(wire, kind, opening.option("organisation")):
            yield Page(kind, rows)


def _pages(wire: Wire, kind: str, organisation: str) -> Iterator[list[Any]]:
    for number in range(MOST):
        answer = wire.get(f"/v2/usermanagement/{kind}/{organisation}/{number}")
        if isinstance(answer, dict) and answer.get("result") == "Not found":
            return
        yield rows_in(answer, kind)
        if answer.get("lastPage"):
            return
