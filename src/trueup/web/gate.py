"""The gate of every page: signed in, and holding the permission the page declares."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from trueup.base.access import Permission
from trueup.base.problems import NotAllowed

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def signed_in(view: View) -> View:
    """Send who is not signed in to the sign-in page. A part of a page gets a plain 401 instead, never a redirect: the page
    around it keeps what was typed.
    """
    asking = login_required(view)

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "htmx", False) and not request.user.is_authenticated:
            return HttpResponse(status=401)
        return asking(request, *args, **kwargs)

    return asked  # type: ignore[return-value]  # wraps keeps the call's shape


def page(permission: Permission, *, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable[[View], View]:
    """Guard a view. The permission stands on the view, so that a test can walk every address and ask for it."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = request.actor  # type: ignore[attr-defined]  # put there by Doorway
            if not actor.may_somewhere(permission):
                raise NotAllowed(
                    _(
                        "%(name)s lacks the permission “%(permission)s”. An owner can grant a role that has it."
                    )
                    % {"name": actor.name, "permission": permission},
                    permission=str(permission),
                )
            return view(request, *args, **kwargs)

        walked = signed_in(require_http_methods(list(methods))(guarded))
        walked.permission = permission  # type: ignore[attr-defined]  # read by the walking test
        return walked  # type: ignore[return-value]  # the decorators keep the call's shape

    return guard
