"""One's own account: how the pages should be, how one signs in, and the tokens of one's programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from trueup.base.problems import Problem
from trueup.tenancy.actions import create_token, revoke_token
from trueup.tenancy.preferences import KNOWN, time_zones
from trueup.tenancy.queries import tokens_of
from trueup.web.account.forms import PreferencesForm, TokenForm
from trueup.web.gate import signed_in
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import REFUSED, refuse
from trueup.web.settings.forms import ROLE_NAMES

if TYPE_CHECKING:
    from django import forms

    from trueup.tenancy.models import ApiToken


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Who one is, and one's tokens; a new token is shown this once."""
    form, secret, status = TokenForm(request.POST or None), "", 200
    if request.method == "POST":
        secret, status = _make(request, form)
    context = account_context(request, tokens=TokenForm() if secret else form, secret=secret)
    return render(request, "account/account.html", context, status=status)


def account_context(
    request: HttpRequest, *, tokens: forms.Form, wanted: forms.Form | None = None, secret: str = ""
) -> dict[str, Any]:
    """What the page shows: the preferences as they are, or as they were refused, and the tokens that live."""
    actor = actor_in(request)
    now = {name: getattr(request.user, name) for name in KNOWN}
    return {
        "form": tokens,
        "wanted": wanted or PreferencesForm(initial=now),
        "zones": time_zones(),
        "secret": secret,
        "tokens": [_shown(token) for token in tokens_of(actor=actor).filter(revoked_at=None)],
        "now": timezone.now(),
        "roles": sorted(
            {str(ROLE_NAMES[role]) for role in (*actor.roles.values(), actor.everywhere) if role}
        ),
    }


def _shown(token: ApiToken) -> dict[str, Any]:
    """What the page shows of a token, with the name of the dialog that asks before revoking it."""
    facts = ("pk", "name", "can_write", "last_used_at", "expires_at")
    return {name: getattr(token, name) for name in facts} | {"dialog": f"revoke-{token.pk}"}


def _make(request: HttpRequest, form: TokenForm) -> tuple[str, int]:
    if not form.is_valid():
        return "", REFUSED
    try:
        secret = create_token(
            actor=actor_in(request),
            user=request.user,  # type: ignore[arg-type]  # behind signed_in
            at=timezone.now(),
            **form.cleaned_data,
        )
    except Problem as problem:
        refuse(form, problem)
        return "", problem.status
    return secret, 200


@signed_in
@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token now; programs that use it stop working."""
    revoke_token(actor=actor_in(request), token_id=token_id, at=timezone.now())
    messages.success(request, _("Token revoked"))
    return redirect("account")
