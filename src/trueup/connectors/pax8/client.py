"""Asks Pax8 for companies and subscriptions, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.utils.translation import gettext as _

from trueup.sources.asking import Opening, SourceShut, rows_in
from trueup.sources.findings import Page

A_PAGE = 200


def read_pax8(opening: Opening) -> Iterator[Page]:
    """Companies first, then what was sold to them."""
    wire = opening.wire(authorise=_signed_in(opening))
    for kind in ("companies", "subscriptions"):
        number, pages = 0, 1
        while number < pages:
            answer = wire.get(f"/v1/{kind}", page=number, size=A_PAGE)
            rows = rows_in(answer, "content")
            yield Page(kind, rows)
            pages = int((answer.get("page") or {}).get("totalPages") or 0) if rows else 0
            number += 1


def _signed_in(opening: Opening) -> Callable[[], Mapping[str, str]]:
    def authorise() -> Mapping[str, str]:
        asked = {
            "client_id": opening.option("client_id"), "client_secret": opening.secret("client_secret"),
            "audience": opening.option("audience"), "grant_type": "client_credentials",
        }  # fmt: skip
        answer = opening.wire(url=opening.option("sign_in_url")).post("/oauth/token", body=asked)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise SourceShut(_("The source hands out no token. Check the credentials."))
        return {"Authorization": f"Bearer {token}"}

    return authorise
