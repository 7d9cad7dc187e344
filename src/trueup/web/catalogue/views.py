"""The list of products, one product, and adding a product of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licensing.register import metrics
from trueup.base.access import Permission
from trueup.catalogue.actions import create_product
from trueup.catalogue.columns import PRODUCTS
from trueup.catalogue.queries import editions_of, may_change, product_for, versions_of
from trueup.licences.queries import licences_visible_to
from trueup.web.catalogue.beside import side_by_side
from trueup.web.catalogue.pool import pool_tables
from trueup.web.flexible.around import around
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.companies import choose_for
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.panels import Detail
from trueup.web.kit.refusals import save_form
from trueup.web.kit.tables import Column, Table
from trueup.web.licences.look import state_badge

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.catalogue.models import Product
    from trueup.licences.queries import LicenceOnDay

BOTH = ("GET", "HEAD", "POST")
METRICS = {one.name: gettext_lazy(one.label) for one in metrics()}
CLASSES = dict(PRODUCTS.column("asset_class").choices)  # type: ignore[union-attr]  # the register has it

LOOK = Look(
    noun=gettext_lazy("products"),
    icon="boxes",
    placeholder=gettext_lazy("Product, publisher or category"),
    nothing_title=gettext_lazy("The catalogue is empty"),
    nothing_text=gettext_lazy(
        "The shipped library fills it when the product starts. Products of your own can be added."
    ),
    missing={
        "metric": gettext_lazy("none by default"),
        "category": gettext_lazy("none"),
        "company": gettext_lazy("shipped library"),
    },
    special={
        "name": Special(
            "who",
            lambda row: {
                "name": row["name"],
                "url": address_of("product", row["id"]),
                "of": row["publisher__name"],
                "meta": row["publisher__name"],
            },
        ),
        "publisher": Special("text", lambda row: row["publisher__name"]),
    },
    beside=frozenset({"publisher"}),
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Commercial"), "is_commercial=true"),
        View(gettext_lazy("Our own"), "library_key__isnull=true"),
    ),
)


ASSET_TIP = gettext_lazy(
    "All is right for most. Agents and security software run in the data centre and in the back office alike."
)


class ProductForm(forms.Form):
    """A product of one's own."""

    publisher = forms.CharField(label=gettext_lazy("Publisher"), max_length=200)
    name = forms.CharField(label=gettext_lazy("Product"), max_length=200)
    category = forms.CharField(label=gettext_lazy("Category"), required=False, max_length=100)
    metric = forms.ChoiceField(
        label=gettext_lazy("Usual metric"),
        required=False,
        choices=lambda: [
            ("", gettext_lazy("none by default")),
            *((one.name, gettext_lazy(one.label)) for one in metrics()),
        ],
    )
    asset_class = forms.ChoiceField(
        label=gettext_lazy("May be used in"),
        choices=tuple(CLASSES.items()),
        initial="all",
        help_text=ASSET_TIP,
    )


@page(Permission.CATALOGUE_VIEW)
def products(request: HttpRequest) -> HttpResponseBase:
    """The shared catalogue and the products of the companies in view."""
    may = actor_in(request).may_somewhere(Permission.CATALOGUE_CHANGE)
    new_url = reverse("product_new") if may else ""
    return list_page(
        request,
        PRODUCTS,
        LOOK,
        template="kit/list_new.html",
        extra={"new_url": new_url, "new_verb": _("Add a product"), "nothing_url": new_url},
    )


@page(Permission.CATALOGUE_VIEW)
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    """One product."""
    actor = actor_in(request)
    found = product_for(actor=actor, product_id=product_id)
    context = {
        "product": found,
        "tables": {
            "licences": _licences(actor, found),
            "beside": side_by_side(actor, found),
            **pool_tables(actor, found),
            "editions": _editions(found),
            "versions": _versions(found),
        },
        "details": _details(found),
        "around": around(actor=actor, kind="product", record_id=found.pk),
        "may_license": actor.may_somewhere(Permission.LICENCES_CHANGE),
        "may_change": may_change(actor=actor, product=found),
        "active": "catalogue",
    }
    return render(request, "catalogue/product.html", context)


def _licences(actor: Actor, found: Product) -> Table:
    """The licences of the product in the companies in view."""
    owned: Iterable[LicenceOnDay] = ()
    if actor.may_somewhere(Permission.LICENCES_VIEW):
        visible = licences_visible_to(actor=actor, on=timezone.localdate())
        owned = visible.filter(product_id=found.pk).select_related("company", "edition")
    rows = [
        {
            "id": one.pk,
            "licence": {
                "name": one.edition.name if one.edition else found.name,
                "meta": one.company.name,
                "url": address_of("licence", one.pk),
            },
            "use": {"purchased": None if one.unlimited else one.purchased, "used": one.held},
            "state": state_badge(one.state),
            "valid_to": one.valid_to,
        }
        for one in owned
    ]
    columns = [
        Column("licence", _("Licence"), "who"),
        Column("use", _("In use"), "meter"),
        Column("state", _("State"), "badge"),
        Column("valid_to", _("Valid to"), "day", low=True, missing=_("no end")),
    ]
    return Table(_("Licences"), columns, rows=rows, id="licences")


def _editions(found: Product) -> Table:
    rows = [
        {"id": one.pk, "name": one.name, "rank": one.rank, "metric": METRICS.get(one.metric) or None}
        for one in editions_of(product=found)
    ]
    columns = [
        Column("name", _("Edition")),
        Column("metric", _("Metric"), missing=_("as the product")),
        Column("rank", _("Rank"), "number", low=True),
    ]
    return Table(_("Editions"), columns, rows=rows, id="editions")


def _versions(found: Product) -> Table:
    rows = [
        {
            "id": one.pk,
            "name": one.name,
            "released": one.released_on,
            "support": one.support_ends_on,
            "extended": one.extended_ends_on,
        }
        for one in versions_of(product=found)
    ]
    columns = [
        Column("name", _("Version")),
        Column("released", _("Released"), "day", missing=_("not known")),
        Column("support", _("Support ends"), "day", missing=_("not known")),
        Column("extended", _("Extended ends"), "day", low=True, missing=_("not known")),
    ]
    return Table(_("Versions"), columns, rows=rows, id="versions")


def _details(found: Product) -> list[Detail]:
    return [
        Detail(_("Publisher"), found.publisher.name, url=reverse("publisher", args=[found.publisher_id])),
        Detail(_("Category"), found.category or None),
        Detail(_("Usual metric"), METRICS.get(found.metric)),
        Detail(_("May be used in"), found.get_asset_class_display()),
        Detail(_("Commercial"), _("yes") if found.is_commercial else _("no")),
        Detail(_("From"), _("the shipped library") if found.library_key else _("your own")),
    ]


@page(Permission.CATALOGUE_CHANGE, methods=BOTH)
def new(request: HttpRequest) -> HttpResponseBase:
    """Add a product that the library does not know."""
    actor = actor_in(request)
    company, choosing = choose_for(
        request, Permission.CATALOGUE_CHANGE, title=_("Add a product"), back=reverse("products")
    )
    if company is None:
        return choosing

    def act(values: Mapping[str, Any]) -> str:
        made = create_product(actor=actor, company_id=company.pk, at=timezone.now(), **values)
        messages.success(request, _("%(name)s added") % {"name": made.name})
        return reverse("product", args=[made.pk])

    trail = [(_("Catalogue"), reverse("products"))]
    context = {
        "title": _("Add a product"),
        "meta": company.name,
        "verb": _("Add the product"),
        "back": reverse("products"),
        "trail": trail,
    }
    return save_form(
        request, ProductForm(request.POST or None), act=act, template="kit/form_page.html", context=context
    )
