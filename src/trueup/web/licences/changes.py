"""Pages that change a licence: new, add a line, take one back, change fields, retire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.catalogue.columns import PRODUCTS
from trueup.catalogue.queries import editions_of, product_for, versions_of
from trueup.licences.actions import (
    add_purchase,
    change_licence,
    create_licence,
    retire_licence,
    void_purchase,
)
from trueup.licences.lines import LicenceTerms
from trueup.licences.queries import licence_for
from trueup.tenancy.queries import companies_visible_to, company_for, regions_visible_to
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.forms import offer
from trueup.web.kit.list_cells import Look, Special, address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.refusals import save_form
from trueup.web.licences.forms import ChangeForm, LicenceForm, LineForm, ReasonForm, line_of, tags_of
from trueup.web.pick.views import person_by_login

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from trueup.base.actor import Actor
    from trueup.catalogue.models import Product
    from trueup.tenancy.models import Company

BOTH = ("GET", "HEAD", "POST")
PICK = Look(
    noun=str(_("products")),
    icon="boxes",
    special={
        "name": Special(
            "who",
            lambda row: {
                "name": row["name"],
                "meta": row["category"],
                "url": f"?product={row['id']}",
                "of": row["publisher__name"],
            },
        )
    },
)


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def new(request: HttpRequest) -> HttpResponseBase:
    """A new licence: first its product, then everything else on one page."""
    actor = actor_in(request)
    product_id = request.GET.get("product", "")
    companies = list(companies_visible_to(actor=actor, permission=Permission.LICENCES_CHANGE))
    if not product_id.isdigit():
        return list_page(
            request, PRODUCTS, PICK, template="licences/pick_product.html", extra={"active": "licences"}
        )
    chosen = request.GET.get("company") or (str(companies[0].pk) if len(companies) == 1 else "")
    product = product_for(actor=actor, product_id=int(product_id))
    if not chosen.isdigit():
        return render(
            request,
            "licences/pick_company.html",
            {"companies": companies, "product": product, "active": "licences"},
        )
    company = company_for(actor=actor, company_id=int(chosen), permission=Permission.LICENCES_CHANGE)
    form = _licence_form(request, actor, company, product)
    context = {"product": product, "company": company, "active": "licences"}
    return save_form(
        request,
        form,
        act=lambda values: _create(request, company, product, values),
        template="licences/new.html",
        context=context,
    )


def _licence_form(request: HttpRequest, actor: Actor, company: Company, product: Product) -> LicenceForm:
    initial = {
        "metric": product.metric or "per_named_user",
        "valid_from": timezone.localdate(),
        "currency": company.currency,
        "policy": "",
    }
    form = LicenceForm(request.POST or None, initial=initial)
    choices: dict[str, Any] = {
        "edition_id": [("", _("none")), *((one.pk, one.name) for one in editions_of(product=product))],
        "version_id": [("", _("any")), *((one.pk, one.name) for one in versions_of(product=product))],
        "region_id": [
            (one.pk, one.name) for one in regions_visible_to(actor=actor).filter(company_id=company.pk)
        ],
    }
    for name, options in choices.items():
        offer(form, name, options)
    return form


def _create(request: HttpRequest, company: Company, product: Product, values: Mapping[str, Any]) -> str:
    actor = actor_in(request)
    terms = LicenceTerms(
        product_id=product.pk,
        metric=values["metric"],
        edition_id=values["edition_id"],
        version_id=values["version_id"],
        region_id=values["region_id"],
        policy=values["policy"],
        owner_id=person_by_login(actor=actor, company_id=company.pk, login=values["owner"], field="owner"),
        inventory_number=values["inventory_number"],
        remarks=values["remarks"],
        tags=tags_of(values["tags"]),
    )
    line = line_of(dict(values), company.currency)
    made = create_licence(
        actor=actor, company_id=company.pk, terms=terms, line=line, at=timezone.now(), on=timezone.localdate()
    )
    messages.success(request, _("Licence of %(name)s saved") % {"name": product.name})
    return reverse("licence", args=[made.pk])


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def line_new(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Add a purchase, renewal, true-up or reduction."""
    actor = actor_in(request)
    on = timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    start = licence.ends_on or on
    form = LineForm(
        request.POST or None,
        initial={
            "valid_from": start,
            "currency": licence.company.currency,
            "kind": request.GET.get("kind", "renewal"),
        },
    )

    def act(values: Mapping[str, Any]) -> str:
        add_purchase(
            actor=actor,
            licence_id=licence_id,
            line=line_of(dict(values), licence.company.currency),
            at=timezone.now(),
            on=on,
        )
        messages.success(request, _("Line saved"))
        return address_of("licence", licence_id) + "purchases/"

    return save_form(
        request,
        form,
        act=act,
        template="licences/line.html",
        context={"licence": licence, "active": "licences"},
    )


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def line_void(request: HttpRequest, licence_id: int, purchase_id: int) -> HttpResponse:
    """Take back a line that was written down by mistake."""
    actor = actor_in(request)
    on = timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)

    def act(values: Mapping[str, Any]) -> str:
        void_purchase(
            actor=actor,
            licence_id=licence_id,
            purchase_id=purchase_id,
            reason=values["reason"],
            at=timezone.now(),
            on=on,
        )
        messages.success(request, _("Line taken back"))
        return address_of("licence", licence_id) + "purchases/"

    context = {"licence": licence, "active": "licences"}
    return save_form(
        request, ReasonForm(request.POST or None), act=act, template="licences/void.html", context=context
    )


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def change(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Owner, policy, number, tags and remarks; a save names the revision it started from."""
    actor = actor_in(request)
    on = timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    initial = {
        "owner": licence.owner.username if licence.owner else "",
        "policy": licence.policy,
        "inventory_number": licence.inventory_number,
        "tags": ", ".join(licence.tags),
        "remarks": licence.remarks,
        "revision": licence.revision,
    }

    def act(values: Mapping[str, Any]) -> str:
        changes = {
            "owner_id": person_by_login(
                actor=actor, company_id=licence.company_id, login=values["owner"], field="owner"
            ),
            "policy": values["policy"],
            "inventory_number": values["inventory_number"],
            "tags": sorted(tags_of(values["tags"])),
            "remarks": values["remarks"],
        }
        change_licence(
            actor=actor,
            licence_id=licence_id,
            changes=changes,
            revision=values["revision"],
            at=timezone.now(),
            on=on,
        )
        messages.success(request, _("Licence saved"))
        return address_of("licence", licence_id)

    form = ChangeForm(request.POST or None, initial=initial)
    return save_form(
        request,
        form,
        act=act,
        template="licences/change.html",
        context={"licence": licence, "active": "licences"},
    )


@page(Permission.LICENCES_CHANGE, methods=("POST",))
def retire(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Take a licence out of use; refused while somebody holds units."""
    from django.shortcuts import redirect

    retire_licence(actor=actor_in(request), licence_id=licence_id, at=timezone.now(), on=timezone.localdate())
    messages.success(request, _("Licence retired. Everything about it stays readable."))
    return redirect("licence", licence_id)
