"""Forms of alerts: numbers and addresses as people write them, each rule left to the actions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from trueup.alerts.columns import ALERTS

KINDS = ALERTS.column("kind").choices  # type: ignore[union-attr]  # the register has it


class SnoozeForm(forms.Form):
    """Until when to be silent."""

    until = forms.DateField(label=_("Silent until"), widget=forms.DateInput)


class PolicyForm(forms.Form):
    """What a company is told, whom and when."""

    is_on = forms.BooleanField(label=_("Tell what is due"), required=False)
    lead_days = forms.CharField(
        label=_("Lead times"),
        required=False,
        max_length=100,
        help_text=_("Days before the day to decide, separated by commas"),
    )
    interval_days = forms.IntegerField(
        label=_("Again after"), help_text=_("Days between two messages about what has expired")
    )
    recipients = forms.CharField(
        label=_("Recipients"),
        required=False,
        max_length=4000,
        widget=forms.Textarea,
        help_text=_(
            "Mail addresses or roles such as role:licence_manager, one a line; for what has no owner"
        ),
    )
    off = forms.MultipleChoiceField(
        label=_("Not told"), required=False, choices=KINDS, widget=forms.CheckboxSelectMultiple
    )
    digest = forms.BooleanField(label=_("One mail for everything"), required=False)
    quiet_from = forms.IntegerField(
        label=_("Quiet from"), required=False, help_text=_("Hour of the day, UTC")
    )
    quiet_until = forms.IntegerField(
        label=_("Quiet until"), required=False, help_text=_("Hour of the day, UTC")
    )
    stale_days = forms.IntegerField(label=_("Inventory is old after"), help_text=_("Days"))
    reveals_an_hour = forms.IntegerField(
        label=_("Keys revealed often"), help_text=_("So many within an hour")
    )

    def clean_lead_days(self) -> list[int]:
        """Whole numbers."""
        parts = [part.strip() for part in self.cleaned_data["lead_days"].split(",") if part.strip()]
        if any(not part.isascii() or not part.isdigit() for part in parts):
            raise forms.ValidationError(_("Lead times are whole numbers of days, separated by commas."))
        return [int(part[:9]) for part in parts]

    def clean_recipients(self) -> list[str]:
        """One a line."""
        return [line.strip() for line in self.cleaned_data["recipients"].splitlines() if line.strip()]
