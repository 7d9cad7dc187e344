"""The forms of people."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PersonForm(forms.Form):
    """A person as written down by hand."""

    name = forms.CharField(label=_("Name"), max_length=200)
    username = forms.CharField(label=_("Login"), max_length=150)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput)
    employee_number = forms.CharField(label=_("Employee number"), required=False, max_length=60)
    department = forms.CharField(label=_("Department"), required=False, max_length=200)
    location = forms.CharField(label=_("Location"), required=False, max_length=200)
    region_id = forms.TypedChoiceField(label=_("Region"), coerce=int)


class ChangeForm(forms.Form):
    """What can be changed about a person."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput)
    employee_number = forms.CharField(label=_("Employee number"), required=False, max_length=60)
    department_id = forms.TypedChoiceField(
        label=_("Department"), required=False, coerce=int, empty_value=None
    )
    location_id = forms.TypedChoiceField(label=_("Location"), required=False, coerce=int, empty_value=None)
    region_id = forms.TypedChoiceField(label=_("Region"), coerce=int)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class LeftForm(forms.Form):
    """The last working day of somebody who left."""

    left_on = forms.DateField(label=_("Last working day"), widget=forms.DateInput)
