"""The form of a list of holders."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from trueup.web.kit.typed import WholeNumber


class ListForm(forms.Form):
    """A list, pasted or in a file; units for rows that name none; why."""

    list = forms.CharField(
        label=_("List"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": "12", "spellcheck": "false", "class": "mono"}),
        help_text=_(
            "One holder a line: login, e-mail, employee number, host name, barcode or serial. "
            "Units may follow after a comma, semicolon or tab."
        ),
    )
    file = forms.FileField(label=_("CSV or XLSX file"), required=False, max_length=200)
    units = WholeNumber(
        label=_("Units for rows that name none"),
        required=False,
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)


class CarryOutForm(forms.Form):
    """The list as it was looked at, and what a row that cannot be carried out means for the others."""

    list = forms.CharField(strip=False, widget=forms.Textarea)
    units = WholeNumber(min_value=1)
    reason = forms.CharField(required=False, max_length=500)
    mode = forms.ChoiceField(
        choices=(
            ("fill", _("Leave them out and do the rest")),
            ("all", _("Do nothing unless every row fits")),
        )
    )
