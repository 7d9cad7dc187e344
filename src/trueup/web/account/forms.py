"""The forms of one's own account: how the pages should be, and a token for a program."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from trueup.tenancy.preferences import MONDAY, ROW_HEIGHTS, SATURDAY, SUNDAY, THEMES
from trueup.web.kit.typed import WholeNumber

AS_USUAL = ""


def _day(value: str) -> int | None:
    return int(value) if value else None


class PreferencesForm(forms.Form):
    """What everybody decides for themselves."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.CharField(
        label=_("Time zone"),
        required=False,
        max_length=60,
        help_text=_("Type a city. Empty: that of the server."),
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
    )
    week_start = forms.TypedChoiceField(
        label=_("The week begins on"),
        required=False,
        coerce=_day,
        empty_value=None,
        choices=(
            (AS_USUAL, _("As usual in the language")),
            (str(MONDAY), _("Monday")),
            (str(SATURDAY), _("Saturday")),
            (str(SUNDAY), _("Sunday")),
        ),
    )
    theme = forms.ChoiceField(label=_("Colours"), choices=THEMES, widget=forms.RadioSelect)
    row_height = forms.ChoiceField(label=_("Rows of lists"), choices=ROW_HEIGHTS, widget=forms.RadioSelect)
    single_keys = forms.BooleanField(
        label=_("Single-key shortcuts"),
        required=False,
        help_text=_("Off if you speak to your computer, or if keys go astray. Ctrl K works either way."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = self.fields["language"]
        assert isinstance(languages, forms.ChoiceField)  # noqa: S101 - declared above
        languages.choices = [("", _("As the browser asks")), *settings.LANGUAGES]


class TokenForm(forms.Form):
    """A token for a program."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What it is for"))
    can_write = forms.BooleanField(label=_("May change things"), required=False)
    days = WholeNumber(
        label=_("Lives for"),
        initial=90,
        min_value=1,
        max_value=366,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Days, 366 at most"),
    )
