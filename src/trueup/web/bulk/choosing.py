"""The forms of what is done to everything chosen: an owner, tags, a licence, a product, a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.listing import filtered
from trueup.base.registers import Listing
from trueup.catalogue.columns import PRODUCTS
from trueup.catalogue.queries import products_visible_to
from trueup.licences.columns import LICENCES
from trueup.licences.metrics import metric_named
from trueup.licences.queries import licences_visible_to
from trueup.web.licences.forms import POLICIES, tags_of, whole
from trueup.web.pick.views import person_by_login

OFFERED = 200


class ChosenForm(forms.Form):
    """Parameters of a deed; it knows who asks and in which company."""

    asks = True

    def __init__(self, given: Any, *, actor: Actor, company_id: int) -> None:
        super().__init__(given)
        self.actor, self.company_id = actor, company_id
        self.prepare()

    def prepare(self) -> None:
        """Fill choices in."""

    def parameters(self) -> Mapping[str, Any]:
        """What the deed is told."""
        return dict(self.cleaned_data)


class ReasonOnly(ChosenForm):
    """Nothing but why."""

    asks = False
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)


class OwnerForm(ChosenForm):
    """Whose licences they will be."""

    owner = forms.CharField(
        label=_("Owner"),
        required=False,
        max_length=150,
        help_text=_("Login. Empty: nobody owns them."),
        widget=forms.TextInput(attrs={"list": "owners", "autocomplete": "off"}),
    )

    def parameters(self) -> Mapping[str, Any]:
        """The owner by id."""
        login = self.cleaned_data["owner"]
        found = person_by_login(actor=self.actor, company_id=self.company_id, login=login, field="owner")
        return {"owner_id": found}


class TagsForm(ChosenForm):
    """Which tags."""

    tags = forms.CharField(label=_("Tags"), max_length=500, help_text=_("Separated by commas"))

    def parameters(self) -> Mapping[str, Any]:
        """The tags one by one."""
        return {"tags": list(tags_of(self.cleaned_data["tags"]))}


class PolicyForm(ChosenForm):
    """What happens beyond what is purchased."""

    policy = forms.ChoiceField(label=_("Beyond the limit"), choices=POLICIES)


class TargetForm(ChosenForm):
    """Which licence: found by words, chosen from those that match."""

    holder_kind = ""
    words = forms.CharField(
        label=_("Find the licence"),
        required=False,
        max_length=100,
        help_text=_("A part of its name or number narrows the list below."),
    )
    licence_id = forms.TypedChoiceField(label=_("Licence"), coerce=int)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)

    def prepare(self) -> None:
        """Licences of the company that are in use and may be held by such."""
        words = str(self.data.get("words", "")) if self.is_bound else ""
        rows = licences_visible_to(
            actor=self.actor, on=timezone.localdate(), permission=Permission.ASSIGNMENTS_CHANGE
        ).filter(company_id=self.company_id, retired_at=None, has_ended=False)
        rows = filtered(LICENCES, rows, Listing(words=words)).select_related("product", "edition")
        found = [
            (one.pk, _licence_words(one))
            for one in rows.order_by("product__name", "pk")[:OFFERED]
            if not self.holder_kind or self.holder_kind in metric_named(one.metric).holders
        ]
        self.fields["licence_id"].choices = found  # type: ignore[attr-defined]  # a choice field

    def parameters(self) -> Mapping[str, Any]:
        """The licence and why."""
        return {"licence_id": self.cleaned_data["licence_id"], "reason": self.cleaned_data["reason"]}


def _licence_words(one: Any) -> str:
    parts = [one.product.name, one.edition.name if one.edition else "", one.inventory_number]
    name = ", ".join(part for part in parts if part)
    if one.free is None:
        return gettext("%(name)s (unlimited)") % {"name": name}
    return gettext("%(name)s (%(free)s of %(owned)s free)") % {
        "name": name, "free": one.free, "owned": one.purchased,
    }  # fmt: skip


class PeopleLicenceForm(TargetForm):
    """A licence that people hold, and how many units each gets."""

    holder_kind = "person"
    units = forms.IntegerField(label=_("Units for each"), min_value=1, initial=1, widget=whole())
    field_order = ("words", "licence_id", "units", "reason")

    def parameters(self) -> Mapping[str, Any]:
        """The licence, the units and why."""
        return {**TargetForm.parameters(self), "units": self.cleaned_data["units"]}


class DevicesLicenceForm(PeopleLicenceForm):
    """A licence that devices hold."""

    holder_kind = "device"


class ProductForm(ChosenForm):
    """Which product the titles are."""

    words = forms.CharField(
        label=_("Find the product"),
        required=False,
        max_length=100,
        help_text=_("A part of its name narrows the list below."),
    )
    product_id = forms.TypedChoiceField(label=_("Product"), coerce=int)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)

    def prepare(self) -> None:
        """Products the company may use."""
        words = str(self.data.get("words", "")) if self.is_bound else ""
        rows = filtered(PRODUCTS, products_visible_to(actor=self.actor), Listing(words=words))
        found = rows.select_related("publisher").order_by("name", "pk")[:OFFERED]
        self.fields["product_id"].choices = [(one.pk, f"{one.name}, {one.publisher.name}") for one in found]  # type: ignore[attr-defined]  # a choice field

    def parameters(self) -> Mapping[str, Any]:
        """The product and why."""
        return {"product_id": self.cleaned_data["product_id"], "reason": self.cleaned_data["reason"]}
