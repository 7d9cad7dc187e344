"""What must be asked about a file before all its rows can be read, with the cells that raise the question."""

from collections.abc import Iterable
from dataclasses import dataclass

from trueup.connectors.spreadsheet.licence_row import RowError
from trueup.connectors.spreadsheet.pricing import NO_CURRENCY, UNCLEAR_BASIS
from trueup.connectors.spreadsheet.values.labels import UNKNOWN_METRIC
from trueup.connectors.spreadsheet.values.refused import UNCLEAR_DATE, UNCLEAR_NUMBER, UNCLEAR_UNITS

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `answer` is the field of Answers that settles it, `choices` its values with their words."""

    answer: str
    text: str
    choices: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    examples: tuple[str, ...]
    rows: int


ASKED = {
    UNCLEAR_DATE: (
        "date_order",
        "Which comes first in these dates?",
        (("day-first", "The day: 03/04 is 3 April"), ("month-first", "The month: 03/04 is March 4")),
    ),
    UNCLEAR_NUMBER: (
        "decimals",
        "Which sign stands before the decimals?",
        (
            ("point", "A point: 1,234 is a thousand and more"),
            ("comma", "A comma: 1.234 is a thousand and more"),
        ),
    ),
    UNCLEAR_BASIS: (
        "price_basis",
        "What is a price in this file for?",
        (("total", "All units of the row"), ("unit", "One unit")),
    ),
    NO_CURRENCY: ("currency", "In which currency are the prices?", ()),
    UNKNOWN_METRIC: ("metrics", "Which licence types do these labels mean?", ()),
    UNCLEAR_UNITS: (
        "nines",
        "Do these numbers mean no limit?",
        (("unlimited", "Yes, unlimited"), ("number", "No, that many were bought")),
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
        answer, text = "blank_units", "What does an empty number of units mean?"
        choices = (("1", "One unit"), ("0", "No unit"), ("-1", "Unlimited"))
    examples = dict.fromkeys(error.value for error in errors)
    return Question(
        answer,
        text,
        choices,
        tuple(dict.fromkeys(error.column for error in errors)),
        tuple(examples)[:EXAMPLES],
        len(errors),
    )
