"""The forms of the wizard: the file, and one choice a column with the questions the file raises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from licensing.register import metrics
from trueup.connectors.spreadsheet.answers import LABEL
from trueup.connectors.spreadsheet.questions import Question
from trueup.connectors.spreadsheet.sheets import Sheet
from trueup.connectors.spreadsheet.targets import LEAVE_OUT, NOTE, TARGETS

GOES_TO = (
    *((target.name, target.title) for target in TARGETS),
    (NOTE, _("Keep as a note")),
    (LEAVE_OUT, _("Leave out")),
)
NOT_ANSWERED = "-"
LEAVE_ROWS_OUT = (NOT_ANSWERED, _("Not sure: leave these rows out"))


class FileForm(forms.Form):
    """Which file, for which company."""

    company = forms.TypedChoiceField(label=_("Company"), coerce=int)
    file = forms.FileField(label=_("CSV or XLSX file"), max_length=200)

    def __init__(self, *args: Any, companies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].choices = companies  # type: ignore[attr-defined]  # a choice field


class MatchForm(forms.Form):
    """Where each column goes, which sheet it is, and the answers."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    apart = forms.BooleanField(
        label=_("Make each row a licence of its own"),
        required=False,
        help_text=_(
            "Otherwise rows of the same product, licence type and region become one licence with the sum of their units."
        ),
    )

    def __init__(
        self,
        *args: Any,
        sheets: Sequence[Sheet],
        sheet: Sheet,
        questions: Iterable[Question],
        answered: Iterable[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(one.name, one.name) for one in sheets]  # type: ignore[attr-defined]  # a choice field
        self.columns = {column_name(index): header for index, header in enumerate(sheet.header) if header}
        for name, header in self.columns.items():
            self.fields[name] = forms.ChoiceField(label=header, choices=GOES_TO)
        self.asked = [*self.add_questions(questions, set(answered))]

    def add_questions(self, questions: Iterable[Question], answered: set[str]) -> Iterable[str]:
        """A field for each question, and for what was answered before, so that it can be changed."""
        for question in questions:
            names = (
                [f"{LABEL}{value}" for value in question.examples]
                if question.answer == "metrics"
                else [question.answer]
            )
            for name in names:
                self.fields[name] = answer_field(name, question.text, question.choices)
                yield name
        for name in sorted(answered - set(self.fields)):
            self.fields[name] = answer_field(name, ANSWERED.get(name, ""), CHOICES.get(name, ()))
            yield name

    @property
    def choices(self) -> dict[str, str]:
        """Header to field."""
        return {header: self.cleaned_data[name] for name, header in self.columns.items()}

    @property
    def answers(self) -> dict[str, str]:
        """What was answered."""
        return {
            name: said
            for name in self.asked
            if (said := self.cleaned_data.get(name)) not in {None, "", NOT_ANSWERED}
        }


ANSWERED = {
    "date_order": _("Which comes first in dates?"),
    "decimals": _("Which sign stands before the decimals?"),
    "price_basis": _("What is a price in this file for?"),
    "currency": _("Currency of prices that name none"),
    "nines": _("Does 9999 mean no limit?"),
    "blank_units": _("What does an empty number of units mean?"),
    "metric": _("Licence type of rows that name none"),
}
CHOICES: dict[str, tuple[tuple[str, Any], ...]] = {
    "date_order": (("day-first", _("The day")), ("month-first", _("The month"))),
    "decimals": (("point", _("A point")), ("comma", _("A comma"))),
    "price_basis": (("total", _("All units of the row")), ("unit", _("One unit"))),
    "nines": (("unlimited", _("Yes, unlimited")), ("number", _("No, that many were bought"))),
    "blank_units": (("1", _("One unit")), ("0", _("No unit")), ("-1", _("Unlimited"))),
}


def column_name(index: int) -> str:
    """The name of a column's field."""
    return f"column-{index}"


def answer_field(name: str, text: Any, choices: Iterable[tuple[str, Any]]) -> forms.Field:
    """The field of an answer: a choice, a metric for a label, or a currency."""
    if name == "metric" or name.startswith(LABEL):
        label = (
            _("Licence type “%(label)s” means") % {"label": name.removeprefix(LABEL)}
            if name != "metric"
            else text
        )
        choices = [(metric.name, _(metric.label)) for metric in metrics()]
        return forms.ChoiceField(label=label, choices=(LEAVE_ROWS_OUT, *choices))
    if not tuple(choices):
        return forms.CharField(label=_(str(text)), max_length=3)
    words = [(key, _(str(word))) for key, word in choices]
    return forms.ChoiceField(label=_(str(text)), choices=(LEAVE_ROWS_OUT, *words))
