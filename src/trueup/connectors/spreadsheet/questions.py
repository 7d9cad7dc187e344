"""What must be asked about a file before all its rows can be read, with the cells that raise the question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.connectors.spreadsheet.licence_row import RowError
from trueup.connectors.spreadsheet.pricing import NO_CURRENCY, UNCLEAR_BASIS
from trueup.connectors.spreadsheet.values.labels import UNKNOWN_METRIC
from trueup.connectors.spreadsheet.values.refused import UNCLEAR_DATE, UNCLEAR_NUMBER, UNCLEAR_UNITS

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

EXAMPLES = 3

Choices = tuple[tuple[str, "_StrOrPromise"], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `answer` is the field of Answers that settles it, `choices` its values with their words."""

    answer: str
    text: _StrOrPromise
    choices: Choices
    columns: tuple[str, ...]
    examples: tuple[str, ...]
    rows: int


ASKED: Mapping[str, tuple[str, _StrOrPromise, Choices]] = {
    UNCLEAR_DATE: (
        "date_order",
        gettext_lazy("Which comes first in these dates?"),
        (
            ("day-first", gettext_lazy("The day: 03/04 is 3 April")),
            ("month-first", gettext_lazy("The month: 03/04 is March 4")),
        ),
    ),
    UNCLEAR_NUMBER: (
        "decimals",
        gettext_lazy("Which sign stands before the decimals?"),
        (
            ("point", gettext_lazy("A point: 1,234 is a thousand and more")),
            ("comma", gettext_lazy("A comma: 1.234 is a thousand and more")),
        ),
    ),
    UNCLEAR_BASIS: (
        "price_basis",
        gettext_lazy("What is a price in this file for?"),
        (("total", gettext_lazy("All units of the row")), ("unit", gettext_lazy("One unit"))),
    ),
    NO_CURRENCY: ("currency", gettext_lazy("In which currency are the prices?"), ()),
    UNKNOWN_METRIC: ("metrics", gettext_lazy("Which licence types do these labels mean?"), ()),
    UNCLEAR_UNITS: (
        "nines",
        gettext_lazy("Do these numbers mean no limit?"),
        (("unlimited", "Yes, unlimited"), ("number", gettext_lazy("No, that many were bought"))),
    ),
}


def questions(errors: Iterable[RowError]) -> tuple[Question, ...]:
    """The questions that would settle errors, one for each kind, in the order they are met."""
    groups: dict[tuple[str, bool], list[RowError]] = {}
    for error in errors:
        if error.rule in ASKED and not error.keeps_row:
            groups.setdefault((error.rule, error.value == ""), []).append(error)
    return tuple(question(rule, group, blank=blank) for (rule, blank), group in groups.items())


def question(rule: str, errors: list[RowError], *, blank: bool) -> Question:
    """One question about the errors of one kind."""
    answer, text, choices = ASKED[rule]
    if blank and rule == UNCLEAR_UNITS:
        answer, text = "blank_units", _("What does an empty number of units mean?")
        choices = (("1", _("One unit")), ("0", _("No unit")), ("-1", _("Unlimited")))
    examples = dict.fromkeys(error.value for error in errors)
    return Question(
        answer,
        text,
        choices,
        tuple(dict.fromkeys(error.column for error in errors)),
        tuple(examples)[:EXAMPLES],
        len(errors),
    )
