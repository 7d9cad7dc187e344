"""Pages on which something is bought: a new licence, one more line, and units moved to another company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from trueup.base.access import Permission
from trueup.catalogue.actions import create_product
from trueup.catalogue.columns import PRODUCTS
from trueup.catalogue.queries import editions_of, product_for, products_by_name, versions_of
from trueup.documents.buying import Papers, buy_licence, buy_units
from trueup.licences.line_rules import remarks_on
from trueup.licences.lines import LicenceTerms, LineTerms
from trueup.licences.pooling import licences_alike
from trueup.licences.queries import licence_for, purchases_of
from trueup.licences.transfers import TransferTerms, transfer_units
from trueup.tenancy.actions import ensure_cost_centres
from trueup.tenancy.queries import (
    companies_visible_to,
    company_for,
    cost_centres_visible_to,
    regions_visible_to,
)
from trueup.web.documents.lines import line_label
from trueup.web.documents.views import brought
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.forms import offer
from trueup.web.kit.list_cells import Look, Special, address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.refusals import save_form
from trueup.web.kit.typed import Amount, WholeNumber
from trueup.web.licences.forms import (
    LicenceForm,
    LineForm,
    NewProductForm,
    line_of,
    shares_in,
    tags_of,
    whole,
)
from trueup.web.pick.views import person_by_login

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from trueup.base.actor import Actor
    from trueup.catalogue.models import Product
    from trueup.licences.queries import LicenceOnDay
    from trueup.tenancy.models import Company

BOTH = ("GET", "HEAD", "POST")
REFUSED = 422
APART = "apart"
PICK = Look(
    noun=gettext_lazy("products"),
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


@sensitive_post_parameters()
@page(Permission.LICENCES_CHANGE, methods=BOTH)
def new(request: HttpRequest) -> HttpResponseBase:
    """A new licence: first its product, then everything else on one page; a product may be made along with it."""
    actor = actor_in(request)
    product_id, name = request.GET.get("product", ""), request.GET.get("new", "").strip()
    companies = list(companies_visible_to(actor=actor, permission=Permission.LICENCES_CHANGE))
    if not product_id.isdigit() and not name:
        return list_page(
            request, PRODUCTS, PICK, template="licences/pick_product.html", extra={"active": "licences"}
        )
    product = product_for(actor=actor, product_id=int(product_id)) if product_id.isdigit() else None
    chosen = request.GET.get("company") or (str(companies[0].pk) if len(companies) == 1 else "")
    if not chosen.isdigit():
        context = {"companies": companies, "product": product, "name": name, "active": "licences"}
        return render(request, "licences/pick_company.html", context)
    company = company_for(actor=actor, company_id=int(chosen), permission=Permission.LICENCES_CHANGE)
    buying = Buying(request, actor, company, product, name)
    return buying.answer()


@dataclass(frozen=True, slots=True)
class Buying:
    """One new licence on its way from the form to the room."""

    request: HttpRequest
    actor: Actor
    company: Company
    product: Product | None
    name: str

    def answer(self) -> HttpResponse:
        """The form, or the licence it led to; where one like it is there, the question whether the units join it."""
        form = self.form()
        context: dict[str, Any] = {
            "product": self.product, "name": self.name, "company": self.company, "active": "licences",
            "cost_centres": centres_of(self.actor, self.company.pk),
        }  # fmt: skip
        if self.request.method == "POST" and not self.request.POST.get("same") and form.is_valid():
            alike = self.alike(form.cleaned_data)
            if alike:
                context |= {"form": form, "alike": alike}
                return render(self.request, "licences/new.html", context, status=REFUSED)
        return save_form(
            self.request, form, act=self.write_down, template="licences/new.html", context=context
        )

    def form(self) -> LicenceForm:
        """The form with what there is to choose from; a sole region is chosen already (R-035)."""
        regions = regions_visible_to(actor=self.actor).filter(company_id=self.company.pk)
        default = next((one for one in regions if one.is_default), None)
        initial = {
            "metric": (self.product.metric if self.product else "") or "per_named_user",
            "valid_from": timezone.localdate(),
            "currency": self.company.currency,
            "product_name": self.name,
            "region_id": None if default is None else default.pk,
        }
        kind = LicenceForm if self.product else NewProductForm
        form = kind(self.request.POST or None, self.request.FILES or None, initial=initial)
        editions = editions_of(product=self.product) if self.product else ()
        versions = versions_of(product=self.product) if self.product else ()
        offer(form, "edition_id", [("", _("none")), *((one.pk, one.name) for one in editions)])
        offer(form, "version_id", [("", _("any")), *((one.pk, one.name) for one in versions)])
        offer(form, "region_id", [(one.pk, one.name) for one in regions])
        return form

    def alike(self, values: Mapping[str, Any]) -> list[LicenceOnDay]:
        """Licences that these units could join (R-047)."""
        if self.product is None:
            return []
        terms = LicenceTerms(
            product_id=self.product.pk, metric=values["metric"], edition_id=values["edition_id"],
            version_id=values["version_id"], region_id=values["region_id"],
        )  # fmt: skip
        found = licences_alike(
            actor=self.actor, company_id=self.company.pk, terms=terms, order_number=values["order_number"],
            on=timezone.localdate(),
        )  # fmt: skip
        return list(found[:5])

    def write_down(self, values: Mapping[str, Any]) -> str:
        """Make the licence, or add the units to the one chosen; the address to go on to."""
        owner = person_by_login(
            actor=self.actor, company_id=self.company.pk, login=values["owner"], field="owner"
        )
        line = paid_by(self.actor, self.company, values)
        now, on = timezone.now(), timezone.localdate()
        joined = self.request.POST.get("same", "")
        if joined.isdigit():
            licence = licence_for(
                actor=self.actor, licence_id=int(joined), on=on, permission=Permission.LICENCES_CHANGE
            )
            papers = papers_of(values)
            buy_units(actor=self.actor, licence_id=licence.pk, line=line, papers=papers, at=now, on=on)
            messages.success(
                self.request, _("Units added to the licence of %(name)s") % {"name": licence.product.name}
            )
            return address_of("licence", licence.pk) + "purchases/"
        product_id, name = self.made_product(values)
        terms = LicenceTerms(
            product_id=product_id, metric=values["metric"], edition_id=values["edition_id"],
            version_id=values["version_id"], region_id=values["region_id"], policy=values["policy"], owner_id=owner,
            inventory_number=values["inventory_number"], remarks=values["remarks"], tags=tags_of(values["tags"]),
            licence_type=values["licence_type"], provider=values["provider"], accounting_id=values["accounting_id"],
            property_of=values["property_of"], depreciation_percent=values["depreciation_percent"],
        )  # fmt: skip
        made = buy_licence(
            actor=self.actor,
            company_id=self.company.pk,
            terms=terms,
            line=line,
            papers=papers_of(values),
            at=now,
            on=on,
        )
        remark(self.request, line)
        messages.success(self.request, _("Licence of %(name)s saved") % {"name": name})
        return reverse("licence", args=[made.pk])

    def made_product(self, values: Mapping[str, Any]) -> tuple[int, str]:
        """The product, made now where it is new; one that a refused save made before is taken again (R-033)."""
        if self.product is not None:
            return self.product.pk, self.product.name
        publisher, name = values["publisher"].strip(), values["product_name"].strip()
        known = products_by_name(actor=self.actor, company_id=self.company.pk)
        found = known.get((publisher.lower(), name.lower()))
        if found is not None:
            return found, name
        made = create_product(
            actor=self.actor, company_id=self.company.pk, publisher=publisher, name=name, metric=values["metric"],
            at=timezone.now(),
        )  # fmt: skip
        return made.pk, made.name


def papers_of(values: Mapping[str, Any]) -> Papers:
    """Keys and invoice of a form."""
    file = values["invoice_file"]
    return Papers(
        key=values.get("key") or None,
        serial=values.get("serial_number") or None,
        has_no_key=values.get("has_no_key", False),
        invoice=None if file is None else brought(file),
    )


def centres_of(actor: Actor, company_id: int) -> list[str]:
    """Codes of cost centres to choose from."""
    rows = cost_centres_visible_to(actor=actor).filter(company_id=company_id)
    return [centre.code for centre in rows[:500]]


def paid_by(actor: Actor, company: Company, values: Mapping[str, Any]) -> LineTerms:
    """The line of a form with its cost centres, which are made where they are new."""
    line = line_of(dict(values), company.currency)
    shares, code = shares_in(values["cost_shares"]), values["cost_centre"].strip()
    codes = [name[:60] for name in (code, *(name for name, _percent in shares)) if name]
    if not codes:
        return line
    known = ensure_cost_centres(actor=actor, company_id=company.pk, codes=codes, at=timezone.now())
    parts = tuple((known[name[:60].lower()], percent) for name, percent in shares)
    return replace(line, cost_centre_id=known.get(code.lower()), shares=parts)


def remark(request: HttpRequest, line: LineTerms) -> None:
    """Say what was stored and is odd (D-006)."""
    for words in remarks_on(line):
        messages.warning(request, words)


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def line_new(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Add a purchase, renewal, true-up, reduction, maintenance or upgrade."""
    actor, on = actor_in(request), timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    initial = {
        "valid_from": licence.ends_on or on,
        "currency": licence.company.currency,
        "kind": request.GET.get("kind", "renewal"),
    }
    form = LineForm(request.POST or None, request.FILES or None, initial=initial)
    covered = purchases_of(actor=actor, licence_id=licence_id).filter(voided_at=None, units__gt=0)
    offer(form, "covers", [("", _("none")), *((line.pk, line_label(line)) for line in covered)])

    def act(values: Mapping[str, Any]) -> str:
        line = paid_by(actor, licence.company, values)
        buy_units(
            actor=actor, licence_id=licence_id, line=line, papers=papers_of(values), at=timezone.now(), on=on
        )
        remark(request, line)
        messages.success(request, _("Line saved"))
        return address_of("licence", licence_id) + "purchases/"

    context = {
        "licence": licence,
        "active": "licences",
        "cost_centres": centres_of(actor, licence.company_id),
        "may_move": companies_visible_to(actor=actor, permission=Permission.LICENCES_CHANGE).count() > 1,
    }
    return save_form(request, form, act=act, template="licences/line.html", context=context)


class TransferForm(forms.Form):
    """How many units go to which company, from when."""

    units = WholeNumber(label=gettext_lazy("Units"), widget=whole())
    company = forms.TypedChoiceField(label=gettext_lazy("To the company"), coerce=int)
    licence = WholeNumber(
        label=gettext_lazy("Into its licence"),
        required=False,
        widget=whole(),
        help_text=gettext_lazy("The number in its address. Empty makes a new licence there."),
    )
    moved_on = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput)
    price = Amount(
        label=gettext_lazy("Price of all"),
        required=False,
        max_digits=16,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("A credit here, a cost there."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def transfer(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Move units to another company whose licences one may change."""
    actor, on = actor_in(request), timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    others = companies_visible_to(actor=actor, permission=Permission.LICENCES_CHANGE).exclude(
        pk=licence.company_id
    )
    form = TransferForm(request.POST or None, initial={"moved_on": on})
    offer(form, "company", [(one.pk, one.name) for one in others])

    def act(values: Mapping[str, Any]) -> str:
        terms = transfer_of(values, currency=licence.company.currency, until=licence.ends_on)
        transfer_units(actor=actor, licence_id=licence_id, terms=terms, at=timezone.now(), on=on)
        messages.success(request, _("Units moved. Both companies have a line for it."))
        return address_of("licence", licence_id) + "purchases/"

    context = {
        "title": _("Transfer units"),
        "meta": licence.product.name,
        "verb": _("Transfer"),
        "back": address_of("licence", licence_id) + "purchases/",
        "trail": [
            (_("Licences"), reverse("licences")),
            (licence.product.name, address_of("licence", licence_id)),
        ],
    }
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


def transfer_of(values: Mapping[str, Any], *, currency: str, until: date | None) -> TransferTerms:
    """The form as terms; the units keep the last day they had."""
    return TransferTerms(
        units=values["units"], to_company_id=values["company"], to_licence_id=values["licence"],
        moved_on=values["moved_on"], valid_until=until if until is None else max(until, values["moved_on"] + timedelta(days=1)),
        price=values["price"], currency=currency, reason=values["reason"],
    )  # fmt: skip
