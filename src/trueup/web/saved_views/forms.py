"""Forms of saved views."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.web.kit.forms import offer


class ViewForm(forms.Form):
    """What a view is called, who sees it, and whose list opens with it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    company = forms.TypedChoiceField(
        label=gettext_lazy("Who sees it"), coerce=int, empty_value=None, required=False
    )
    own_default = forms.BooleanField(label=gettext_lazy("My list opens with this view"), required=False)

    def offer_companies(self, companies: Iterable[tuple[int, str]]) -> None:
        """Oneself, or everybody of a company who may see the list."""
        shared = [
            (pk, _("Everybody in %(company)s who may see this list") % {"company": name})
            for pk, name in companies
        ]
        offer(self, "company", [("", _("Only I")), *shared])


class EditForm(ViewForm):
    """The same for a view that is there, and the company's default."""

    company_default = forms.BooleanField(
        label=gettext_lazy("The company's list opens with this view"),
        help_text=gettext_lazy("For everybody who has not chosen a view of their own."),
        required=False,
    )
