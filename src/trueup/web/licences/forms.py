"""The forms of licences: they read values and leave every rule to the actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from licensing.register import metrics
from trueup.licences.lines import LineTerms

KINDS = (
    ("purchase", _("Purchase")),
    ("renewal", _("Renewal")),
    ("true_up", _("True-up")),
    ("reduction", _("Reduction")),
)
BASES = (("total", _("For the whole line")), ("unit", _("Per unit")))
POLICIES = (
    ("block", _("Block: refuse beyond what is purchased")),
    ("warn", _("Warn: allow with a reason")),
    ("allow", _("Allow: keep it as a finding")),
)


def whole(**attrs: str) -> forms.TextInput:
    """A field for whole numbers; the browser offers digits, the server judges."""
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", **attrs})


class LineForm(forms.Form):
    """A purchase line: units, the days it covers, price and papers."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    units = forms.IntegerField(label=_("Units"), required=False, widget=whole())
    is_unlimited = forms.BooleanField(
        label=_("Unlimited"), required=False, help_text=_("No number of units: a site licence, for example.")
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=forms.DateInput)
    valid_to = forms.DateField(
        label=_("Valid to"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Last covered day. Empty for a perpetual licence."),
    )
    price = forms.DecimalField(
        label=_("Price"),
        required=False,
        max_digits=16,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        max_length=3,
        widget=forms.TextInput(attrs={"placeholder": "EUR"}),
    )
    basis = forms.ChoiceField(label=_("Price is"), choices=BASES)
    supplier = forms.CharField(label=_("Supplier"), required=False, max_length=200)
    order_number = forms.CharField(label=_("Order"), required=False, max_length=100)
    invoice_number = forms.CharField(label=_("Invoice"), required=False, max_length=100)
    renews_itself = forms.BooleanField(label=_("Renews by itself"), required=False)
    notice_days = forms.IntegerField(
        label=_("Notice"), required=False, widget=whole(), help_text=_("Days before the end")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("is_unlimited") and cleaned.get("units") is None and "units" not in self.errors:
            self.add_error("units", _("Give a whole number, or tick unlimited."))
        return cleaned


def line_of(values: dict[str, Any], default_currency: str) -> LineTerms:
    """The line as the actions take it: the last covered day becomes the day after it."""
    last = values["valid_to"]
    return LineTerms(
        units=values["units"] or 0,
        valid_from=values["valid_from"],
        valid_until=None if last is None else last + timedelta(days=1),
        kind=values["kind"],
        is_unlimited=values["is_unlimited"],
        price=values["price"],
        currency=(values["currency"] or default_currency).upper(),
        basis=values["basis"],
        order_number=values["order_number"],
        invoice_number=values["invoice_number"],
        supplier=values["supplier"],
        renews_itself=values["renews_itself"],
        notice_days=values["notice_days"],
    )


class LicenceForm(LineForm):
    """A licence and its first line in one go."""

    metric = forms.ChoiceField(
        label=_("Metric"), choices=lambda: [(one.name, one.label) for one in metrics()]
    )
    edition_id = forms.TypedChoiceField(label=_("Edition"), required=False, coerce=int, empty_value=None)
    version_id = forms.TypedChoiceField(label=_("Version"), required=False, coerce=int, empty_value=None)
    region_id = forms.TypedChoiceField(label=_("Region"), coerce=int)
    policy = forms.ChoiceField(
        label=_("Beyond the limit"), required=False, choices=(("", _("As the company does")), *POLICIES)
    )
    owner = forms.CharField(
        label=_("Owner"),
        required=False,
        max_length=150,
        help_text=_("Login"),
        widget=forms.TextInput(attrs={"list": "owners", "autocomplete": "off"}),
    )
    inventory_number = forms.CharField(label=_("Inventory number"), required=False, max_length=100)
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=500, help_text=_("Separated by commas")
    )
    remarks = forms.CharField(label=_("Remarks"), required=False, widget=forms.Textarea)


class ChangeForm(forms.Form):
    """What can be changed about a licence without a new line."""

    owner = forms.CharField(
        label=_("Owner"),
        required=False,
        max_length=150,
        help_text=_("Login"),
        widget=forms.TextInput(attrs={"list": "owners", "autocomplete": "off"}),
    )
    policy = forms.ChoiceField(label=_("Beyond the limit"), choices=POLICIES)
    inventory_number = forms.CharField(label=_("Inventory number"), required=False, max_length=100)
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=500, help_text=_("Separated by commas")
    )
    remarks = forms.CharField(label=_("Remarks"), required=False, widget=forms.Textarea)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


def tags_of(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
