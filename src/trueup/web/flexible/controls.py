"""The form of an asset, made from the fields of its type: each kind has the control that browsers know for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.fields.kinds.number import UNLIMITED
from trueup.fields.kinds.register import KINDS
from trueup.fields.values import PREFIX, number_in
from trueup.web.keys.forms import PlainField
from trueup.web.kit.typed import Amount, write_number
from trueup.web.licences.forms import tags_of

if TYPE_CHECKING:
    from trueup.fields.terms import FieldTerms

Records = Callable[["FieldTerms"], list[tuple[int, str]]]
"""What a reference may lead to: ids with names."""
THREE: Final = (("", gettext_lazy("not set")), ("true", gettext_lazy("yes")), ("false", gettext_lazy("no")))
NUMBERS: Final = frozenset({"number", "decimal", "percent"})
LINES: Final = frozenset({"multi_line", "rich_text"})


class AssetForm(forms.Form):
    """Tags and the revision a change started from; the fields of the type are put in by :func:`form_of`."""

    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Separated by commas"),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def value_fields(self) -> list[Any]:
        """The controls of the type's fields in their order, headings between them."""
        return [self[name] for name in self.fields if name.startswith(PREFIX)]


class Units(Amount):
    """A number, or the word that there is no limit."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        """The number or the word, or a refusal."""
        is_word = isinstance(value, str) and value.strip().casefold() in {UNLIMITED, _(UNLIMITED).casefold()}
        return UNLIMITED if is_word else super().to_python(value)

    def validate(self, value: Any) -> None:
        """A word has no digits to look at."""
        if value != UNLIMITED:
            super().validate(value)

    def run_validators(self, value: Any) -> None:
        """Likewise."""
        if value != UNLIMITED:
            super().run_validators(value)

    def prepare_value(self, value: Any) -> Any:
        """The word in the reader's language."""
        return _(UNLIMITED) if value == UNLIMITED else super().prepare_value(value)


def form_of(
    fields: Iterable[FieldTerms], records: Records, sent: Any, *, initial: Mapping[str, Any], is_new: bool
) -> AssetForm:
    """The form: empty, filled with what is stored, or with what was sent."""
    form = AssetForm(sent, initial=dict(initial))
    for field in fields:
        if KINDS[field.kind].is_typed:
            form.fields[PREFIX + field.key] = _control(field, records, is_new=is_new)
    form.order_fields([*(name for name in form.fields if name.startswith(PREFIX)), "tags", "revision"])
    return form


def _control(field: FieldTerms, records: Records, *, is_new: bool) -> forms.Field:
    shared: dict[str, Any] = {"label": field.label, "help_text": field.hint, "required": field.required}
    if field.kind in CHOOSING:
        return CHOOSING[field.kind](field, records, shared)
    if field.unlimited:
        return Units(**shared)
    if field.kind in NUMBERS:
        return Amount(**shared, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    if field.kind == "secret":
        keeps = "" if is_new else _("Sealed. Empty keeps what is there.")
        return PlainField(
            **{**shared, "required": field.required and is_new, "help_text": keeps or field.hint}
        )
    return forms.CharField(**shared, widget=_widget(field))


def _widget(field: FieldTerms) -> forms.Widget:
    if field.kind == "date":
        return forms.DateInput()
    if field.kind == "date_time":
        return forms.TextInput(attrs={"placeholder": "2026-06-30T14:00"})
    return forms.Textarea() if field.kind in LINES else forms.TextInput()


def _three(_field: FieldTerms, _records: Records, shared: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(**shared, choices=THREE)


def _one(field: FieldTerms, _records: Records, shared: dict[str, Any]) -> forms.Field:
    choices = [("", _("not set")), *((choice.key, choice.label) for choice in field.choices)]
    return forms.ChoiceField(**shared, choices=choices)


def _several(field: FieldTerms, _records: Records, shared: dict[str, Any]) -> forms.Field:
    choices = [(choice.key, choice.label) for choice in field.choices]
    return forms.MultipleChoiceField(**shared, choices=choices, widget=forms.CheckboxSelectMultiple)


def _record(field: FieldTerms, records: Records, shared: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(**shared, choices=[("", _("not set")), *records(field)])


def _records(field: FieldTerms, records: Records, shared: dict[str, Any]) -> forms.Field:
    return forms.MultipleChoiceField(**shared, choices=records(field))


CHOOSING: Final[Mapping[str, Callable[[FieldTerms, Records, dict[str, Any]], forms.Field]]] = {
    "boolean": _three,
    "select": _one,
    "multi_select": _several,
    "reference": _record,
    "references": _records,
}


def values_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a form starts from: stored values by the names of their controls."""
    return {PREFIX + key: _typed(value) for key, value in values.items()}


def _typed(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return f"{write_number(number_in(value))} {value['currency']}" if "amount" in value else ""
    return value


def given_in(form: AssetForm) -> dict[str, Any]:
    """The values as sent, by field key; a sealed field that was left empty is not named, and so stays."""
    found = {}
    for name, value in form.cleaned_data.items():
        if not name.startswith(PREFIX) or (isinstance(form.fields[name], PlainField) and not value):
            continue
        found[name.removeprefix(PREFIX)] = value if value not in ("", []) else None
    return found


def tags_in(form: AssetForm) -> tuple[str, ...]:
    """The tags as sent."""
    return tuple(tags_of(form.cleaned_data["tags"]))
