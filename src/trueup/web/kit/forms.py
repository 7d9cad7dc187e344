"""Form fields in our look: label, hint and error tied to the control; the summary of errors with links on top."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from trueup.web.kit.register import register

CHOICES_IN_A_LIST = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.inclusion_tag("kit/field.html")
def field(
    bound: BoundField,
    *,
    hint: str | Promise = "",
    cls: str = "",
    label: str | Promise = "",
    presets: list[dict[str, Any]] | None = None,
    unit: str = "",
    hide_hint: bool = False,
) -> dict[str, object]:
    """One field of a Django form; optional ones are marked, required ones are not. `presets` are buttons that fill a
    date: {"label": "+1 year", "years": 1} or {"label": "End of year", "end": "year"}.
    """
    words = "" if hide_hint else hint or bound.help_text
    return {
        "bound": bound,
        "control": control(bound, described=bool(words)),
        "hint": words,
        "cls": cls,
        "label": label or bound.label,
        "presets": presets,
        "unit": unit,
        "kind": _kind(bound.field.widget),
    }


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, CHOICES_IN_A_LIST):
        return "list"
    return "check" if isinstance(widget, forms.CheckboxInput) else "plain"


def control(bound: BoundField, *, described: bool) -> SafeString:
    """The bare control with our classes and what it is described by."""
    ids = [f"{bound.auto_id}-h"] * described + [f"{bound.auto_id}-e"] * bool(bound.errors)
    attrs: dict[str, str | bool] = {
        "class": f"{_class(bound.field.widget)} {bound.field.widget.attrs.get('class', '')}".strip()
    }
    if ids:
        attrs["aria-describedby"] = " ".join(ids)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return bound.as_widget(attrs=attrs | _prepare(bound.field.widget))


def _prepare(widget: forms.Widget) -> dict[str, str | bool]:
    """Native pickers for days, room for a few lines of text, our class on every choice of a list."""
    if isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    if isinstance(widget, CHOICES_IN_A_LIST):
        widget.attrs["class"] = "check"
    return {"rows": "4"} if isinstance(widget, forms.Textarea) else {}


def _class(widget: forms.Widget) -> str:
    if isinstance(widget, (forms.CheckboxInput, *CHOICES_IN_A_LIST)):
        return "check"
    if isinstance(widget, forms.Select):
        return "ctl" if getattr(widget, "allow_multiple_selected", False) else "select ctl"
    return "ctl num" if isinstance(widget, forms.NumberInput) else "ctl"


@register.inclusion_tag("kit/errsum.html")
def errsum(form: forms.BaseForm) -> dict[str, object]:
    """What has to change before the form can be saved, each a link to its field; takes the focus."""
    fields = [(bound, bound.errors) for bound in form if bound.errors]
    return {"form": form, "fields": fields, "count": len(fields) + len(form.non_field_errors())}


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Give a choice field what there is to choose from, known only once the actor and company are."""
    field_of_choices = form.fields[name]
    assert isinstance(field_of_choices, forms.ChoiceField)  # noqa: S101 - a mistake of ours, not of a visitor
    field_of_choices.choices = list(choices)
