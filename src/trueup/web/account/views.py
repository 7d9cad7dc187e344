"""One's own account and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from trueup.base.problems import Problem
from trueup.tenancy.actions import create_token, revoke_token
from trueup.tenancy.queries import tokens_of
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import refuse
from trueup.web.settings.forms import ROLE_NAMES

if TYPE_CHECKING:
    from trueup.tenancy.models import ApiToken

REFUSED = 422


class TokenForm(forms.Form):
    """A token for a program."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("What it is for")
    )
    can_write = forms.BooleanField(label=gettext_lazy("May change things"), required=False)
    days = forms.IntegerField(
        label=gettext_lazy("Lives for"),
        initial=90,
        min_value=1,
        max_value=366,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Days, 366 at most"),
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Who one is, and one's tokens; a new token is shown this once."""
    form, secret, status = TokenForm(request.POST or None), "", 200
    if request.method == "POST":
        secret, status = _make(request, form)
    actor = actor_in(request)
    context: Mapping[str, Any] = {
        "form": TokenForm() if secret else form,
        "secret": secret,
        "tokens": [_shown(token) for token in tokens_of(actor=actor).filter(revoked_at=None)],
        "now": timezone.now(),
        "roles": sorted({ROLE_NAMES[role] for role in (*actor.roles.values(), actor.everywhere) if role}),
    }
    return render(request, "account/account.html", dict(context), status=status)


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
            user=request.user,  # type: ignore[arg-type]  # behind login_required
            at=timezone.now(),
            **form.cleaned_data,
        )
    except Problem as problem:
        refuse(form, problem)
        return "", problem.status
    return secret, 200


@login_required
@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token now; programs that use it stop working."""
    revoke_token(actor=actor_in(request), token_id=token_id, at=timezone.now())
    messages.success(request, _("Token revoked"))
    return redirect("account")
