"""The forms of licences: they read values and leave every rule to the actions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from licensing.register import metrics
from trueup.base.problems import InvalidValue
from trueup.licences.lines import LineTerms
from trueup.licences.seat_rules import UnitsOnRelease
from trueup.licences.types import TYPES
from trueup.web.keys.forms import PlainField
from trueup.web.kit.typed import Amount, WholeNumber, read_number

KINDS = (
    ("purchase", _("Purchase")),
    ("renewal", _("Renewal")),
    ("true_up", _("True-up")),
    ("reduction", _("Reduction")),
    ("maintenance", _("Maintenance")),
    ("upgrade", _("Upgrade")),
)
BASES = (("total", _("For the whole line")), ("unit", _("Per unit")), ("pack", _("Per pack")))
POLICIES = (
    ("block", _("Block: refuse beyond what is purchased")),
    ("warn", _("Warn: allow with a reason")),
    ("allow", _("Allow: keep it as a finding")),
)


def whole(**attrs: str) -> forms.TextInput:
    """A field for whole numbers; the browser offers digits, the server judges."""
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", **attrs})


def record_fields() -> tuple[forms.Field, ...]:
    """Provider, accounting id, owner of the asset and depreciation: the same for a new licence and a changed one."""
    return (
        forms.CharField(
            label=_("Provider"), required=False, max_length=200, help_text=_("Who sold or leases it to you.")
        ),
        forms.CharField(label=_("Accounting id"), required=False, max_length=100),
        forms.CharField(
            label=_("Property of"), required=False, max_length=200, help_text=_("Where it is not your own.")
        ),
        Amount(
            label=_("Depreciation, percent a year"),
            required=False,
            max_digits=5,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        ),
    )


class LineForm(forms.Form):
    """A purchase line: units, the days it covers, price and papers."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    units = WholeNumber(label=_("Units"), required=False, widget=whole())
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
    price = Amount(
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
    notice_days = WholeNumber(
        label=_("Notice"), required=False, widget=whole(), help_text=_("Days before the end")
    )
    packs = WholeNumber(label=_("Packs"), required=False, widget=whole())
    pack_size = WholeNumber(
        label=_("Units in a pack"),
        required=False,
        widget=whole(),
        help_text=_("Packs times this gives the units."),
    )
    list_price = Amount(
        label=_("List price"),
        required=False,
        max_digits=16,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    discount_percent = Amount(
        label=_("Discount, percent"),
        required=False,
        max_digits=7,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("The price is then worked out, to the cent."),
    )
    invoice_on = forms.DateField(label=_("Invoice date"), required=False, widget=forms.DateInput)
    invoice_file = forms.FileField(
        label=_("Invoice as a file"),
        required=False,
        help_text=_("Kept with the line, for whoever sees the licence and its prices."),
    )
    budget = forms.CharField(label=_("Budget"), required=False, max_length=100)
    cost_centre = forms.CharField(
        label=_("Cost centre"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "cost-centres"}),
    )
    cost_shares = forms.CharField(
        label=_("Or shared by cost centres"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
        help_text=_("One a line: cost centre, space, percent. Together 100."),
    )
    covers = forms.TypedChoiceField(
        label=_("Covers the line"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=(("", _("none")),),
        help_text=_("For maintenance and upgrades."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        told = (
            cleaned.get("is_unlimited")
            or cleaned.get("units") is not None
            or cleaned.get("packs") is not None
        )
        if not told and "units" not in self.errors:
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
        packs=values["packs"],
        pack_size=values["pack_size"],
        list_price=values["list_price"],
        discount_percent=values["discount_percent"],
        invoice_on=values["invoice_on"],
        budget=values["budget"],
        covers_id=values["covers"],
    )


def shares_in(text: str) -> list[tuple[str, Decimal]]:
    """Cost centres and percentages as typed, one a line: the last word is the percentage."""
    shares = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        code, _space, percent = line.removesuffix("%").strip().rpartition(" ")
        try:
            shares.append((code.strip(), Decimal(read_number(percent))))
        except ArithmeticError:
            shares.append(("", Decimal(0)))
        if not shares[-1][0] or not shares[-1][1].is_finite():
            words = gettext("“%(line)s” is no share: write a cost centre, a space and its percentage.")
            raise InvalidValue.of("cost_shares", words % {"line": line[:80]})
    return shares


class LicenceForm(LineForm):
    """A licence and its first line in one go."""

    licence_type = forms.ChoiceField(
        label=_("Licence type"),
        required=False,
        choices=lambda: [("", _("By its metric")), *((one.name.value, one.name.label) for one in TYPES)],
    )
    metric = forms.ChoiceField(
        label=_("Metric"), choices=lambda: [(one.name, _(one.label)) for one in metrics()]
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
    key = PlainField(
        label=_("Product key"),
        required=False,
        help_text=_("What is typed in to activate. Sealed; shown masked."),
    )
    serial_number = PlainField(
        label=_("Serial number"), required=False, help_text=_("Names the copy or the contract. Sealed alike.")
    )
    has_no_key = forms.BooleanField(label=_("This licence has no key"), required=False)
    inventory_number = forms.CharField(label=_("Inventory number"), required=False, max_length=100)
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=500, help_text=_("Separated by commas")
    )
    remarks = forms.CharField(label=_("Remarks"), required=False, widget=forms.Textarea)
    provider, accounting_id, property_of, depreciation_percent = record_fields()


class NewProductForm(LicenceForm):
    """A licence of a product that is made along with it."""

    product_name = forms.CharField(label=_("Product"), max_length=200)
    publisher = forms.CharField(label=_("Publisher"), max_length=200)


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
    provider, accounting_id, property_of, depreciation_percent = record_fields()
    cooldown_days = WholeNumber(
        label=_("Days before a unit may go to somebody else"),
        required=False,
        widget=whole(),
        help_text=_("Counted from its release; often 90. Empty: no such rule."),
    )
    units_on_release = forms.ChoiceField(label=_("Released units are"), choices=UnitsOnRelease.choices)
    is_transferable = forms.BooleanField(
        label=_("Units can move to another holder"),
        required=False,
        help_text=_("Untick what is bound to the hardware it came with."),
    )
    one_per_person = forms.BooleanField(label=_("One unit for a person"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


class ReleaseForm(ReasonForm):
    """Why units are taken back, and since when if it was before today."""

    since = forms.DateField(
        label=_("Since"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Empty: now. An earlier day is marked as backdated."),
    )


class DeactivatedForm(ReleaseForm):
    """The same for units that must be deactivated where they were, or are burnt."""

    deactivated = forms.TypedChoiceField(
        label=_("Deactivated where it was?"),
        choices=(
            ("", _("Choose")),
            ("yes", _("Deactivated: free again")),
            ("no", _("Not deactivated: burnt for good")),
        ),
        coerce=lambda told: told == "yes",
        empty_value=None,
    )


def tags_of(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
