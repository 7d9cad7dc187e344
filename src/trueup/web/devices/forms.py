"""The form of a device; numbers left empty are unknown, which is not zero."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from trueup.devices.columns import DEVICES
from trueup.web.kit.typed import WholeNumber

CHOICES = {column.key: column.choices for column in DEVICES.columns if column.choices}


def _whole() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})


class DeviceForm(forms.Form):
    """What is written down about a device by hand."""

    hostname = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=CHOICES["kind"])
    environment = forms.ChoiceField(
        label=_("Stands in"), choices=CHOICES["asset_class"], initial="back_office"
    )
    status = forms.ChoiceField(label=_("Status"), choices=CHOICES["status"], initial="deployed")
    region_id = forms.TypedChoiceField(label=_("Region"), coerce=int)
    location_id = forms.TypedChoiceField(label=_("Location"), required=False, coerce=int, empty_value=None)
    department_id = forms.TypedChoiceField(
        label=_("Department"), required=False, coerce=int, empty_value=None
    )
    serial = forms.CharField(label=_("Serial"), required=False, max_length=150)
    barcode = forms.CharField(label=_("Barcode"), required=False, max_length=100)
    inventory_number = forms.CharField(label=_("Inventory number"), required=False, max_length=100)
    manufacturer = forms.CharField(label=_("Manufacturer"), required=False, max_length=150)
    model = forms.CharField(label=_("Model"), required=False, max_length=200)
    processors = WholeNumber(
        label=_("Processors"),
        required=False,
        widget=_whole(),
        help_text=_("Empty is unknown, and counts as unknown."),
    )
    cores_per_processor = WholeNumber(label=_("Cores of each processor"), required=False, widget=_whole())
    threads_per_core = WholeNumber(label=_("Threads of each core"), required=False, widget=_whole())
    cores = WholeNumber(label=_("Cores in all"), required=False, widget=_whole())
    processor_name = forms.CharField(label=_("Processor"), required=False, max_length=200)
    operating_system = forms.CharField(label=_("Operating system"), required=False, max_length=200)
    is_virtual = forms.BooleanField(label=_("Virtual machine"), required=False)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
