"""Forms that define types and fields: they read what was typed and leave every rule to the room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trueup.fields.kinds.register import KINDS
from trueup.fields.terms import COLUMNS, KNOWN, field_as_json
from trueup.web.kit.forms import offer

if TYPE_CHECKING:
    from trueup.fields.terms import FieldTerms, TypeTerms

KIND_CHOICES: Final = tuple((key, kind.label) for key, kind in KINDS.items())
ROWS: Final = ("label", "kind", "hint", "choices", "required", "in_list")
"""What a field has on the page of a new type; everything else is on its own page."""
BLANK_ROWS = 14
ROLE_CHOICES: Final = (
    ("", _("none")), ("quantity", _("Total")), ("consumed", _("In use")), ("expires", _("Expiry")), ("cost", _("Cost")),
    ("product", _("Product")), ("publisher", _("Publisher")), ("key", _("Licence key")), ("form", _("Type of licence")),
    ("purchased", _("Day of purchase")), ("renews", _("Renews itself")), ("portal", _("Vendor’s portal")), ("terms", _("Terms and conditions")),
)  # fmt: skip
UNIQUE_CHOICES: Final = (("", _("no")), ("company", _("in a company")), ("all", _("in all companies")))
TO_CHOICES: Final = (
    ("person", _("Person")), ("device", _("Device")), ("licence", _("Licence")), ("contract", _("Contract")),
    ("product", _("Product")), ("company", _("Company")), ("asset", _("Asset")),
)  # fmt: skip
OF_CHOICES: Final = (
    ("assets", _("Assets that refer to it")), ("assignments", _("Assignments of a licence")),
    ("installations", _("Devices with a product")),
)  # fmt: skip
MEASURE_CHOICES: Final = (("count", _("Count")), ("sum", _("Sum")), ("min", _("Least")), ("max", _("Most")))
ARCHIVE_CHOICES: Final = (
    ("keep", _("Keep the reference")),
    ("clear", _("Clear it")),
    ("refuse", _("Refuse to archive")),
)


class TypeForm(forms.Form):
    """What a type is called and how it is drawn."""

    name = forms.CharField(label=_("Name"), max_length=100)
    icon = forms.CharField(
        label=_("Icon"), max_length=40, initial="box", required=False, help_text=_("A name such as globe, server or key-round")
    )  # fmt: skip
    description = forms.CharField(label=_("Description"), required=False, max_length=2000)
    counts_as = forms.ChoiceField(
        label=_("Each record counts as"), choices=(("", _("nothing")), ("licence", _("a licence"))), required=False,
        help_text=_("Records that count as licences stand in Licences and in Position"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NewTypeForm(TypeForm):
    """A new type with rows for its fields."""

    shared = forms.BooleanField(label=_("For all companies"), required=False)
    count = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def rows(self) -> list[list[Any]]:
        """The controls of each field's row."""
        places = sorted({int(name.split(".")[1]) for name in self.fields if name.startswith("fields.")})
        return [[self[f"fields.{place}.{part}"] for part in ROWS] for place in places]


def new_type_form(sent: Any, template: TypeTerms | None, *, may_share: bool) -> NewTypeForm:
    """The form with the rows of a template, or blank ones."""
    initial: dict[str, Any] = {}
    count = BLANK_ROWS
    if template is not None:
        initial = {
            "name": template.name,
            "icon": template.icon,
            "description": template.description,
            "counts_as": template.counts_as,
        }
        count = len(template.fields) + 2
        for place, field in enumerate(template.fields):
            initial |= {f"fields.{place}.{part}": _initial(field, part) for part in ROWS}
    form = NewTypeForm(sent, initial=initial)
    if not may_share:
        del form.fields["shared"]
    for place in range(count):
        form.fields |= _row(place)
    return form


def _initial(field: FieldTerms, part: str) -> Any:
    return ", ".join(choice.label for choice in field.choices) if part == "choices" else getattr(field, part)


def _row(place: int) -> dict[str, forms.Field]:
    at = f"fields.{place}."
    return {
        f"{at}label": forms.CharField(label=_("Field"), required=False, max_length=100),
        f"{at}kind": forms.ChoiceField(label=_("Kind"), choices=KIND_CHOICES, required=False),
        f"{at}hint": forms.CharField(label=_("Hint"), required=False, max_length=300),
        f"{at}choices": forms.CharField(label=_("Choices"), required=False, max_length=2000),
        f"{at}required": forms.BooleanField(label=_("Required"), required=False),
        f"{at}in_list": forms.BooleanField(label=_("In lists"), required=False),
    }


def rows_of(values: Mapping[str, Any], template: TypeTerms | None) -> list[tuple[int, dict[str, Any]]]:
    """The fields as typed, each with the place of its row. A row that keeps its template's kind keeps what else it says."""
    found = []
    places = sorted({int(name.split(".")[1]) for name in values if name.startswith("fields.")})
    for place in places:
        row = {part: values[f"fields.{place}.{part}"] for part in ROWS}
        if row["label"].strip():
            found.append((place, _given(row, _of_template(template, place, row["kind"]))))
    return found


def _of_template(template: TypeTerms | None, place: int, kind: str) -> dict[str, Any]:
    if template is None or place >= len(template.fields) or template.fields[place].kind != kind:
        return {}
    return field_as_json(replace(template.fields[place], choices=()))


def _given(row: Mapping[str, Any], start: Mapping[str, Any]) -> dict[str, Any]:
    choices = [part.strip() for part in row["choices"].split(",") if part.strip()]
    given = {
        **start,
        **{part: row[part] for part in ROWS if part != "choices"},
        "kind": row["kind"] or "text",
    }
    return {**given, **({"choices": choices} if choices else {})}


class FieldForm(forms.Form):
    """A field with every option there is; those its kind does not take are taken out by :func:`field_form`."""

    label = forms.CharField(label=_("Label"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=KIND_CHOICES)
    hint = forms.CharField(
        label=_("Hint"), required=False, max_length=300, help_text=_("Stands under the control")
    )
    choices = forms.CharField(label=_("Choices"), required=False, max_length=20_000, widget=forms.Textarea, help_text=_("One a line, or key=label to keep a key"))  # fmt: skip
    list = forms.CharField(label=_("Shared list"), required=False, max_length=100, help_text=_("Its choices in place of those above"))  # fmt: skip
    of = forms.ChoiceField(label=_("Counts"), choices=OF_CHOICES, required=False)
    measure = forms.ChoiceField(label=_("How"), choices=MEASURE_CHOICES, required=False)
    to = forms.ChoiceField(label=_("Refers to"), choices=TO_CHOICES, required=False)
    to_type = forms.CharField(label=_("Only assets of the type"), required=False, max_length=100)
    on_archive = forms.ChoiceField(label=_("When that is archived"), choices=ARCHIVE_CHOICES, required=False)
    by = forms.CharField(label=_("By the field"), required=False, max_length=40, help_text=_("Of theirs that refers to this asset, or of this one that refers to a licence or product; empty for the licence it counts as"))  # fmt: skip
    over = forms.CharField(label=_("Of their field"), required=False, max_length=40, help_text=_("Its key, where numbers are added up"))  # fmt: skip
    where = forms.CharField(label=_("Only where"), required=False, max_length=300, help_text=_("As in the address of a list: state=current&seats__gte=5"))  # fmt: skip
    formula = forms.CharField(label=_("Formula"), required=False, max_length=300, help_text=_("Keys of number fields: total - used"))  # fmt: skip
    default = forms.CharField(label=_("Default"), required=False, max_length=500)
    least = forms.CharField(label=_("Least"), required=False, max_length=40)
    most = forms.CharField(label=_("Most"), required=False, max_length=40)
    unlimited = forms.BooleanField(label=_("May be unlimited"), required=False)
    pattern = forms.CharField(label=_("Pattern"), required=False, max_length=300)
    unique = forms.ChoiceField(label=_("Each value once"), choices=UNIQUE_CHOICES, required=False)
    prefix = forms.CharField(  # type: ignore[assignment]  # a control of that name; Django's own prefix is never asked for
        label=_("Prefix or currency"), required=False, max_length=20
    )
    digits = forms.IntegerField(label=_("Digits"), required=False)
    role = forms.ChoiceField(label=_("Means"), choices=ROLE_CHOICES, required=False)
    notice_days = forms.IntegerField(label=_("Notice"), required=False, help_text=_("Days before the end"))
    weight = forms.IntegerField(label=_("Weight in the search"), required=False, initial=1, help_text=_("0 keeps it out, up to 3"))  # fmt: skip
    view = forms.CharField(label=_("Seen with the permission"), required=False, max_length=40, help_text=_("prices.view, or empty for everybody"))  # fmt: skip
    edit = forms.CharField(label=_("Changed with the permission"), required=False, max_length=40)
    required = forms.BooleanField(label=_("Required"), required=False)
    in_list = forms.BooleanField(label=_("In lists"), required=False)
    in_title = forms.BooleanField(label=_("In the name"), required=False)
    expires = forms.BooleanField(label=_("Something expires on this day"), required=False)
    in_api = forms.BooleanField(label=_("In the API"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def field_form(sent: Any, *, kind: str, field: FieldTerms | None, version: int) -> FieldForm:
    """The form of a field of that kind, with the options the kind takes."""
    initial: dict[str, Any] = {"kind": kind, "version": version}
    if field is not None:
        initial |= {name: getattr(field, name) for name in KNOWN}
        initial["choices"] = "\n".join(f"{choice.key}={choice.label}" for choice in field.choices)
    form = FieldForm(sent, initial=initial)
    for name in [name for name in form.fields if name in KNOWN and name not in KINDS[kind].options | COLUMNS]:
        del form.fields[name]
    own = [one for one in KIND_CHOICES if one[0] == kind]
    offer(form, "kind", own if field is not None else KIND_CHOICES)
    return form


def field_given(form: FieldForm, *, key: str) -> dict[str, Any]:
    """The field as typed, as JSON names it."""
    given: dict[str, Any] = {"key": key} if key else {}
    for name, value in form.cleaned_data.items():
        if name == "version" or (value is None and name != "default"):
            continue
        given[name] = _choices(value) if name == "choices" else value
    if "default" in given:
        given["default"] = given["default"] or None
    return given


def options_told(field: FieldTerms) -> list[str]:
    """The options of a field that differ from what goes without saying, in the words of their controls."""
    controls = FieldForm.base_fields
    found = []
    for name, value in field_as_json(field).items():
        if name in COLUMNS or name not in controls:
            continue
        label = str(controls[name].label)
        if value is True:
            found.append(label)
        elif name == "choices":
            found.append(", ".join(choice.label for choice in field.choices))
        elif name == "in_api":
            found.append(gettext("Not in the API"))
        else:
            found.append(f"{label}: {dict(getattr(controls[name], 'choices', ())).get(value, value)}")
    return found


def _choices(text: str) -> list[dict[str, str]]:
    found = []
    for line in text.splitlines():
        key, mark, label = line.partition("=")
        if line.strip():
            found.append({"key": key.strip(), "label": label.strip()} if mark else {"label": line.strip()})
    return found
