"""Forms of saved reports: a name, a schedule, a link, and a report put together from a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.reports.actions import LONGEST_NAME, MOST_LINK_DAYS, USUAL_LINK_DAYS
from trueup.reports.periods import MONTHS
from trueup.reports.render.files import TYPES
from trueup.web.kit.forms import offer

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from trueup.base.registers import Register

CADENCES: tuple[tuple[str, _StrOrPromise], ...] = (
    ("weekly", gettext_lazy("Every week, about the week before")),
    ("monthly", gettext_lazy("Every month, about the month before")),
    ("quarterly", gettext_lazy("Every quarter, about the quarter before")),
    ("yearly", gettext_lazy("Every year, about the year before")),
)
assert {"weekly", *MONTHS} == {name for name, _label in CADENCES}  # noqa: S101 - a mistake of ours, not of a visitor
COMPARISONS: tuple[tuple[str, _StrOrPromise], ...] = (
    ("", gettext_lazy("is")),
    ("in", gettext_lazy("is one of")),
    ("contains", gettext_lazy("contains")),
    ("gte", gettext_lazy("is at least")),
    ("lte", gettext_lazy("is at most")),
    ("isnull", gettext_lazy("is empty (true or false)")),
)
FILTERS = (1, 2, 3)


class SaveForm(forms.Form):
    """What a saved report is called, and who sees it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    company = forms.TypedChoiceField(
        label=gettext_lazy("Company"), coerce=int, help_text=gettext_lazy("The report is about this company alone.")
    )  # fmt: skip
    is_shared = forms.BooleanField(
        label=gettext_lazy("Everybody in the company who may read it sees it"), required=False
    )

    def offer_companies(self, companies: Iterable[tuple[int, str]]) -> None:
        """Companies the report can be about."""
        offer(self, "company", companies)


class ChangeForm(forms.Form):
    """The same for one that is there; its company stays."""

    name = SaveForm.base_fields["name"]
    is_shared = SaveForm.base_fields["is_shared"]


class ScheduleForm(forms.Form):
    """When a report is sent, to whom, and as what."""

    cadence = forms.ChoiceField(label=gettext_lazy("How often"), choices=CADENCES, initial="monthly")
    form = forms.ChoiceField(label=gettext_lazy("As"), choices=[(name, name.upper()) for name in TYPES])
    recipients = forms.CharField(
        label=gettext_lazy("Recipients"), widget=forms.Textarea, max_length=4000,
        help_text=gettext_lazy("Mail addresses, one a line"),
    )  # fmt: skip

    def clean_recipients(self) -> list[str]:
        """One a line."""
        return [line.strip() for line in self.cleaned_data["recipients"].splitlines() if line.strip()]


class LinkForm(forms.Form):
    """How long a link lives."""

    days = forms.IntegerField(
        label=gettext_lazy("Lives for"), initial=USUAL_LINK_DAYS, min_value=1, max_value=MOST_LINK_DAYS,
        help_text=gettext_lazy("Days, 366 at most"),
    )  # fmt: skip


class BuildForm(forms.Form):
    """A report put together from a list: columns, filters, a column to group by, sums."""

    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"), widget=forms.CheckboxSelectMultiple, required=False
    )
    group = forms.ChoiceField(label=gettext_lazy("Grouped by"), required=False)
    totals = forms.BooleanField(label=gettext_lazy("With sums"), required=False)

    def __init__(self, *args: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "columns", [(one.key, one.label) for one in register.columns])
        groups = [(one.key, one.label) for one in register.columns if one.groups]
        offer(self, "group", [("", _("not grouped")), *groups])
        filterable = [(one.key, one.label) for one in register.columns if one.filterable]
        for number in FILTERS:
            words = _("Filter %(n)s") % {"n": number}
            self.fields[f"on_{number}"] = forms.ChoiceField(
                label=words, choices=[("", _("none")), *filterable], required=False
            )
            self.fields[f"by_{number}"] = forms.ChoiceField(
                label=_("Comparison"), choices=COMPARISONS, required=False
            )
            self.fields[f"value_{number}"] = forms.CharField(label=_("Value"), max_length=200, required=False)

    def query(self) -> dict[str, str]:
        """What the form comes to, as parameters of the report's address."""
        given = self.cleaned_data
        found = {"columns": ",".join(given["columns"]), "group": given["group"]}
        found["totals"] = "1" if given["totals"] else ""
        for number in FILTERS:
            key, by, value = (str(given[f"{part}_{number}"]) for part in ("on", "by", "value"))
            if key and value:
                found[f"{key}__{by}" if by else key] = value
        return {name: value for name, value in found.items() if value}


def as_built(query: dict[str, str], register: Register) -> dict[str, Any]:
    """A report's parameters as the form that puts it together shows them."""
    shown = [one.key for one in register.columns if one.shown]
    found: dict[str, Any] = {
        "columns": query.get("columns", "").split(",") if query.get("columns") else shown,
        "group": query.get("group", ""),
        "totals": query.get("totals") == "1",
    }
    known = {name for name, _label in COMPARISONS}
    filters = [(name, value) for name, value in query.items() if register.column(name.partition("__")[0])]
    for number, (name, value) in zip(FILTERS, filters, strict=False):
        key, _mark, by = name.partition("__")
        if by in known:
            found |= {f"on_{number}": key, f"by_{number}": by, f"value_{number}": value}
    return found
