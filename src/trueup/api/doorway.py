"""What every request to the API passes: its pace, its repeats answered as before, and refusals as problem+json even
where no operation was reached.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.api.callers import Callers, accept, bearer_of
from trueup.api.problems import PROBLEM_JSON, problem_answer
from trueup.base.problems import InvalidValue, NotFound, NotSignedIn, Problem
from trueup.tenancy.pace import Pace
from trueup.tenancy.queries import token_for
from trueup.tenancy.repeats import Kept, answer_once

if TYPE_CHECKING:
    from trueup.tenancy.pace import Turn

PREFIX = "/api/"
SHOW_SECRETS = ("/reveal/", "/lookup/")
"""What shows a secret is never kept, nor wrapped: each time is a reveal of its own, logged before it is answered."""

KEPT_HEADERS = ("Content-Type", "ETag", "Location")


class TooManyRequests(Problem):
    """The token, or the address that shows none, asked faster than its limit allows."""

    status: ClassVar[int] = 429
    title = gettext_lazy("Too many requests")


class WrongMethod(Problem):
    """The address exists and does not take this method."""

    status: ClassVar[int] = 405
    title = gettext_lazy("Wrong method")


class Doorway:
    """Middleware of the API; other addresses pass it by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.pace = Pace(a_minute=settings.API_REQUESTS_PER_MINUTE)
        self.callers = Callers()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        if not self.pace.a_minute:
            return self._answer(request)
        charged = self.callers.who(request)
        turn = self.pace.take(charged)
        answer = self._answer(request) if turn.allowed else _slow_down(request, turn)
        if turn.allowed and charged != (owed := self._owed(request, answer)):
            self.pace.give_back(charged)
            turn = self.pace.take(owed)
        answer["RateLimit-Policy"] = f'"default";q={self.pace.a_minute};w=60'
        answer["RateLimit"] = f'"default";r={turn.left};t={turn.wait_seconds}'
        return answer

    def _owed(self, request: HttpRequest, answer: HttpResponseBase) -> str:
        return self.callers.learn(request, refused=answer.status_code == NotSignedIn.status)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key", "")
        try:
            _refuse_what_is_no_text(request)
            answer = self._once(request, key) if key and _is_kept(request) else None
        except Problem as problem:
            return problem_answer(request, problem)
        return answer or _as_problem(request, self.get_response(request))

    def _once(self, request: HttpRequest, key: str) -> HttpResponseBase:
        """Answer a repeated request as the first time. The token is checked first: a revoked one gets nothing kept."""
        now = timezone.now()
        token = token_for(secret=bearer_of(request), at=now)
        accept(request, token)
        seen = hashlib.sha256(request.get_full_path().encode() + b"\n" + request.body).hexdigest()

        def answer() -> Kept:
            given = _as_problem(request, self.get_response(request))
            headers = {name: given[name] for name in KEPT_HEADERS if given.has_header(name)}
            body = given.content if isinstance(given, HttpResponse) else b"".join(given)
            return Kept(given.status_code, body, headers, "no-store" in given.get("Cache-Control", ""))

        kept, is_repeat = answer_once(token=token, key=key, fingerprint=seen, at=now, answer=answer)
        response = HttpResponse(kept.body, status=kept.status, headers=kept.headers)
        if is_repeat:
            response["Idempotency-Replayed"] = "true"
        return response


def _is_kept(request: HttpRequest) -> bool:
    return request.method in {"POST", "PATCH"} and not request.path.endswith(SHOW_SECRETS)


def _refuse_what_is_no_text(request: HttpRequest) -> None:
    """A NUL is no letter: the database has none of it, and would refuse the question."""
    for name, values in request.GET.lists():
        if any("\0" in text for text in (name, *values)):
            raise InvalidValue.of(name.replace("\0", ""), _("Text with a NUL in it cannot be looked for."))


def _slow_down(request: HttpRequest, turn: Turn) -> HttpResponse:
    problem = TooManyRequests(
        _("This is faster than the limit allows. Wait %(seconds)s seconds and go on.")
        % {"seconds": turn.wait_seconds}
    )
    answer = problem_answer(request, problem)
    answer["Retry-After"] = str(turn.wait_seconds)
    return answer


def _as_problem(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """A refusal of the framework, before any operation of ours, in the words of the others."""
    if answer.get("Content-Type") == PROBLEM_JSON or answer.status_code not in {404, 405}:
        return answer
    if answer.status_code == NotFound.status:
        return problem_answer(request, NotFound(_("There is nothing at this address.")))
    refused = problem_answer(
        request,
        WrongMethod(
            _("%(method)s is not possible here: %(allowed)s is.")
            % {"method": request.method, "allowed": answer.get("Allow", "")}
        ),
    )
    refused["Allow"] = answer.get("Allow", "")
    return refused
