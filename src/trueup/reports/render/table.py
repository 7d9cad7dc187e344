"""What a list shows, as plain values: the one shape that every rendering takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

Cell = str | int | Decimal | bool | date | datetime | None

CENT = Decimal("0.01")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Kind(StrEnum):
    """How a column's values are typed and aligned; a cell of another type falls back to its own."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a stable English key for files, a title for people, and the kind of its values.

    A money column names the column that holds its ISO currency, because amounts of two currencies are
    never added; a column of units that may be added names the one that holds their metric.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    currency_key: str | None = None
    metric_key: str | None = None

    @property
    def measure_key(self) -> str | None:
        """The column whose value its own may not be added across; none where it is not added at all."""
        return self.currency_key or self.metric_key


@dataclass(frozen=True, slots=True)
class Table:
    """Title, the filters in force as (label, value), columns, and rows read once, in column order.

    Rows come in the order of the column ``group_key`` where there is one; ``made_on`` is the day printed on paper, and
    ``nothing`` what is said where there is no row. With ``has_totals`` every rendering ends with the same sums.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    filters: Sequence[tuple[str, str]] = ()
    group_key: str = ""
    has_totals: bool = False
    made_on: date | None = None
    nothing: str = ""
    intro: Sequence[str] = ()
    """Paragraphs before the rows, on paper."""

    def place_of(self, key: str) -> int | None:
        """Where a column stands."""
        return next((at for at, column in enumerate(self.columns) if column.key == key), None)


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before a dangerous start.

    >>> defused("=HYPERLINK(0)"), defused("Adobe"), defused("-5")
    ("'=HYPERLINK(0)", 'Adobe', "'-5")
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def undefused(text: str) -> str:
    """The text as it was before `defused`, so that an export of ours loads again unchanged.

    >>> undefused("'=1"), undefused("'tis")
    ('=1', "'tis")
    """
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def cents(amount: Decimal) -> Decimal:
    """An amount with two decimals, or as many as it takes where a price has more.

    >>> cents(Decimal("900.0000")), cents(Decimal("0.1250"))
    (Decimal('900.00'), Decimal('0.125'))
    """
    whole = amount.quantize(CENT)
    return whole if whole == amount else amount.normalize()
