"""The forms of settings."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from trueup.web.kit.typed import WholeNumber

ROLES = (
    ("viewer", _("Viewer: sees licences, people, devices and positions")),
    ("auditor", _("Auditor: sees prices, evidence and the audit log as well")),
    ("technician", _("Technician: assigns units, keeps people and devices")),
    ("licence_manager", _("Licence manager: buys, changes, imports and counts")),
    ("owner", _("Owner: everything, companies and users too")),
)
ROLE_NAMES = {
    "viewer": _("Viewer"),
    "auditor": _("Auditor"),
    "technician": _("Technician"),
    "licence_manager": _("Licence manager"),
    "owner": _("Owner"),
}


class CompanyForm(forms.Form):
    """A new company."""

    name = forms.CharField(label=_("Name"), max_length=200)
    currency = forms.CharField(
        label=_("Reporting currency"), max_length=3, initial="EUR", help_text=_("Three letters, such as EUR")
    )


class PolicyForm(forms.Form):
    """What happens beyond the limit."""

    policy = forms.ChoiceField(
        label=_("Beyond what is purchased"),
        choices=(
            ("block", _("Block: refuse the assignment")),
            ("warn", _("Warn: allow it with a reason")),
            ("allow", _("Allow: keep it as a finding")),
        ),
        widget=forms.RadioSelect,
    )
    near_limit_percent = WholeNumber(
        label=_("Near the limit from"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Per cent in use"),
    )


class RegionForm(forms.Form):
    """A part of the world in which licences may be used."""

    name = forms.CharField(label=_("Name"), max_length=100)


class LocationForm(forms.Form):
    """A place where people work and devices stand."""

    name = forms.CharField(label=_("Name"), max_length=100)
    region_id = forms.TypedChoiceField(label=_("Region"), coerce=int)


class DepartmentForm(forms.Form):
    """A part of the company's organisation."""

    name = forms.CharField(label=_("Name"), max_length=100)
    parent_id = forms.TypedChoiceField(label=_("Part of"), required=False, coerce=int, empty_value=None)
    cost_centre_id = forms.TypedChoiceField(
        label=_("Cost centre"), required=False, coerce=int, empty_value=None
    )


class UserForm(forms.Form):
    """Somebody who may sign in, with a first role."""

    username = forms.CharField(label=_("Signs in as"), max_length=150)
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput)
    password = forms.CharField(
        label=_("First password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    company = forms.ChoiceField(label=_("Company"))
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect, initial="viewer")


class RoleForm(forms.Form):
    """A role for somebody who signs in already."""

    username = forms.CharField(label=_("Signs in as"), max_length=150)
    company = forms.ChoiceField(label=_("Company"))
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect, initial="viewer")
