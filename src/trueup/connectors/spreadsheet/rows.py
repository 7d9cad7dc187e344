"""Sheet and matching to licence rows, with every error of every row: never only the first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from trueup.connectors.spreadsheet.answers import Answers
from trueup.connectors.spreadsheet.columns import Reader, readers
from trueup.connectors.spreadsheet.licence_row import LicenceRow, RowError, shown
from trueup.connectors.spreadsheet.matching import Matching
from trueup.connectors.spreadsheet.pricing import Pricing, priced
from trueup.connectors.spreadsheet.sheets import Cell, Row, Sheet
from trueup.connectors.spreadsheet.targets import NOTE, Kind
from trueup.connectors.spreadsheet.values.refused import UNCLEAR_UNITS, RefusedValueError
from trueup.connectors.spreadsheet.values.simple import Units, tail
from trueup.connectors.spreadsheet.words import normal, normal_set

ENDLESS = date(2099, 1, 1)  # a last day from here on is how people write "perpetual" into a date column
SUMS = normal_set(
    "total", "totals", "sum", "grand total", "summe", "gesamt", "gesamtsumme", "somme", "total général"
)
LENGTHS = {
    "external_id": 200, "publisher": 200, "product": 200, "edition": 120, "version": 120, "inventory_number": 100,
    "order_number": 100, "invoice_number": 100, "supplier": 200, "cost_centre": 60, "company": 200, "region": 100,
}  # fmt: skip
REFUSES_VALUE_ONLY = frozenset({"key"})


@dataclass(frozen=True, slots=True)
class ReadRows:
    """What a sheet says: licence rows in order, errors in order, and the numbers of rows that are no licences."""

    licences: tuple[LicenceRow, ...]
    errors: tuple[RowError, ...]
    skipped: tuple[int, ...] = ()

    @property
    def rejected(self) -> frozenset[int]:
        """The rows that are left out because of an error."""
        return frozenset(error.row for error in self.errors if not error.keeps_row)


@dataclass(slots=True)
class Draft:
    """One row while it is read."""

    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    def refuse(
        self, reader: Reader | None, refused: RefusedValueError, *, column: str = "", keeps: bool = False
    ) -> None:
        """Note what is wrong; the value of a key is shown by its tail only."""
        cell = self.row.cells[reader.index] if reader else None
        value = tail(str(cell)) if reader and reader.kind is Kind.KEY else shown(cell)
        name, letter = (reader.header, reader.letter) if reader else (column, "")
        self.errors.append(
            RowError(self.row.number, name, letter, value, refused.rule, refused.way_out, keeps)
        )


def read_rows(sheet: Sheet, matching: Matching, answers: Answers | None = None) -> ReadRows:
    """All rows of the sheet under a matching. A missing column is one error in the header's row, not thousands."""
    answers = answers or Answers()
    if missing := missing_columns(sheet, matching, answers):
        return ReadRows((), missing)
    using = readers(sheet, matching, answers)
    pricing = Pricing.of(matching, answers)
    by_target = {reader.target: reader for reader in using}
    notes = [column.index for column in matching.columns if column.target == NOTE]
    licences, errors, skipped = [], [], []
    for row in sheet.rows:
        if is_no_licence(row, sheet):
            skipped.append(row.number)
            continue
        draft = read_row(row, using)
        complete(draft, by_target, answers)
        priced(draft.values, pricing, by_target, draft.refuse)
        errors += draft.errors
        if all(error.keeps_row for error in draft.errors):
            licences.append(licence_row(draft, note_of(row, sheet, notes)))
    return ReadRows(tuple(licences), tuple(errors), tuple(skipped))


def missing_columns(sheet: Sheet, matching: Matching, answers: Answers) -> tuple[RowError, ...]:
    """An error for each field that every licence needs and no column fills."""
    way_out = _("Choose which column fills it.")
    needed = {"product": matching.of("product") or matching.of("name"), "units": matching.of("units")}
    if answers.blank_units is not None:
        needed.pop("units")
    return tuple(
        RowError(sheet.header_row, target, "", "", "missing column", way_out)
        for target, column in needed.items()
        if column is None
    )


def is_no_licence(row: Row, sheet: Sheet) -> bool:
    """Whether the row repeats the header or sums up the rows above it."""
    filled = [cell for cell in row.cells if cell is not None]
    words = [cell for cell in filled if isinstance(cell, str)]
    if len(filled) > 1 and all(
        cell is None or cell == name for cell, name in zip(row.cells, sheet.header, strict=True)
    ):
        return True
    first = normal(words[0]) if words and words[0] == filled[0] else ""
    is_sum = first in SUMS or (
        first.rpartition(" ")[0] in SUMS and len(first.rpartition(" ")[2]) == len("eur")
    )
    return is_sum and all(any(sign.isdigit() for sign in str(cell)) for cell in filled[1:])


def read_row(row: Row, using: Sequence[Reader]) -> Draft:
    """Every cell of a row read by its column's reader."""
    draft = Draft(row)
    for reader in using:
        cell = row.cells[reader.index]
        if cell is None:
            continue
        try:
            draft.values[reader.target] = reader.read(cell)
        except RefusedValueError as refused:
            draft.refuse(reader, refused, keeps=reader.target in REFUSES_VALUE_ONLY)
    return draft


def complete(draft: Draft, by_target: dict[str, Reader], answers: Answers) -> None:
    """What a row needs beyond its single cells: a product, units, an end after its start, lengths that fit."""
    values = draft.values
    broken = {error.column for error in draft.errors}
    values["product"] = values.get("product") or values.get("name") or ""
    if not values["product"]:
        reader = by_target.get("product") or by_target.get("name")
        draft.refuse(
            reader, RefusedValueError("missing product", _("Every licence is of a product. Name it."))
        )
    if "units" not in values and not (by_target.get("units") and by_target["units"].header in broken):
        complete_units(draft, by_target.get("units"), answers)
    values.setdefault("metric", answers.metric)
    complete_days(draft, by_target.get("valid_until"))
    for target, longest in LENGTHS.items():
        if len(values.get(target) or "") > longest:
            draft.refuse(
                by_target.get(target),
                RefusedValueError("too long", _("At most %(most)s characters are kept.") % {"most": longest}),
            )


def complete_units(draft: Draft, reader: Reader | None, answers: Answers) -> None:
    """An empty number of units, as the person answered."""
    if answers.blank_units is None:
        way_out = _("Empty may mean one, none or no limit. Write the number, or the word unlimited.")
        draft.refuse(reader, RefusedValueError(UNCLEAR_UNITS, way_out))
    else:
        draft.values["units"] = Units(None if answers.blank_units < 0 else answers.blank_units)


def complete_days(draft: Draft, reader: Reader | None) -> None:
    """The last covered day becomes the day after it; far ends are no ends."""
    start, last = draft.values.get("valid_from"), draft.values.get("valid_until")
    if last is None:
        return
    if last >= ENDLESS:
        draft.values["valid_until"] = None
    elif start and last < start:
        draft.refuse(
            reader,
            RefusedValueError(
                "ends before it starts",
                _("The first day is %(start)s. Correct one of them.") % {"start": start},
            ),
        )
    else:
        draft.values["valid_until"] = last + timedelta(days=1)


def note_of(row: Row, sheet: Sheet, indexes: Sequence[int]) -> str:
    """The columns kept as a note, one a line."""
    return "\n".join(
        f"{sheet.header[index]}: {shown_whole(cell)}"
        for index in indexes
        if (cell := row.cells[index]) is not None
    )


def shown_whole(cell: Cell) -> str:
    """A cell as words, whole."""
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def licence_row(draft: Draft, note: str) -> LicenceRow:
    """The finished row."""
    values = {name: value for name, value in draft.values.items() if value is not None}
    units: Units = values.pop("units")
    remarks = "\n\n".join(filter(None, (values.pop("remarks", ""), note)))
    values["holder_people"] = holders(values.pop("holder_person", ""))
    values["holder_devices"] = holders(values.pop("holder_device", ""))
    if ">" in values.get("company", ""):
        values["company"] = values["company"].rpartition(">")[2].strip()
    return LicenceRow(row=draft.row.number, units=units.count, remarks=remarks, **values)


def holders(cell: str) -> tuple[str, ...]:
    """The names in a cell that lists holders."""
    return tuple(
        name for part in cell.replace(";", ",").replace("\n", ",").split(",") if (name := part.strip())
    )
