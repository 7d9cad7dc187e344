"""Whom a request is charged to: a token that is known to be good, else the address it came from.

What merely looks like a token costs nothing to make up. So a bearer has a pace of its own only once it was accepted;
until then, and again once it is refused, its requests are its address's.
"""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from trueup.tenancy.models import ApiToken

MOST_REMEMBERED = 10_000


class Callers:
    """The bearers that were accepted, by their hash. One for each process, as the pace is."""

    def __init__(self) -> None:
        self._good: set[str] = set()
        self._lock = threading.Lock()

    def who(self, request: HttpRequest) -> str:
        """What the request is charged to before it is answered."""
        known = _hashed(request)
        return known if known in self._good else address_of(request)

    def learn(self, request: HttpRequest, *, refused: bool) -> str:
        """What it is charged to once it is answered. Where nobody looked at the token, all stays as it was."""
        shown = _hashed(request)
        with self._lock:
            if refused:
                self._good.discard(shown)
            elif token_of(request) is not None:
                if len(self._good) >= MOST_REMEMBERED:
                    self._good.clear()
                self._good.add(shown)
        return self.who(request)


def bearer_of(request: HttpRequest) -> str:
    """What stands where a token is expected."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip()


def address_of(request: HttpRequest) -> str:
    """Where it came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def accept(request: HttpRequest, token: ApiToken) -> None:
    """Note that the request showed a live token."""
    request.token = token  # type: ignore[attr-defined]  # our own addition, read below


def token_of(request: HttpRequest) -> ApiToken | None:
    """The live token it showed, once that is known."""
    return getattr(request, "token", None)


def _hashed(request: HttpRequest) -> str:
    """The secret half is part of it: whoever only knows the public one is somebody else."""
    return hashlib.sha256(bearer_of(request).encode()).hexdigest()
