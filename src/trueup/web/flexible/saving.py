"""Pages that change assets: new, change, copy, archive, restore, back to a revision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from trueup.assets.actions import (
    archive_asset,
    change_asset,
    clone_asset,
    create_asset,
    restore_asset,
    roll_asset_back,
)
from trueup.assets.figures import values_on
from trueup.assets.queries import asset_for
from trueup.assets.references import records_for
from trueup.assets.seeing import shown_fields
from trueup.base.access import Permission
from trueup.base.problems import NotFound
from trueup.fields.queries import fields_of, type_for
from trueup.web.flexible.controls import form_of, given_in, tags_in, values_of
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.companies import choose_for
from trueup.web.kit.refusals import save_form

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.fields.terms import FieldTerms
    from trueup.web.flexible.controls import Records

BOTH = ("GET", "HEAD", "POST")
CHANGE = Permission.ASSETS_CHANGE


@sensitive_post_parameters()
@page(CHANGE, methods=BOTH)
def new(request: HttpRequest, type_id: int) -> HttpResponse:
    """A new instance of a type, for a company (C-030 to C-034)."""
    actor = actor_in(request)
    type_ = type_for(actor=actor, type_id=type_id)
    title = _("New %(type)s") % {"type": type_.name}
    back = reverse("asset_type", args=[type_id])
    company, choice = choose_for(request, CHANGE, title=title, back=back)
    if company is None:
        return choice
    fields = _editable(actor, company.pk, fields_of(type_))
    defaults = {field.key: field.default for field in fields if field.default is not None}
    form = form_of(
        fields, _records(actor, company.pk), request.POST or None, initial=values_of(defaults), is_new=True
    )

    def act(_values: Mapping[str, Any]) -> str:
        made = create_asset(
            actor=actor, type_id=type_id, company_id=company.pk, values=given_in(form), tags=tags_in(form), at=timezone.now()
        )  # fmt: skip
        messages.success(request, _("Asset saved"))
        return reverse("asset", args=[made.pk])

    context = {
        "title": title, "meta": company.name, "verb": _("Save asset"), "back": back, "type": type_, "active": "flexible_assets"
    }  # fmt: skip
    return save_form(request, form, act=act, template="flexible/form.html", context=context)


def _editable(actor: Actor, company_id: int, fields: tuple[FieldTerms, ...]) -> tuple[FieldTerms, ...]:
    """The fields somebody may see and give."""
    return tuple(
        field
        for field in shown_fields(actor=actor, company_id=company_id, fields=fields)
        if not field.edit or actor.may(Permission(field.edit), company_id)
    )


def _records(actor: Actor, company_id: int) -> Records:
    return lambda field: records_for(actor=actor, company_id=company_id, field=field)


@sensitive_post_parameters()
@page(CHANGE, methods=BOTH)
def change(request: HttpRequest, asset_id: int) -> HttpResponse:
    """The values of an asset; a save names the revision it started from."""
    actor = actor_in(request)
    asset = asset_for(actor=actor, asset_id=asset_id, permission=CHANGE)
    back = reverse("asset", args=[asset_id])
    every = fields_of(asset.type)
    now = values_on(asset=asset, fields=every, on=timezone.localdate())
    initial = values_of(now) | {"tags": ", ".join(asset.tags), "revision": asset.revision}
    fields = _editable(actor, asset.company_id, every)
    form = form_of(
        fields, _records(actor, asset.company_id), request.POST or None, initial=initial, is_new=False
    )

    def act(values: Mapping[str, Any]) -> str:
        change_asset(
            actor=actor, asset_id=asset_id, values=given_in(form), tags=tags_in(form), revision=values["revision"],
            at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Asset saved"))
        return back

    context = {
        "title": _("Edit asset"), "meta": asset.title, "verb": _("Save asset"), "back": back, "type": asset.type,
        "asset": asset, "active": "flexible_assets",
    }  # fmt: skip
    return save_form(request, form, act=act, template="flexible/form.html", context=context)


@page(CHANGE, methods=("POST",))
def clone(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Another with the same values."""
    made = clone_asset(actor=actor_in(request), asset_id=asset_id, at=timezone.now())
    messages.success(request, _("Copied, without what is sealed or there once"))
    return redirect("asset_change", made.pk)


@page(CHANGE, methods=("POST",))
def archive(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Take it out of the lists."""
    archive_asset(actor=actor_in(request), asset_id=asset_id, at=timezone.now())
    messages.success(request, _("Asset archived. Everything about it stays readable."))
    return redirect("asset", asset_id)


@page(CHANGE, methods=("POST",))
def restore(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Take it into use again."""
    restore_asset(actor=actor_in(request), asset_id=asset_id, at=timezone.now())
    messages.success(request, _("Asset restored"))
    return redirect("asset", asset_id)


@page(CHANGE, methods=("POST",))
def roll_back(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Give it the values of a revision again."""
    wanted = request.POST.get("revision", "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):  # noqa: PLR2004  # as the column holds
        raise NotFound(_("The asset has no revision %(n)s.") % {"n": wanted[:20]})
    roll_asset_back(actor=actor_in(request), asset_id=asset_id, revision=int(wanted), at=timezone.now())
    messages.success(request, _("Back to revision %(n)s") % {"n": wanted})
    return redirect("asset", asset_id)
