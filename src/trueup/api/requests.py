"""How a program signs in, and how its requests are read."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, get_args, get_origin

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.security import HttpBearer
from pydantic import ConfigDict, model_validator

from trueup.api.callers import accept
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, Stale
from trueup.tenancy.actions import stamp_token
from trueup.tenancy.languages import language_of
from trueup.tenancy.queries import actor_of_token, needs_stamp, token_for

if TYPE_CHECKING:
    from trueup.tenancy.models import User


class TokenAuth(HttpBearer):
    """``Authorization: Bearer tru_…``. Cookies are for the pages only."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The actor behind a live token."""
        now = timezone.now()
        found = token_for(secret=token, at=now)
        accept(request, found)
        if needs_stamp(token=found, at=now):
            stamp_token(token=found, at=now)
        actor = actor_of_token(token=found)
        _speak_to(request, found.user)
        request.actor = actor  # type: ignore[attr-defined]  # read by actor_in
        return actor


def _speak_to(request: HttpRequest, user: User) -> None:
    """Sentences are in the language asked for, else in the user's. Names, codes, days and numbers are the same in all."""
    language = language_of(user=user)
    if language and "Accept-Language" not in request.headers:
        translation.activate(language)  # for this request: web.tongue.Tongue puts back what was there


def actor_in(request: HttpRequest) -> Actor:
    """The actor of a signed-in request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by TokenAuth
    return actor


class Body(Schema):
    """A body whose unknown fields are refused (D-034)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def refuse_what_is_no_text(cls, given: Any) -> Any:
        """A NUL is no letter, and the database could not keep it."""
        texts = given.values() if isinstance(given, dict) else ()
        if any(isinstance(text, str) and "\0" in text for text in texts):
            raise ValueError(_("Text with a NUL in it cannot be kept."))
        return given

    def named(self) -> dict[str, Any]:
        """Only the fields the request named: a partial change leaves the others alone. Null empties text and lists."""
        given = self.model_dump(exclude_unset=True)
        for name, value in given.items():
            kinds = get_args(type(self).model_fields[name].annotation)
            if value is None and str in kinds:
                given[name] = ""
            elif value is None and any(get_origin(kind) is list for kind in kinds):
                given[name] = []
        return given


def day_in(request: HttpRequest) -> date:
    """The day asked about with ``?on=``; today where none is."""
    given = request.GET.get("on", "")
    if not given:
        return timezone.localdate()
    try:
        return date.fromisoformat(given)
    except ValueError as wrong:
        raise InvalidValue.of(
            "on", _("“%(given)s” is no day: write it as 2026-06-30.") % {"given": given}
        ) from wrong


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
        raise Stale(
            _("If-Match %(header)s is no version of ours: send the ETag you were given.") % {"header": header}
        )
    return int(number)
