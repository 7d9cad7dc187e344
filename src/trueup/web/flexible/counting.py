"""Pages that let an asset count as a licence: which product it is of, and what will be written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assets.counting import LICENCE, count_asset, product_named, said_in
from trueup.assets.figures import seats_of, values_on
from trueup.assets.queries import asset_for
from trueup.assets.telling import told_of_licences
from trueup.base.access import Permission
from trueup.base.problems import NotFound
from trueup.catalogue.columns import PRODUCTS
from trueup.catalogue.queries import product_for
from trueup.fields.kinds.rich_text import drawn
from trueup.fields.queries import fields_of
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.lists import list_page
from trueup.web.kit.refusals import save_form
from trueup.web.licences.buying import PICK

if TYPE_CHECKING:
    from trueup.assets.models import Asset
    from trueup.base.actor import Actor
    from trueup.fields.terms import FieldTerms

MOST_DIGITS = 18


@page(Permission.LICENCES_CHANGE, methods=("GET", "HEAD", "POST"))
def count(request: HttpRequest, asset_id: int) -> HttpResponseBase:
    """First the product, where its name says too little; then what the licence will be (C-002, C-017)."""
    actor, on = actor_in(request), timezone.localdate()
    asset = asset_for(actor=actor, asset_id=asset_id, permission=Permission.ASSETS_CHANGE)
    if asset.type.counts_as != LICENCE:
        raise NotFound(_("“%(title)s” stands for no licence.") % {"title": asset.title})
    fields = fields_of(asset.type)
    wanted = request.GET.get("product", "")
    is_chosen = wanted.isascii() and wanted.isdigit() and len(wanted) <= MOST_DIGITS
    said = said_in(fields, asset.values, on=on)
    product = (
        product_for(actor=actor, product_id=int(wanted), company_id=asset.company_id)
        if is_chosen
        else product_named(actor=actor, company_id=asset.company_id, said=said)
    )
    context: dict[str, Any] = {
        "asset": asset, "product": product, "said": said, "back": reverse("asset", args=[asset_id]), "active": "flexible_assets",
        "verb": _("Count as a licence"),
    }  # fmt: skip
    if product is None:
        return list_page(request, PRODUCTS, PICK, template="flexible/pick_product.html", extra=context)

    def act(_values: Mapping[str, Any]) -> str:
        count_asset(actor=actor, asset_id=asset_id, product_id=product.pk, at=timezone.now(), on=on)
        messages.success(request, _("Counted. It stands in Licences and in Position from now on."))
        return reverse("asset", args=[asset_id])

    form = forms.Form(request.POST if request.method == "POST" else None)
    return save_form(request, form, act=act, template="flexible/count.html", context=context)


def terms_of(*, actor: Actor, licence_id: int) -> dict[str, str] | None:
    """What the pages of a licence show of its asset (C-027, C-028)."""
    found = told_of_licences(actor=actor, licence_ids=[licence_id])
    return (
        {
            "title": found[0].title,
            "url": reverse("asset", args=[found[0].asset_id]),
            "portal": found[0].portal,
            "notes": drawn(found[0].notes),
        }
        if found
        else None
    )


def counted_context(
    actor: Actor, asset: Asset, fields: tuple[FieldTerms, ...], every: tuple[FieldTerms, ...]
) -> dict[str, Any]:
    """What the page of an asset that counts as a licence shows besides its values."""
    if asset.type.counts_as != LICENCE:
        return {"values": asset.values}
    on = timezone.localdate()
    shown = {field.role for field in fields}
    seats = seats_of(actor=actor, asset=asset, fields=every, on=on) if "quantity" in shown else None
    may_count = actor.may(Permission.LICENCES_CHANGE, asset.company_id) and asset.archived_at is None
    return {
        "values": values_on(asset=asset, fields=every, on=on),
        "seats": seats,
        "count_url": reverse("asset_count", args=[asset.pk]) if may_count and seats is None else "",
        "is_uncounted": seats is None and actor.may(Permission.LICENCES_VIEW, asset.company_id),
    }
