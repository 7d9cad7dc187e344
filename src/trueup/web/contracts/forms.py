"""The forms of contracts: they read values and leave every rule to the actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trueup.contracts.terms import ContractTerms
from trueup.web.licences.forms import LineForm, tags_of, whole

if TYPE_CHECKING:
    from trueup.contracts.models import Contract

KINDS = (
    ("agreement", _("Agreement")),
    ("enterprise", _("Enterprise agreement")),
    ("support", _("Support")),
)
PLAIN = (
    "name", "kind", "number", "supplier", "parties", "covers_children", "valid_from", "renews_itself", "notice_days",
    "price_cap_percent", "true_up_on", "baseline_units", "price", "service_level", "portal_url", "remarks",
)  # fmt: skip
"""Fields whose values go to the room as they are."""


class ContractForm(forms.Form):
    """A contract as it is written down."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    number = forms.CharField(label=_("Number"), required=False, max_length=100)
    supplier = forms.CharField(label=_("Supplier"), required=False, max_length=200)
    parties = forms.CharField(
        label=_("Parties"), required=False, max_length=500, help_text=_("Who signed, where others did too")
    )
    owner = forms.CharField(
        label=_("Owner"), required=False, max_length=150, help_text=_("Login"),
        widget=forms.TextInput(attrs={"list": "owners", "autocomplete": "off"}),
    )  # fmt: skip
    valid_from = forms.DateField(label=_("Valid from"), widget=forms.DateInput)
    valid_to = forms.DateField(
        label=_("Valid to"), required=False, widget=forms.DateInput, help_text=_("Last covered day. Empty has no end.")
    )  # fmt: skip
    renews_itself = forms.BooleanField(label=_("Renews by itself"), required=False)
    notice_days = forms.IntegerField(
        label=_("Notice"), required=False, widget=whole(), help_text=_("Days before the end")
    )
    price = forms.DecimalField(
        label=_("Price of the term"), required=False, max_digits=16, decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}), help_text=_("Beside the lines bought under it"),
    )  # fmt: skip
    currency = forms.CharField(label=_("Currency"), required=False, max_length=3)
    price_cap_percent = forms.DecimalField(
        label=_("Price cap, %"), required=False, max_digits=5, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("By how much a renewal may cost more"),
    )  # fmt: skip
    covers_children = forms.BooleanField(label=_("Covers the companies below"), required=False)
    true_up_on = forms.DateField(label=_("True-up"), required=False, widget=forms.DateInput)
    baseline_units = forms.IntegerField(label=_("Baseline"), required=False, widget=whole())
    service_level = forms.CharField(
        label=_("Service level"), required=False, max_length=2000, widget=forms.Textarea
    )
    portal_url = forms.CharField(label=_("Portal"), required=False, max_length=500)
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=500, help_text=_("Separated by commas")
    )
    remarks = forms.CharField(
        label=_("Remarks"), required=False, widget=forms.Textarea, help_text=_("Markdown")
    )


class ChangeForm(ContractForm):
    """The same with the revision it started from."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class RenewForm(ContractForm):
    """The contract that follows, and the word that a gap or an overlap is meant."""

    confirmed = forms.BooleanField(label=_("A gap or an overlap between the terms is meant"), required=False)


class LinkedLineForm(LineForm):
    """A line for a licence under the contract."""

    licence = forms.TypedChoiceField(label=_("Licence"), coerce=int)
    field_order = ("licence",)


def values_of(contract: Contract) -> dict[str, Any]:
    """What a form starts from."""
    last = None if contract.valid_until is None else contract.valid_until - timedelta(days=1)
    return {name: getattr(contract, name) for name in PLAIN} | {
        "valid_to": last,
        "owner": contract.owner.username if contract.owner else "",
        "currency": contract.currency,
        "tags": ", ".join(contract.tags),
    }


def changes_of(values: Mapping[str, Any], *, owner_id: int | None, currency: str) -> dict[str, Any]:
    """The form's values by the names of the room: the last covered day becomes the day after it."""
    last = values["valid_to"]
    return {name: values[name] for name in PLAIN} | {
        "valid_until": None if last is None else last + timedelta(days=1),
        "currency": (values["currency"] or currency).upper(),
        "owner_id": owner_id,
        "tags": tags_of(values["tags"]),
    }


def terms_of(values: Mapping[str, Any], *, owner_id: int | None, currency: str) -> ContractTerms:
    """The contract as the actions take it."""
    return ContractTerms(**changes_of(values, owner_id=owner_id, currency=currency))
