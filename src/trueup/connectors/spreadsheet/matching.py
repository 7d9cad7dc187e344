"""Which column fills which field: proposed from headers and values, changed by the person, never silent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext as _

from trueup.base.problems import Invalid
from trueup.connectors.spreadsheet.exports import Export, recognised
from trueup.connectors.spreadsheet.looks import looks_like, telling_target
from trueup.connectors.spreadsheet.sheets import Sheet
from trueup.connectors.spreadsheet.synonyms import FIELDS_OF_WORD
from trueup.connectors.spreadsheet.targets import BY_NAME, LEAVE_OUT, NOTE
from trueup.connectors.spreadsheet.words import normal, without_brackets

HALF = Fraction(1, 2)
FIRST_VALUES = 3


class Reason(StrEnum):
    """Why a column goes where it goes."""

    EXPORT = "known export"
    HEADER = "header"
    PART = "part of the header"
    VALUES = "values"
    CHOSEN = "chosen"
    NONE = "nothing fits"


RANK = {
    Reason.CHOSEN: 0,
    Reason.EXPORT: 1,
    Reason.HEADER: 2,
    Reason.PART: 3,
    Reason.VALUES: 4,
    Reason.NONE: 5,
}


class UnknownColumnError(Invalid):
    """A column or field named by the person does not exist."""


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """One column and the field it fills; `target` is a field's name, NOTE or LEAVE_OUT."""

    index: int
    header: str
    target: str
    reason: Reason

    @property
    def fills(self) -> bool:
        """Whether the column fills a field of its own."""
        return self.target in BY_NAME


@dataclass(frozen=True, slots=True)
class Matching:
    """Every column of a sheet with its field, and the known export it came from, if any."""

    columns: tuple[ColumnMatch, ...]
    export: Export | None = None

    def of(self, target: str) -> ColumnMatch | None:
        """The column that fills a field, or None."""
        return next((column for column in self.columns if column.target == target), None)

    @property
    def unmatched(self) -> tuple[ColumnMatch, ...]:
        """Columns nobody asked to keep or to leave out, and that fill nothing."""
        return tuple(column for column in self.columns if column.reason is Reason.NONE)


def propose(sheet: Sheet) -> Matching:
    """The likely field of each column. Columns that fit nothing are kept as a note; empty ones are left out."""
    export = recognised(sheet.header)
    found = [column for index in range(len(sheet.header)) for column in candidates(sheet, index, export)]
    return Matching(settled(sheet, found, export), export)


def candidates(sheet: Sheet, index: int, export: Export | None) -> list[ColumnMatch]:
    """All fields a column may fill, the likeliest first."""
    header = sheet.header[index]
    if export and (target := export.columns.get(normal(header))):
        return [ColumnMatch(index, header, target, Reason.EXPORT)]
    if export:
        return []
    cells = sheet.column(index)
    if not cells:
        return []
    named = [
        (target, reason)
        for words, reason in (
            (normal(header), Reason.HEADER),
            (normal(without_brackets(header)), Reason.PART),
        )
        for target in FIELDS_OF_WORD.get(words, ())
    ]
    fitting = [
        ColumnMatch(index, header, target, reason)
        for target, reason in named
        if looks_like(BY_NAME[target].kind, cells) >= HALF
    ]
    told = telling_target(cells)
    return fitting or ([ColumnMatch(index, header, told, Reason.VALUES)] if told else [])


def settled(sheet: Sheet, found: Sequence[ColumnMatch], export: Export | None) -> tuple[ColumnMatch, ...]:
    """Each field filled by at most one column, each column going to one place."""
    taken: dict[str, int] = {}
    placed: dict[int, ColumnMatch] = {}
    for column in sorted(found, key=lambda column: RANK[column.reason]):
        free = column.target not in taken or column.target in {NOTE, LEAVE_OUT}
        if column.index not in placed and free:
            placed[column.index] = column
            taken[column.target] = column.index
    return tuple(placed.get(index) or unplaced(sheet, index, export) for index in range(len(sheet.header)))


def unplaced(sheet: Sheet, index: int, export: Export | None) -> ColumnMatch:
    """Where a column goes that fills nothing."""
    if export:
        return ColumnMatch(index, sheet.header[index], export.others, Reason.EXPORT)
    target = NOTE if sheet.header[index] and sheet.column(index) else LEAVE_OUT
    return ColumnMatch(index, sheet.header[index], target, Reason.NONE)


def chosen(sheet: Sheet, matching: Matching, choices: Mapping[str, str]) -> Matching:
    """The matching with a person's choices (header to field); a field given away leaves its former column.

    Raises UnknownColumnError, which names what does exist.
    """
    wanted = {column_index(sheet, header): target_name(target) for header, target in choices.items()}
    given = {target for target in wanted.values() if target in BY_NAME}
    columns = []
    for column in matching.columns:
        if column.index in wanted:
            columns.append(replace(column, target=wanted[column.index], reason=Reason.CHOSEN))
        elif column.target in given:
            columns.append(unplaced(sheet, column.index, matching.export))
        else:
            columns.append(column)
    return replace(matching, columns=tuple(columns))


def column_index(sheet: Sheet, header: str) -> int:
    """The place of a column by its header, however it is spelled."""
    for index, name in enumerate(sheet.header):
        if normal(name) == normal(header):
            return index
    raise UnknownColumnError(
        _("There is no column “%(header)s”. The columns are: %(known)s.")
        % {"header": header, "known": ", ".join(filter(None, sheet.header))}
    )


def target_name(target: str) -> str:
    """A field's name, or one of the two ways not to fill one."""
    name = target.strip().casefold().replace("-", "_") if target != LEAVE_OUT else target
    if name in BY_NAME or name in {NOTE, LEAVE_OUT}:
        return name
    raise UnknownColumnError(
        _("There is no field “%(target)s”. The fields are: %(known)s, %(note)s, %(leave_out)s.")
        % {"target": target, "known": ", ".join(BY_NAME), "note": NOTE, "leave_out": LEAVE_OUT}
    )
