"""Saving how one wants the pages: all of it by the form, colours and row height also by the switches on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from trueup.base.problems import Problem
from trueup.tenancy.preferences import set_preferences
from trueup.web.account.forms import PreferencesForm, TokenForm
from trueup.web.account.views import account_context
from trueup.web.gate import signed_in
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import REFUSED, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

SWITCHES: Final = ("theme", "row_height")


@signed_in
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Save the form; a refusal shows the account again with what was typed."""
    form = PreferencesForm(request.POST)
    status = REFUSED
    if form.is_valid():
        try:
            _set(request, form.cleaned_data)
        except Problem as problem:
            refuse(form, problem)
            status = problem.status
        else:
            messages.success(request, _("Saved. The pages follow from now on."))
            return redirect("account")
    context = account_context(request, tokens=TokenForm(), wanted=form)
    return render(request, "account/account.html", context, status=status)


@signed_in
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Save what one of the switches says, and go back to where it stood."""
    _set(request, {name: request.POST[name] for name in SWITCHES if name in request.POST})
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe else "account")


def _set(request: HttpRequest, wanted: Mapping[str, Any]) -> None:
    set_preferences(
        actor=actor_in(request),
        user=request.user,  # type: ignore[arg-type]  # behind signed_in
        wanted=wanted,
        at=timezone.now(),
    )
