"""The gate of every page: signed in, and holding the permission the page declares."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from trueup.base.access import Permission
from trueup.base.problems import NotAllowed

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def page(permission: Permission, *, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable[[View], View]:
    """Guard a view. The permission stands on the view, so that a test can walk every address and ask for it."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = request.actor  # type: ignore[attr-defined]  # put there by Doorway
            if not actor.may_somewhere(permission):
                raise NotAllowed(
                    f"{actor.name} lacks the permission “{permission}”. An owner can grant a role that has it.",
                    permission=str(permission),
                )
            return view(request, *args, **kwargs)

        walked = login_required(require_http_methods(list(methods))(guarded))
        walked.permission = permission  # type: ignore[attr-defined]  # read by the walking test
        return walked  # type: ignore[return-value]  # the decorators keep the call's shape

    return guard
