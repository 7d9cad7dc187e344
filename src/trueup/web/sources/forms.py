"""The form of a source: what its suitcase asks for. Secrets are written and never shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trueup.sources.actions import SourceTerms
from trueup.sources.findings import Suitcase
from trueup.vault.plain import Plain

MOST_SECRET = 8000
MOST_OPTION = 500


class SourceForm(forms.Form):
    """What every source has."""

    name = forms.CharField(label=_("Name"), max_length=100)
    url = forms.CharField(label=_("Address"), max_length=500)
    every_hours = forms.IntegerField(
        label=_("Read every"), min_value=0, max_value=744, initial=24, help_text=_("Hours; 0 only when asked")
    )
    is_shared = forms.BooleanField(
        label=_("It speaks of several companies"),
        required=False,
        help_text=_("Each company it names is placed by hand first; until then nothing of it is taken."),
    )


def form_of(suitcase: Suitcase, given: Any = None, *, initial: Mapping[str, Any] | None = None) -> SourceForm:
    """The form with the questions of one suitcase; with ``initial`` secrets may be left as they are."""
    is_known = initial is not None
    form = SourceForm(given or None, initial=dict(initial or {"name": suitcase.title, "url": suitcase.url}))
    for ask in suitcase.asks:
        hint = _("Leave it empty to keep the one there is") if ask.is_secret and is_known else ask.hint
        form.fields[ask.key] = forms.CharField(
            label=ask.label,
            help_text=hint,
            required=ask.is_needed and not (ask.is_secret and is_known),
            max_length=MOST_SECRET if ask.is_secret else MOST_OPTION,
            initial=ask.usual,
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}) if ask.is_secret else forms.TextInput,
        )
    return form


def terms_in(suitcase: Suitcase, values: Mapping[str, Any]) -> tuple[SourceTerms, dict[str, Plain]]:
    """The terms and the secrets of a checked form."""
    common = {name: values[name] for name in ("name", "url", "every_hours", "is_shared")}
    options = {ask.key: values[ask.key] for ask in suitcase.asks if not ask.is_secret}
    secrets = {ask.key: Plain(values[ask.key]) for ask in suitcase.asks if ask.is_secret and values[ask.key]}
    return SourceTerms(options=options, **common), secrets
