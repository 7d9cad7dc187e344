"""Asks Datto RMM for sites, devices, and the software of each device that was audited."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from trueup.sources.asking import Opening, SourceHasNone, SourceShut, linked
from trueup.sources.findings import Page

A_PAGE = 250
AUDITED = "device"
PUBLIC = base64.b64encode(b"public-client:public").decode()


def read_datto(opening: Opening) -> Iterator[Page]:
    """Each list by its links to the next page."""
    wire = opening.wire(authorise=_signed_in(opening))
    for kind in ("sites", "devices"):
        for page in _linked(wire, f"/api/v2/account/{kind}?page=0&max={A_PAGE}", kind):
            yield page
            for row in page.rows if kind == "devices" else ():
                if is_audited(row):
                    try:
                        path = f"/api/v2/audit/device/{row['uid']}/software?page=0&max={A_PAGE}"
                        yield from _linked(wire, path, "software", device=row["uid"])
                    except SourceHasNone:
                        continue


def _linked(wire: Any, first: str, kind: str, **about: str) -> Iterator[Page]:
    for rows in linked(wire, first, rows=kind, link="nextPageUrl", inside="pageDetails"):
        yield Page(kind, rows, about)


def is_audited(row: Any) -> bool:
    """Whether a device has an audit to be asked for: others answer that there is none."""
    return (
        isinstance(row, dict)
        and isinstance(row.get("uid"), str)
        and row["uid"].replace("-", "").isalnum()
        and row.get("deviceClass") == AUDITED
        and not row.get("deleted")
    )


def _signed_in(opening: Opening) -> Callable[[], Mapping[str, str]]:
    def authorise() -> Mapping[str, str]:
        form = {
            "grant_type": "password",
            "username": opening.option("api_key"),
            "password": opening.secret("api_secret"),
        }
        answer = opening.wire().post(
            "/auth/oauth/token", form=form, headers={"Authorization": f"Basic {PUBLIC}"}
        )
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise SourceShut(_("The source hands out no token. Check the credentials."))
        return {"Authorization": f"Bearer {token}"}

    return authorise
