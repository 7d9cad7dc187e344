"""Asks Google Workspace product by product who has a licence, and its directory when people signed in last.

A service account signs its own request for a token, in the name of an administrator (domain-wide delegation).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.utils.translation import gettext as _

from trueup.sources.asking import Opening, SourceShut, Wire, bearer, rows_in
from trueup.sources.findings import Page

SCOPES = "https://www.googleapis.com/auth/apps.licensing https://www.googleapis.com/auth/admin.directory.user.readonly"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SECONDS = 3600
A_PAGE, PEOPLE_A_PAGE = 1000, 500


def read_google(opening: Opening) -> Iterator[Page]:
    """Licences of each product, then people; without people where the account may not see them."""
    authorise = _signed_in(opening)
    wire = opening.wire(authorise=authorise)
    for product in filter(None, (one.strip() for one in opening.option("products").split(","))):
        path = f"/apps/licensing/v1/product/{product}/users"
        for rows in _pages(wire, path, "items", customerId=opening.option("customer"), maxResults=A_PAGE):
            yield Page("licences", rows)
    directory = opening.wire(url=opening.option("directory_url"), authorise=authorise)
    try:
        query: dict[str, str | int] = {"customer": "my_customer", "maxResults": PEOPLE_A_PAGE}
        for rows in _pages(directory, "/admin/directory/v1/users", "users", **query):
            yield Page("people", rows)
    except SourceShut:
        yield Page("people", [])


def _pages(wire: Wire, path: str, name: str, **query: str | int) -> Iterator[list[Any]]:
    """Pages by their token; a list without anybody has no list in it."""
    token = ""
    seen: set[str] = set()
    while token not in seen:
        seen.add(token)
        answer = wire.get(path, headers=None, **query, **({"pageToken": token} if token else {}))
        yield rows_in({name: [], **answer} if isinstance(answer, dict) else answer, name)
        token = str(answer.get("nextPageToken") or "")


def _signed_in(opening: Opening) -> Callable[[], Mapping[str, str]]:
    def authorise() -> Mapping[str, str]:
        form = {"grant_type": GRANT, "assertion": _assertion(opening)}
        return bearer(opening.wire(url=opening.option("sign_in_url")), "/token", form)()

    return authorise


def _assertion(opening: Opening) -> str:
    """What the account says of itself, signed with its key."""
    try:
        account = json.loads(opening.secret("service_account"))
        key = load_pem_private_key(account["private_key"].encode(), password=None)
        issuer = str(account["client_email"])
    except (ValueError, KeyError, TypeError, AttributeError):
        key, issuer = None, ""
    if not isinstance(key, RSAPrivateKey):
        raise SourceShut(_("The key of the service account cannot be read. Enter the whole JSON file."))
    now = int(opening.at.timestamp())
    claims = {
        "iss": issuer, "sub": opening.option("administrator"), "scope": SCOPES,
        "aud": f"{opening.option('sign_in_url')}/token", "iat": now, "exp": now + SECONDS,
    }  # fmt: skip
    told = ".".join(_packed(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
    return f"{told}.{_packed(key.sign(told.encode(), PKCS1v15(), SHA256()))}"


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
