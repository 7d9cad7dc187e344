"""Posting a webhook by the Standard Webhooks scheme: signed, to the very address that was checked, without redirects.

The name is resolved once, every address it has must be one of the public internet (unless the operator allows private
ones), and the connection goes to the address that was looked at: a name that changes its mind in between gains nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from trueup.base.problems import InvalidValue
from trueup.deliveries.reaching import NotPublic, connection_to
from trueup.vault.plain import Plain

SECONDS = 15
MOST_BYTES = 2000
LONGEST_ANSWER = 1_000_000
LONGEST_URL = 500
PREFIX = "whsec_"
OK = range(200, 300)


class NotTaken(Exception):
    """The other side did not take a delivery; ``is_final`` where trying again is no use."""

    def __init__(self, answer: str, *, is_final: bool = False) -> None:
        super().__init__(answer)
        self.answer = answer
        self.is_final = is_final


def checked_url(url: str) -> str:
    """An address webhooks may go to: https, or http where private addresses are allowed; nobody's name and password in it."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    allowed = {"https", "http"} if settings.PRIVATE_WEBHOOKS else {"https"}
    is_wrong = (
        parts.scheme not in allowed or not parts.hostname or parts.username or parts.fragment or port == 0
    )
    if is_wrong or len(url) > LONGEST_URL or any(sign.isspace() for sign in url.strip()):
        raise InvalidValue.of(
            "url", _("“%(given)s” is no address for webhooks: write it with https:// in front, without a password.") % {"given": url[:100]},
        )  # fmt: skip
    return url.strip()


def signature(*, uid: str, at: datetime, body: str, keys: Sequence[Plain]) -> str:
    """What the receiver checks: one signature for each secret that is valid.

    >>> from datetime import UTC
    >>> key = Plain("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    >>> moment = datetime.fromtimestamp(1614265330, UTC)
    >>> signature(uid="msg_p5jXN8AQM9LWM0D4loKWxJek", at=moment, body='{"test": 2432232314}', keys=[key])
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    told = f"{uid}.{int(at.timestamp())}.{body}".encode()
    signed = (
        hmac.digest(base64.b64decode(key.expose().removeprefix(PREFIX)), told, hashlib.sha256) for key in keys
    )
    return " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signed)


def post_webhook(*, url: str, uid: str, at: datetime, body: str, keys: Sequence[Plain]) -> str:
    """Post once; what was answered, or NotTaken."""
    parts = urlsplit(url)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Trueup",
        "webhook-id": uid,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(uid=uid, at=at, body=body, keys=keys),
    }
    connection = _connection(parts)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=body.encode(), headers=headers)
        answer = connection.getresponse()
        said = f"{answer.status} {answer.read(MOST_BYTES).decode(errors='replace')}".strip()
    except (OSError, http.client.HTTPException) as fault:
        raise NotTaken(f"{type(fault).__name__}: {fault}") from fault
    finally:
        connection.close()
    if answer.status not in OK:
        raise NotTaken(said)
    return said


def ask_over_http(
    *, method: str, url: str, body: bytes | None, heads: Mapping[str, str]
) -> tuple[int, bytes, dict[str, str]]:
    """One request to an address that was checked, redirects not followed: status, at most a megabyte, heads in lower case."""
    parts = urlsplit(url)
    connection = _connection(parts)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body=body, headers={"User-Agent": "Trueup", **heads})
        answer = connection.getresponse()
        content = answer.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as fault:
        raise NotTaken(f"{type(fault).__name__}: {fault}") from fault
    finally:
        connection.close()
    return answer.status, content, {name.lower(): value for name, value in answer.getheaders()}


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    """A connection to the address that was checked, under the name that was asked for."""
    try:
        return connection_to(parts, seconds=SECONDS, to_private=settings.PRIVATE_WEBHOOKS)
    except NotPublic as private:
        words = _(
            "%(host)s is %(address)s, which is no address of the public internet. TRUEUP_WEBHOOKS_TO_PRIVATE=1 allows it."
        )
        raise NotTaken(words % {"host": private.host, "address": private.address}, is_final=True) from private
    except OSError as fault:
        raise NotTaken(f"{type(fault).__name__}: {fault}") from fault
