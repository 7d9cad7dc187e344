"""Changing a product of one's own, adding editions and versions, and the page of a publisher with its contacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assignments.outside import holders_outside
from trueup.base.access import Permission
from trueup.catalogue.columns import PRODUCTS
from trueup.catalogue.details import (
    NewVersion,
    add_edition,
    add_version,
    change_product,
    change_publisher,
    may_change_publisher,
    publisher_for,
)
from trueup.catalogue.queries import product_for, products_visible_to
from trueup.web.catalogue.views import ASSET_TIP
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.panels import Detail
from trueup.web.kit.refusals import save_form
from trueup.web.kit.tables import Column, Table
from trueup.web.kit.typed import WholeNumber

BOTH = ("GET", "HEAD", "POST")
REFUSED = 422
SHOWN = 100
CLASSES = tuple(PRODUCTS.column("asset_class").choices)  # type: ignore[union-attr]  # the register has it


class ChangeForm(forms.Form):
    """What may change about a product of one's own."""

    category = forms.CharField(label=gettext_lazy("Category"), required=False, max_length=100)
    asset_class = forms.ChoiceField(
        label=gettext_lazy("May be used in"), choices=CLASSES, help_text=ASSET_TIP
    )
    notes = forms.CharField(label=gettext_lazy("Notes"), required=False, widget=forms.Textarea)


class EditionForm(forms.Form):
    """An edition under a product."""

    name = forms.CharField(label=gettext_lazy("Edition"), max_length=80)
    rank = WholeNumber(
        label=gettext_lazy("Rank"),
        initial=0,
        help_text=gettext_lazy("A higher rank may do all that a lower one may."),
    )


class VersionForm(forms.Form):
    """A version under a product."""

    name = forms.CharField(label=gettext_lazy("Version"), max_length=80)
    released_on = forms.DateField(label=gettext_lazy("Released"), required=False, widget=forms.DateInput)
    support_ends_on = forms.DateField(
        label=gettext_lazy("Support ends"), required=False, widget=forms.DateInput
    )
    extended_ends_on = forms.DateField(
        label=gettext_lazy("Extended ends"), required=False, widget=forms.DateInput
    )


class PublisherForm(forms.Form):
    """How to reach a publisher."""

    portal_url = forms.URLField(
        label=gettext_lazy("Portal"), required=False, max_length=200, assume_scheme="https"
    )
    contact = forms.CharField(
        label=gettext_lazy("Contact"), required=False, max_length=5000, widget=forms.Textarea
    )
    notes = forms.CharField(label=gettext_lazy("Notes"), required=False, widget=forms.Textarea)


@page(Permission.CATALOGUE_CHANGE, methods=BOTH)
def change(request: HttpRequest, product_id: int) -> HttpResponse:
    """Category, asset type and notes; narrowing the asset type first shows who would fall outside (R-031)."""
    actor = actor_in(request)
    found = product_for(actor=actor, product_id=product_id)
    initial = {"category": found.category, "asset_class": found.asset_class, "notes": found.notes}
    form = ChangeForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {"product": found, "active": "catalogue"}
    if request.method == "POST" and form.is_valid() and not request.POST.get("confirmed"):
        wanted = form.cleaned_data["asset_class"]
        outside = holders_outside(actor=actor, product_id=product_id, asset_class=wanted)
        if wanted != found.asset_class and outside.exists():
            rows = [
                {"id": one.pk, "name": one.device.hostname, "url": address_of("device", one.device_id)}
                for one in outside[:SHOWN]
                if one.device
            ]
            context |= {"form": form, "outside": rows, "count": outside.count()}
            return render(request, "catalogue/change.html", context, status=REFUSED)

    def act(values: Mapping[str, Any]) -> str:
        new = {name: value for name, value in values.items() if value != getattr(found, name)}
        if new:
            change_product(actor=actor, product_id=product_id, changes=new, at=timezone.now())
            messages.success(request, _("Product saved"))
        return reverse("product", args=[product_id])

    return save_form(request, form, act=act, template="catalogue/change.html", context=context)


@page(Permission.CATALOGUE_CHANGE, methods=BOTH)
def edition_new(request: HttpRequest, product_id: int) -> HttpResponse:
    """Add an edition."""
    actor = actor_in(request)

    def act(values: Mapping[str, Any]) -> str:
        add_edition(actor=actor, product_id=product_id, at=timezone.now(), **values)
        messages.success(request, _("Edition added"))
        return reverse("product", args=[product_id])

    form = EditionForm(request.POST or None)
    context = _form_page(request, product_id, title=_("Add an edition"), verb=_("Add the edition"))
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(Permission.CATALOGUE_CHANGE, methods=BOTH)
def version_new(request: HttpRequest, product_id: int) -> HttpResponse:
    """Add a version."""
    actor = actor_in(request)

    def act(values: Mapping[str, Any]) -> str:
        add_version(actor=actor, product_id=product_id, version=NewVersion(**values), at=timezone.now())
        messages.success(request, _("Version added"))
        return reverse("product", args=[product_id])

    form = VersionForm(request.POST or None)
    context = _form_page(request, product_id, title=_("Add a version"), verb=_("Add the version"))
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


def _form_page(request: HttpRequest, product_id: int, *, title: str, verb: str) -> dict[str, Any]:
    found = product_for(actor=actor_in(request), product_id=product_id)
    back = reverse("product", args=[product_id])
    trail = [(_("Catalogue"), reverse("products")), (found.name, back)]
    return {
        "title": title,
        "meta": found.name,
        "verb": verb,
        "back": back,
        "trail": trail,
        "active": "catalogue",
    }


@page(Permission.CATALOGUE_VIEW)
def publisher(request: HttpRequest, publisher_id: int) -> HttpResponse:
    """Who makes it, where their portal is, whom to call, and what they make (R-030)."""
    actor = actor_in(request)
    found = publisher_for(actor=actor, publisher_id=publisher_id)
    products = products_visible_to(actor=actor).filter(publisher_id=found.pk).order_by("name")[:SHOWN]
    rows = [
        {"id": one.pk, "name": {"name": one.name, "meta": one.category, "url": address_of("product", one.pk)}}
        for one in products
    ]
    context = {
        "publisher": found,
        "products": Table(_("Products"), [Column("name", _("Product"), "who")], rows=rows, id="products"),
        "details": [
            Detail(_("Portal"), found.portal_url or None, url=found.portal_url),
            Detail(_("Website"), found.website or None, url=found.website),
            Detail(_("From"), _("the shipped library") if found.library_key else _("your own")),
        ],
        "may_change": may_change_publisher(actor=actor, publisher=found),
        "active": "catalogue",
    }
    return render(request, "catalogue/publisher.html", context)


@page(Permission.CATALOGUE_CHANGE, methods=BOTH)
def publisher_change(request: HttpRequest, publisher_id: int) -> HttpResponse:
    """Portal, contact and notes."""
    actor = actor_in(request)
    found = publisher_for(actor=actor, publisher_id=publisher_id)
    back = reverse("publisher", args=[publisher_id])

    def act(values: Mapping[str, Any]) -> str:
        change_publisher(actor=actor, publisher_id=publisher_id, changes=dict(values), at=timezone.now())
        messages.success(request, _("Publisher saved"))
        return back

    initial = {"portal_url": found.portal_url, "contact": found.contact, "notes": found.notes}
    context = {
        "title": _("Edit publisher"), "meta": found.name, "verb": _("Save publisher"), "back": back,
        "trail": [(_("Catalogue"), reverse("products")), (found.name, back)], "active": "catalogue",
    }  # fmt: skip
    form = PublisherForm(request.POST or None, initial=initial)
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)
