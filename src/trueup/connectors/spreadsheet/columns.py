"""One reader for each matched column, made once for the whole column: its style is decided by all its cells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from trueup.connectors.spreadsheet.answers import Answers
from trueup.connectors.spreadsheet.matching import ColumnMatch, Matching
from trueup.connectors.spreadsheet.sheets import Cell, Sheet, letter
from trueup.connectors.spreadsheet.targets import BY_NAME, Kind
from trueup.connectors.spreadsheet.values.dates import decide_orders, read_date
from trueup.connectors.spreadsheet.values.labels import read_basis, read_metric
from trueup.connectors.spreadsheet.values.money import UNKNOWN, currency_of, digits_of, read_money
from trueup.connectors.spreadsheet.values.numbers import Decimals, NumberStyle, decide_style
from trueup.connectors.spreadsheet.values.refused import RefusedValueError
from trueup.connectors.spreadsheet.values.simple import read_count, read_flag, read_key, read_tags, read_units

Read = Callable[[Cell], object]


@dataclass(frozen=True, slots=True)
class Reader:
    """A column's place and how its cells are read."""

    target: str
    kind: Kind
    index: int
    header: str
    letter: str
    read: Read


def readers(sheet: Sheet, matching: Matching, answers: Answers) -> tuple[Reader, ...]:
    """The readers of all columns that fill a field."""
    hint = answers.decimals or money_hint(sheet, matching)
    return tuple(
        Reader(
            column.target,
            BY_NAME[column.target].kind,
            column.index,
            column.header or letter(column.index),
            letter(column.index),
            reading(sheet, column, answers, hint),
        )
        for column in matching.columns
        if column.fills
    )


def money_hint(sheet: Sheet, matching: Matching) -> Decimals | None:
    """The decimal sign that all money of the file agrees on."""
    texts = (
        digits_of(cell)
        for column in matching.columns
        if column.fills and BY_NAME[column.target].kind is Kind.MONEY
        for cell in sheet.column(column.index)
    )
    return decide_style(filter(None, texts)).decimals


def reading(sheet: Sheet, column: ColumnMatch, answers: Answers, hint: Decimals | None) -> Read:
    """How the cells of one column are read."""
    kind = BY_NAME[column.target].kind
    if kind is Kind.DATE:
        orders = decide_orders(sheet.column(column.index), answer=answers.date_order)
        return lambda cell: read_date(cell, orders)
    if kind is Kind.MONEY:
        style = money_style(sheet, column, answers, hint)
        return lambda cell: read_money(cell, style, usual=answers.currency)
    if kind is Kind.UNITS:
        return lambda cell: read_units(cell, nines=answers.nines)
    if kind is Kind.METRIC:
        return lambda cell: read_metric(cell, labels=answers.metrics, known=answers.known_metrics)
    return PLAIN.get(kind, read_text)


def money_style(sheet: Sheet, column: ColumnMatch, answers: Answers, hint: Decimals | None) -> NumberStyle:
    """The decimal sign of a money column; a person's answer settles what its cells leave open."""
    style = decide_style((text for text in map(digits_of, sheet.column(column.index)) if text), hint=hint)
    if answers.decimals and (style.decimals is None or not style.sure):
        return NumberStyle(answers.decimals)
    return style


def read_text(cell: Cell) -> str:
    """Any cell as words."""
    return str(cell) if not hasattr(cell, "as_tuple") else f"{cell:f}"


def read_currency(cell: Cell) -> str:
    """A currency column's ISO code; XXX is kept, it says that nobody knows."""
    text = read_text(cell)
    code = UNKNOWN if text.upper() == UNKNOWN else currency_of(text)
    if code is None:
        raise RefusedValueError("unknown currency", _("Write the ISO code, for example EUR."))
    return code


PLAIN: Mapping[Kind, Read] = {
    Kind.COUNT: read_count,
    Kind.CURRENCY: read_currency,
    Kind.FLAG: read_flag,
    Kind.BASIS: read_basis,
    Kind.KEY: read_key,
    Kind.TAGS: read_tags,
}
