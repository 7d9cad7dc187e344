"""Reads JSON from another system's API: one host, no redirects, patient with its limits, plain about its refusals.

The token is sent to the host that was named and nowhere else, and never unencrypted unless a person said so.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from trueup.base.problems import Invalid, InvalidValue

SECONDS = 60
MOST_BYTES = 64 * 1024**2
MOST_TRIES = 6
LONGEST_WAIT = 300
USUAL_WAIT = 30
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
OK, UNAUTHORISED, FORBIDDEN, MISSING, TOO_MANY = 200, 401, 403, 404, 429


class SourceRefused(Invalid):
    """The other system does not let us in."""


class SourceSilent(Invalid):
    """The other system cannot be reached, or answers what nobody can read."""


class SourceLacks(Invalid):
    """The other system has no such record."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where to read, how to introduce ourselves, and how to wait when asked to."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    wait: Callable[[float], None]
    plain_http: bool = False

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON at a path below the address. Raises SourceRefused, SourceSilent or SourceLacks."""
        for _try in range(MOST_TRIES):
            status, retry_after, body = self._ask(path, query)
            if status != TOO_MANY:
                return self._read(path, status, body)
            self.wait(_seconds(retry_after))
        raise SourceSilent(
            _("%(url)s asks to wait again and again. Try later, when others leave it in peace.")
            % {"url": self.url}
        )

    def _ask(self, path: str, query: Mapping[str, str | int]) -> tuple[int, str, bytes]:
        """One question: status, how long to wait, and the body."""
        address = checked_address(self.url, plain_http=self.plain_http)
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.hostname or "", address.port, timeout=SECONDS)
        target = f"{address.path.rstrip('/')}{path}" + (f"?{urlencode(query)}" if query else "")
        try:
            connection.request("GET", target, headers=dict(self.headers))
            answer = connection.getresponse()
            body = answer.read(MOST_BYTES + 1)
            return answer.status, answer.getheader("Retry-After", ""), body
        except (OSError, http.client.HTTPException) as fault:
            raise SourceSilent(
                _("%(url)s cannot be reached (%(fault)s). Check the address and the network.")
                % {"url": self.url, "fault": type(fault).__name__}
            ) from fault
        finally:
            connection.close()

    def _read(self, path: str, status: int, body: bytes) -> Any:
        """The JSON of an answer, or the problem that it is."""
        if status in {UNAUTHORISED, FORBIDDEN}:
            raise SourceRefused(
                _("%(url)s refuses the token (%(status)s). Make a new one that may read licences.")
                % {"url": self.url, "status": status}
            )
        if status == MISSING:
            raise SourceLacks(_("%(url)s has nothing at %(path)s.") % {"url": self.url, "path": path})
        if status != OK or len(body) > MOST_BYTES:
            raise self._unreadable(path, status)
        try:
            return json.loads(body)
        except ValueError:
            raise self._unreadable(path, status) from None

    def _unreadable(self, path: str, status: int) -> SourceSilent:
        return SourceSilent(
            _(
                "%(url)s answers %(path)s with %(status)s and nothing that can be read. Check that the address is "
                "that of its API."
            )
            % {"url": self.url, "path": path, "status": status}
        )


def checked_address(url: str, *, plain_http: bool) -> Any:
    """The parts of an address that a token may be sent to."""
    address = urlsplit(url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise InvalidValue.of(
            "url", _("“%(url)s” is no address. Write it whole, with https:// in front.") % {"url": url}
        )
    if address.scheme == "http" and address.hostname not in LOCAL and not plain_http:
        raise InvalidValue.of(
            "url",
            _(
                "The token would travel unencrypted to %(url)s. Use https, or say --plain-http if that is meant."
            )
            % {"url": url},
        )
    return address


def _seconds(retry_after: str) -> float:
    """How long to wait; a date or nothing is the usual wait."""
    return float(min(int(retry_after), LONGEST_WAIT)) if retry_after.isdecimal() else float(USUAL_WAIT)
