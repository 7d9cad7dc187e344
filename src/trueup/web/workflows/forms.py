"""Forms of workflows and licence sets; each rule is left to the actions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from trueup.devices.columns import DEVICES
from trueup.web.kit.typed import WholeNumber
from trueup.workflows.columns import LICENCE_SETS

DEVICE_KINDS = DEVICES.column("kind").choices  # type: ignore[union-attr]  # the register has it
FOR = LICENCE_SETS.column("is_for").choices  # type: ignore[union-attr]  # likewise


def _picked(label: object, hint: object, source: str, *, required: bool = True) -> forms.CharField:
    """A text that a pick-list helps with."""
    widget = forms.TextInput(attrs={"list": source, "autocomplete": "off"})
    return forms.CharField(label=label, help_text=hint, required=required, max_length=200, widget=widget)  # type: ignore[arg-type]  # lazy words


class OpenForm(forms.Form):
    """A workflow; which of its fields are shown depends on the kind."""

    name = forms.CharField(label=_("Name"), max_length=200)
    username = forms.CharField(
        label=_("Login"),
        max_length=150,
        help_text=_("Whoever is there already under this login is taken."),
    )
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput)
    department = forms.CharField(label=_("Department"), required=False, max_length=200)
    region_id = forms.TypedChoiceField(label=_("Region"), coerce=int)
    device = _picked(_("Device"), _("Host name"), "devices")
    person = _picked(_("Person"), _("Login"), "people")
    person_set_id = forms.TypedChoiceField(
        label=_("Licences for the person"), required=False, coerce=int, empty_value=None
    )
    device_set_id = forms.TypedChoiceField(
        label=_("Licences for the device"), required=False, coerce=int, empty_value=None
    )
    last_day = forms.DateField(label=_("Last working day"), required=False, widget=forms.DateInput)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class SetForm(forms.Form):
    """A licence set without its products."""

    name = forms.CharField(label=_("Name"), max_length=100)
    is_for = forms.ChoiceField(label=_("For"), choices=FOR)
    department_id = forms.TypedChoiceField(
        label=_("Department"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("New employees of this department are offered the set."),
    )
    device_kind = forms.ChoiceField(
        label=_("Kind of device"),
        required=False,
        choices=[("", _("any")), *DEVICE_KINDS],
        help_text=_("Devices of this kind are offered the set."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class SetStepForm(forms.Form):
    """A product for a set."""

    product_id = forms.TypedChoiceField(label=_("Product"), coerce=int)
    units = WholeNumber(label=_("Units"), required=False, help_text=_("Empty: what the metric proposes."))
    is_required = forms.BooleanField(label=_("Without it the workflow stops"), required=False)
