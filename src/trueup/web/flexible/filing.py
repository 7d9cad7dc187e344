"""Files in fields of assets: bring one, save one, take one off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assets.files import attach_file, bytes_of, detach_file, file_for
from trueup.assets.queries import asset_for
from trueup.base.access import Permission
from trueup.documents.delivery import headers_of
from trueup.web.documents.forms import FileForm
from trueup.web.documents.views import TAKEN_WORDS, brought
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import save_form

CHANGE = Permission.ASSETS_CHANGE


@page(CHANGE, methods=("GET", "HEAD", "POST"))
def attach(request: HttpRequest, asset_id: int, field_key: str) -> HttpResponse:
    """Bring a file."""
    actor = actor_in(request)
    asset = asset_for(actor=actor, asset_id=asset_id, permission=CHANGE)
    back = reverse("asset", args=[asset_id])

    def act(values: Mapping[str, Any]) -> str:
        attach_file(
            actor=actor, asset_id=asset_id, key=field_key, file=brought(values["file"]), at=timezone.now()
        )
        messages.success(request, _("File attached"))
        return back

    sent = request.method == "POST"
    form = FileForm(request.POST if sent else None, request.FILES if sent else None)
    context = {
        "name": asset.title, "active": "flexible_assets", "list_url": reverse("flexible_assets"),
        "list_name": _("Flexible assets"), "back": back, **TAKEN_WORDS,
    }  # fmt: skip
    return save_form(request, form, act=act, template="documents/attach.html", context=context)


@page(Permission.ASSETS_VIEW)
def file(request: HttpRequest, asset_id: int, file_id: int) -> HttpResponse:
    """The bytes, to be saved."""
    found = file_for(actor=actor_in(request), asset_id=asset_id, file_id=file_id)
    return HttpResponse(bytes_of(file=found), headers=headers_of(found))


@page(CHANGE, methods=("POST",))
def detach(request: HttpRequest, asset_id: int, field_key: str, file_id: int) -> HttpResponse:
    """Take a file off."""
    detach_file(actor=actor_in(request), asset_id=asset_id, key=field_key, file_id=file_id, at=timezone.now())
    messages.success(request, _("File taken off. Revisions before still have it."))
    return redirect("asset", asset_id)
