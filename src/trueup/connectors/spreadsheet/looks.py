"""What a column's values look like, for headers that say too little or mean two things."""

import re
from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from trueup.connectors.spreadsheet.sheets import Cell
from trueup.connectors.spreadsheet.targets import Kind
from trueup.connectors.spreadsheet.values.dates import DayOrder, read_date
from trueup.connectors.spreadsheet.values.labels import read_basis, read_metric
from trueup.connectors.spreadsheet.values.money import AMOUNT, currency_of, read_money
from trueup.connectors.spreadsheet.values.numbers import NumberStyle, plain
from trueup.connectors.spreadsheet.values.refused import UNCLEAR, RefusedValueError
from trueup.connectors.spreadsheet.values.simple import read_count, read_flag, read_units

CELLS_TO_JUDGE = 200
MOST = Fraction(4, 5)
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
KEY = re.compile(r"(?:[A-Z0-9]{4,8}-){2,}[A-Z0-9]{4,8}")


def looks_like(kind: Kind, cells: Sequence[Cell]) -> Fraction:
    """The share of cells that a field of this kind could take; text takes all."""
    cells = cells[:CELLS_TO_JUDGE]
    if kind in {Kind.TEXT, Kind.TAGS, Kind.KEY, Kind.METRIC} or not cells:
        return Fraction(1)
    return Fraction(sum(fits(kind, cell) for cell in cells), len(cells))


def fits(kind: Kind, cell: Cell) -> bool:
    """Whether one cell could be of the kind; an unclear one could."""
    try:
        read_as(kind, cell)
    except RefusedValueError as refused:
        return refused.rule in UNCLEAR or refused.rule.startswith("negative")
    return True


def read_as(kind: Kind, cell: Cell) -> None:
    """Read one cell as the kind, whatever the column says."""
    match kind:
        case Kind.DATE:
            read_date(cell, {"/": None, "-": None, ".": DayOrder.DAY_FIRST})
        case Kind.MONEY:
            read_money(cell, NumberStyle(None))
        case Kind.UNITS:
            read_units(cell, nines="number")
        case Kind.COUNT:
            read_count(cell)
        case Kind.FLAG:
            read_flag(cell)
        case Kind.BASIS:
            read_basis(cell)
        case Kind.CURRENCY if currency_of(str(cell)) is None and str(cell).upper() != "XXX":
            raise RefusedValueError("unknown currency", _("Write an ISO code, for example EUR."))
        case _:
            return


def telling_target(cells: Sequence[Cell]) -> str | None:
    """The field that values name by themselves: addresses, keys, money with its sign, licence types."""
    cells = cells[:CELLS_TO_JUDGE]
    tests = {
        "owner": lambda cell: isinstance(cell, str) and bool(MAIL.fullmatch(cell)),
        "key": lambda cell: isinstance(cell, str) and bool(KEY.fullmatch(cell)),
        "price": names_currency,
        "metric": names_metric,
    }
    return next((name for name, test in tests.items() if sum(map(test, cells)) > MOST * len(cells)), None)


def names_currency(cell: Cell) -> bool:
    """Whether a cell is an amount with its currency."""
    found = AMOUNT.fullmatch(plain(cell)) if isinstance(cell, str) else None
    word = (found["before"] or found["after"]) if found else None
    return bool(word and currency_of(word))


def names_metric(cell: Cell) -> bool:
    """Whether a cell names a licence type in so many words."""
    try:
        read_metric(cell)
    except RefusedValueError:
        return False
    return isinstance(cell, str) and " " in cell
