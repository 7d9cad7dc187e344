"""Showing a sealed value of an asset: the reason first, written down, then the value for half a minute."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from trueup.assets.actions import reveal_value
from trueup.assets.queries import asset_for
from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.vault.plain import MASK
from trueup.web.gate import page
from trueup.web.keys.forms import RevealForm
from trueup.web.keys.views import SHOWN_SECONDS
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import refuse


@never_cache
@page(Permission.KEYS_REVEAL, methods=("GET", "HEAD", "POST"))
@sensitive_variables("context", "plain")
def reveal(request: HttpRequest, asset_id: int, field_key: str) -> HttpResponse:
    """Ask why, write it down, show the value."""
    actor = actor_in(request)
    asset = asset_for(actor=actor, asset_id=asset_id, permission=Permission.KEYS_REVEAL)
    form = RevealForm(request.POST or None)
    context: dict[str, Any] = {
        "asset": asset, "form": form, "back": reverse("asset", args=[asset_id]), "seconds": SHOWN_SECONDS, "masked": MASK,
        "id": f"value-{field_key}", "active": "flexible_assets",
    }  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                plain = reveal_value(
                    actor=actor, asset_id=asset_id, key=field_key, reason=reason, at=timezone.now()
                )
            except (NotFound, NotAllowed):
                raise
            except Problem as problem:
                refuse(form, problem)
                status = problem.status
            else:
                return render(request, "flexible/revealed.html", {**context, "value": plain.expose()})
    return render(request, "flexible/reveal.html", context, status=status)
