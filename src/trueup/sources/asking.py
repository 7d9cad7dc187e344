"""Asks another system's API: patient with its limits, plain about its refusals, and never sent elsewhere.

Each connection goes to an address that was looked at. A link to the next page is followed only where scheme, host and port
are those of the source. A token is fetched once more after a 401. Addresses with keys in them stand in no message.
"""

from __future__ import annotations

import http.client
import json
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import Invalid, InvalidValue
from trueup.deliveries.reaching import NotPublic, connection_to
from trueup.vault.plain import Plain

SECONDS = 60
MOST_BYTES = 64 * 1024**2
MOST_TRIES = 5
LONGEST_WAIT = 300
FIRST_WAIT = 2.0
LONGEST_URL = 500
MOST_PAGES = 20_000
OK, UNAUTHORISED, FORBIDDEN, MISSING, TOO_MANY, BROKEN = range(200, 300), 401, 403, 404, 429, 500


class SourceUnreadable(Invalid):
    """The other system cannot be reached, or answers what nobody can read."""

    title = gettext_lazy("The source cannot be read")


class SourceShut(SourceUnreadable):
    """The other system does not let us in, or not that far."""

    title = gettext_lazy("The source does not let us in")


class SourceHasNone(SourceUnreadable):
    """The other system has nothing at that address."""

    title = gettext_lazy("The source has no such record")


@dataclass(frozen=True, slots=True)
class Opening:
    """A source about to be read: its address, what it was told, what opens it, how to wait, and what time it is."""

    url: str
    options: Mapping[str, str]
    secrets: Mapping[str, Plain]
    wait: Callable[[float], None]
    at: datetime

    def option(self, key: str) -> str:
        """What was answered, or nothing."""
        return str(self.options.get(key, ""))

    def secret(self, key: str) -> str:
        """The text of a secret; every call of this is a place to look at twice."""
        return self.secrets[key].expose() if key in self.secrets else ""

    def wire(self, *, url: str = "", authorise: Callable[[], Mapping[str, str]] | None = None) -> Wire:
        """A line to the source, or to the address where it hands out tokens."""
        return Wire(checked_source_url(url or self.url), self.wait, authorise)


@dataclass(slots=True)
class Wire:
    """A line to one host. ``authorise`` gives the headers that open it, anew when they are refused."""

    url: str
    wait: Callable[[float], None]
    authorise: Callable[[], Mapping[str, str]] | None = None
    keys: Mapping[str, str] | None = field(default=None, repr=False)
    asked: int = 0

    def get(self, target: str, *, headers: Mapping[str, str] | None = None, **query: str | int) -> Any:
        """The JSON below the address, or at a link to the next page of it."""
        return self._json(self.call("GET", target, headers=headers, query=query))

    def post(
        self,
        target: str,
        *,
        form: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON that a form, or JSON, is answered with."""
        told = urlencode(form).encode() if form is not None else json.dumps(body).encode()
        kind = "application/x-www-form-urlencoded" if form is not None else "application/json"
        return self._json(
            self.call("POST", target, headers={"Content-Type": kind, **(headers or {})}, body=told)
        )

    def call(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
        body: bytes | None = None,
    ) -> bytes:
        """The bytes of the answer. Raises SourceShut, SourceHasNone or SourceUnreadable."""
        where = self._target(target, query or {})
        is_renewed = False
        for number in range(MOST_TRIES):
            status, retry_after, answer = self._once(method, where, headers or {}, body)
            if status == UNAUTHORISED and self.authorise is not None and not is_renewed:
                self.keys, is_renewed = None, True
            elif status == TOO_MANY or status >= BROKEN:
                self.wait(_pause(retry_after, number))
            else:
                return self._understood(status, target, answer)
        return self._understood(status, target, answer)

    def _once(
        self, method: str, where: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, str, bytes]:
        if self.authorise is not None and self.keys is None:
            self.keys = self.authorise()
        self.asked += 1
        if self.asked > MOST_PAGES:
            raise SourceUnreadable(
                _("The source was asked %(n)s times and did not come to an end.") % {"n": MOST_PAGES}
            )
        sent = {"Accept": "application/json", "User-Agent": "Trueup", **(self.keys or {}), **headers}
        try:
            connection = connection_to(
                urlsplit(self.url), seconds=SECONDS, to_private=settings.PRIVATE_SOURCES
            )
        except NotPublic as private:
            raise SourceUnreadable(
                _(
                    "%(host)s is %(address)s, which is no address of the public internet. TRUEUP_SOURCES_IN_PRIVATE=1 allows it."
                )
                % {"host": private.host, "address": private.address}
            ) from private
        except OSError as fault:
            raise self._silent(fault) from fault
        try:
            connection.request(method, where, body=body, headers=sent)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Retry-After", ""), answer.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException) as fault:
            raise self._silent(fault) from fault
        finally:
            connection.close()

    def _target(self, target: str, query: Mapping[str, str | int]) -> str:
        """Path and query of a target; a link must lead to where we are already."""
        ours = urlsplit(self.url)
        if "://" not in target:
            return f"{ours.path.rstrip('/')}{target}" + (f"?{urlencode(query)}" if query else "")
        link = urlsplit(target)
        if (link.scheme, link.hostname, _port(link)) != (ours.scheme, ours.hostname, _port(ours)):
            raise SourceUnreadable(
                _("%(host)s sends us on to %(other)s for the next page. A token goes to one host only.")
                % {"host": ours.hostname, "other": link.hostname}
            )
        return link.path + (f"?{link.query}" if link.query else "")

    def _understood(self, status: int, target: str, answer: bytes) -> bytes:
        facts = {"host": urlsplit(self.url).hostname, "status": status, "path": urlsplit(target).path}
        if status == UNAUTHORISED:
            raise SourceShut(_("%(host)s refuses the credentials (401). Enter new ones.") % facts)
        if status == FORBIDDEN:
            raise SourceShut(
                _("%(host)s does not allow %(path)s (403). Give the account the right to read it.") % facts
            )
        if status == MISSING:
            raise SourceHasNone(_("%(host)s has nothing at %(path)s.") % facts)
        if status not in OK or len(answer) > MOST_BYTES:
            raise SourceUnreadable(_("%(host)s answers %(path)s with %(status)s.") % facts)
        return answer

    def _silent(self, fault: Exception) -> SourceUnreadable:
        return SourceUnreadable(
            _("%(host)s cannot be reached (%(fault)s). Check the address and the network.")
            % {"host": urlsplit(self.url).hostname, "fault": type(fault).__name__}
        )

    def _json(self, answer: bytes) -> Any:
        try:
            return json.loads(answer)
        except ValueError:
            raise SourceUnreadable(
                _("%(host)s answers nothing that can be read. Check that the address is that of its API.")
                % {"host": urlsplit(self.url).hostname}
            ) from None


def checked_source_url(url: str, *, schemes: tuple[str, str] = ("https", "http")) -> str:
    """An address a source may be read at; unencrypted where private ones are allowed; nobody's name and password in it."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    allowed = schemes if settings.PRIVATE_SOURCES else schemes[:1]
    is_wrong = (
        parts.scheme not in allowed or not parts.hostname or "@" in parts.netloc or parts.query or port == 0
    )
    if is_wrong or len(url) > LONGEST_URL or any(sign.isspace() for sign in url.strip()):
        raise InvalidValue.of(
            "url", _("“%(given)s” is no address of a source: write it with %(scheme)s:// in front, without a password.") % {"given": url[:100], "scheme": schemes[0]},
        )  # fmt: skip
    return url.strip().rstrip("/")


def rows_in(answer: Any, key: str) -> list[Any]:
    """The rows of an answer under their name. Raises SourceUnreadable where it has none."""
    found = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise SourceUnreadable(
            _("The source answers without “%(key)s”. Check that the address is that of its API.")
            % {"key": key}
        )
    return found


def linked(
    wire: Wire,
    first: str,
    *,
    rows: str,
    link: str,
    inside: str = "",
    headers: Mapping[str, str] | None = None,
) -> Iterable[list[Any]]:
    """Pages of which each names the next by a link, until one names none. A link met before ends in a refusal."""
    seen: set[str] = set()
    target: str | None = first
    while target:
        if target in seen:
            raise SourceUnreadable(_("The source sends us round in a circle: a page names one we had."))
        seen.add(target)
        answer = wire.get(target, headers=headers)
        yield rows_in(answer, rows)
        target = (answer.get(inside) or {}).get(link) if inside else answer.get(link)


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _pause(retry_after: str, number: int) -> float:
    """As long as we are asked to wait; else twice as long each time, never all clients at once."""
    if retry_after.isdecimal():
        return float(min(int(retry_after), LONGEST_WAIT))
    return FIRST_WAIT * float(2**number) * (1 + random.random())  # noqa: S311  # spreads load, guards nothing


def bearer(wire: Wire, target: str, form: Mapping[str, str]) -> Callable[[], Mapping[str, str]]:
    """How a token is got by client credentials, for ``authorise``: asked for when it is needed, kept in memory only."""

    def authorise() -> Mapping[str, str]:
        answer = wire.post(target, form=form)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise SourceShut(
                _("%(host)s hands out no token. Check the credentials.")
                % {"host": urlsplit(wire.url).hostname}
            )
        return {"Authorization": f"Bearer {token}"}

    return authorise
