"""Forms of keys. What was typed as a key is never written back into a page, not even beside its error."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trueup.vault.plain import Plain

KINDS = (
    ("product_key", _("Product key: typed in to activate")),
    ("serial_number", _("Serial number: names the copy or contract")),
)
ON_RELEASE = (
    ("return", _("Goes back to the pool")),
    ("burn", _("Is burnt: never given out again")),
)


class Unread(forms.Textarea):
    """A field that is written and never shown again."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false", "class": "mono"})

    def format_value(self, value: Any) -> str:
        """Nothing, whatever the value is."""
        del value
        return ""


class PlainField(forms.CharField):
    """A key as typed, masked from the moment it is read."""

    widget = Unread

    def clean(self, value: Any) -> Plain:
        return Plain(super().clean(value))


class SealForm(forms.Form):
    """One key for all, or one key a line for the seats."""

    values = PlainField(
        label=_("Keys"),
        required=False,
        help_text=_(
            "One a line. After an error they have to be given again: keys are not sent back to the page."
        ),
    )
    file = forms.FileField(
        label=_("Or a text file with them"),
        required=False,
        help_text=_("One a line. It is read once and not kept."),
    )
    kind = forms.ChoiceField(label=_("These are"), choices=KINDS)
    label = forms.CharField(
        label=_("Label"),
        required=False,
        max_length=100,
        help_text=_("Shown to all: never a part of the key."),
    )
    per_seat = forms.BooleanField(
        label=_("One key for each seat"),
        required=False,
        help_text=_("Assigning takes the next one. Otherwise the key is shared by all holders."),
    )


class SupersedeForm(forms.Form):
    """The key that takes the place of another."""

    value = PlainField(label=_("New key"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)


class TermsForm(forms.Form):
    """What holds for all keys of a licence."""

    has_no_key = forms.BooleanField(label=_("This licence has no key"), required=False)
    on_release = forms.ChoiceField(label=_("A released seat's key"), choices=ON_RELEASE)


class RevealForm(forms.Form):
    """Why a key is needed."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Stands in the log with your name, before the key is shown."),
    )


class LookupForm(forms.Form):
    """A whole key that somebody found."""

    value = PlainField(label=_("Key"), help_text=_("The whole key; case, spaces and hyphens do not matter."))
