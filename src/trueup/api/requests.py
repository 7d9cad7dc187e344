"""How a program signs in, and how its requests are read."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from ninja.security import HttpBearer
from pydantic import ConfigDict

from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, Stale
from trueup.tenancy.actions import stamp_token
from trueup.tenancy.queries import actor_of_token, needs_stamp, token_for


class TokenAuth(HttpBearer):
    """``Authorization: Bearer tru_…``. Cookies are for the pages only."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The actor behind a live token."""
        now = timezone.now()
        found = token_for(secret=token, at=now)
        if needs_stamp(token=found, at=now):
            stamp_token(token=found, at=now)
        actor = actor_of_token(token=found)
        request.actor = actor  # type: ignore[attr-defined]  # read by actor_in
        return actor


def actor_in(request: HttpRequest) -> Actor:
    """The actor of a signed-in request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by TokenAuth
    return actor


class Body(Schema):
    """A body whose unknown fields are refused (D-034)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def named(self) -> dict[str, Any]:
        """Only the fields the request named: a partial change leaves the others alone."""
        return self.model_dump(exclude_unset=True)


def day_in(request: HttpRequest) -> date:
    """The day asked about with ``?on=``; today where none is."""
    given = request.GET.get("on", "")
    if not given:
        return timezone.localdate()
    try:
        return date.fromisoformat(given)
    except ValueError as wrong:
        raise InvalidValue.of("on", f"“{given}” is no day: write it as 2026-06-30.") from wrong


def moment_in(request: HttpRequest) -> datetime | None:
    """The last moment of the day asked about with ``?on=``; none where no day is asked about."""
    if not request.GET.get("on"):
        return None
    return timezone.make_aware(datetime.combine(day_in(request), time.max))


def revision_in(request: HttpRequest) -> int | None:
    """The revision named by ``If-Match``; none where the header is missing."""
    header = request.headers.get("If-Match", "").strip()
    if not header or header == "*":
        return None
    number = header.strip('"').removeprefix("r")
    if not number.isdigit():
        raise Stale(f"If-Match {header} is no version of ours: send the ETag you were given.")
    return int(number)
