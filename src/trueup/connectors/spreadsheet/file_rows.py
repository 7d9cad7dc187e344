"""A file that was read: its rows, where its columns are, and whose export it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from trueup.connectors.spreadsheet.answers import Answers
from trueup.connectors.spreadsheet.exports import OWN
from trueup.connectors.spreadsheet.licence_row import RowError, shown
from trueup.connectors.spreadsheet.matching import Matching, chosen, propose
from trueup.connectors.spreadsheet.names import known_metrics
from trueup.connectors.spreadsheet.rows import ReadRows, read_rows
from trueup.connectors.spreadsheet.sheets import Sheet, letter
from trueup.connectors.spreadsheet.values.refused import RefusedValueError

LONGEST_SOURCE = 60


@dataclass(frozen=True, slots=True)
class FileRows:
    """The rows of one sheet under its matching. `source` keeps ids of different systems apart."""

    sheet: Sheet
    matching: Matching
    rows: ReadRows
    source: str

    @property
    def is_own_list(self) -> bool:
        """Whether the file is a list exported from here, whose ids are our own."""
        return self.matching.export is OWN

    def error(
        self, row: int, target: str, value: str, refused: RefusedValueError, *, keeps: bool = False
    ) -> RowError:
        """An error about a field of a row, at the column that fills it."""
        column = self.matching.of(target) or (self.matching.of("name") if target == "product" else None)
        header, place = (column.header, letter(column.index)) if column else (target, "")
        return RowError(row, header, place, shown(value), refused.rule, refused.way_out, keeps)


def read_licences(
    sheet: Sheet,
    *,
    choices: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    source: str = "",
    apart: bool = False,
) -> FileRows:
    """A sheet's rows under the proposed matching and the person's choices and answers.

    `source` is where ids come from; a known export has its own name, anything else is a spreadsheet. `apart`
    makes each row without an id a licence of its own, known by its row in the sheet of this name.
    """
    proposal = propose(sheet)
    matching = chosen(sheet, proposal, choices) if choices else proposal
    answers = answers or Answers()
    answers = replace(answers, metrics={**known_metrics(), **answers.metrics})
    named = source or (matching.export.source if matching.export else "spreadsheet")
    rows = read_rows(sheet, matching, answers)
    if apart:
        own = (replace(row, external_id=row.external_id or f"row {row.row}") for row in rows.licences)
        rows, named = replace(rows, licences=tuple(own)), f"{named}: {sheet.name}"
    return FileRows(sheet, matching, rows, named[:LONGEST_SOURCE])
