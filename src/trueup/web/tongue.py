"""Speaks each person's language: the one of their account, before sign-in the browser's; and tells moments in their
time zone. Programs get the language they ask for, else that of their token's user (see api/requests.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from trueup.tenancy.languages import language_of, zone_of

if TYPE_CHECKING:
    from trueup.tenancy.models import User

HEALTH = frozenset({"/livez", "/readyz", "/healthz"})
"""Answers that must not ask the database who is there."""


class Tongue:
    """Language and time zone for the length of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        user = _user(request)
        language = language_of(user=user) if user else ""
        with (
            translation.override(language or translation.get_language_from_request(request)),
            timezone.override(zone_of(user=user) if user else None),
        ):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        if not language:
            patch_vary_headers(response, ("Accept-Language",))
        return response


def _user(request: HttpRequest) -> User | None:
    """Who is signed in on the pages; nobody is looked up for programs, agents and the health answers."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path in HEALTH:
        return None
    return request.user if request.user.is_authenticated else None
