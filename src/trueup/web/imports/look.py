"""What the wizard's pages show of a file: columns with their first values and result, outcomes, errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from trueup.connectors.spreadsheet.licence_row import RowError, shown
from trueup.connectors.spreadsheet.targets import BY_NAME, LEAVE_OUT, NOTE, Kind
from trueup.connectors.spreadsheet.values.simple import tail
from trueup.web.kit.figures import units
from trueup.web.kit.forms import control
from trueup.web.kit.tables import Column, Table

if TYPE_CHECKING:
    from trueup.connectors.spreadsheet.file_rows import FileRows
    from trueup.connectors.spreadsheet.matching import ColumnMatch
    from trueup.connectors.spreadsheet.plan import Plan, PlannedLicence
    from trueup.web.imports.forms import MatchForm

FIRST_VALUES = 3
ERRORS_SHOWN = 200
LICENCES_SHOWN = 50


def matched_columns(file: FileRows, form: MatchForm) -> Table:
    """Each column of the file: first values, where it goes, and how its cells could be read."""
    errors = Counter(error.column for error in file.rows.errors)
    rows = [
        {
            "header": column.header,
            "values": first_values(file, column),
            "target": drawn(form, f"column-{column.index}"),
            "result": result_of(file, column, errors[column.header]),
        }
        for column in file.matching.columns
        if column.header
    ]
    return Table(
        _("Columns of the file"),
        [
            Column("header", _("Your column"), "mono"),
            Column("values", _("First values"), low=True),
            Column("target", _("Goes to")),
            Column("result", _("Result"), "badge"),
        ],
        rows=rows,
        id="columns",
    )


def drawn(form: MatchForm, name: str) -> SafeString:
    """A column's choice, named aloud by its header."""
    bound = form[name]
    bound.field.widget.attrs["aria-label"] = _("Field for column %(header)s") % {"header": bound.label}
    return control(bound, described=False)


def first_values(file: FileRows, column: ColumnMatch) -> str:
    """The first different values; of a key only the tail."""
    is_key = column.fills and BY_NAME[column.target].kind is Kind.KEY
    texts = (tail(str(cell)) if is_key else shown(cell) for cell in file.sheet.column(column.index))
    return ", ".join(islice(dict.fromkeys(texts), FIRST_VALUES))


def result_of(file: FileRows, column: ColumnMatch, wrong: int) -> dict[str, str]:
    """The badge of a column."""
    if column.target in {NOTE, LEAVE_OUT}:
        words = _("kept as a note") if column.target == NOTE else _("left out")
        return {"label": words, "tone": "", "icon": ""}
    if wrong:
        words = ngettext("%(n)s needs a look", "%(n)s need a look", wrong) % {"n": units(wrong)}
        return {"label": words, "tone": "warn", "icon": "triangle-alert"}
    filled = len(file.sheet.column(column.index))
    if BY_NAME[column.target].kind is Kind.KEY:
        return {
            "label": ngettext("%(n)s key", "%(n)s keys", filled) % {"n": units(filled)},
            "tone": "good",
            "icon": "lock",
        }
    words = _("all %(n)s read") % {"n": units(filled)}
    return {"label": words, "tone": "good", "icon": "circle-check"}


def errors_table(errors: Sequence[RowError]) -> Table:
    """The errors at their cells."""
    return Table(
        _("Rows that need a look"),
        [
            Column("row", _("Row"), "number", align="start"),
            Column("column", _("Column")),
            Column("value", _("Value"), "mono"),
            Column("rule", _("What is wrong")),
            Column("way_out", _("Way out"), low=True),
        ],
        rows=[
            {
                "row": error.row,
                "column": f"{error.column} ({error.letter})" if error.letter else error.column,
                "value": error.value or "–",
                "rule": error.rule
                if not error.keeps_row
                else _("%(rule)s; the row stays, without it") % {"rule": error.rule},
                "way_out": error.way_out,
            }
            for error in errors[:ERRORS_SHOWN]
        ],
        id="errors",
    )


def licences_table(planned: Iterable[PlannedLicence]) -> Table:
    """The first of the licences that would be made or changed."""
    words = {
        "create": (_("new"), "good", "plus"),
        "update": (pgettext("row", "changed"), "warn", "pencil"),
        "unchanged": (_("unchanged"), "", ""),
    }
    return Table(
        _("Licences"),
        [
            Column("outcome", _("Outcome"), "badge"),
            Column("product", _("Product")),
            Column("units", _("Units"), align="end"),
            Column("rows", _("Rows"), low=True),
        ],
        rows=[
            {
                "outcome": dict(zip(("label", "tone", "icon"), words[one.outcome], strict=True)),
                "product": named(one),
                "units": _("unlimited") if one.pool.units is None else units(one.pool.units),
                "rows": ", ".join(map(str, one.pool.rows[:8])) + ("…" if len(one.pool.rows) > 8 else ""),  # noqa: PLR2004 - fits a cell
            }
            for one in islice(planned, LICENCES_SHOWN)
        ],
        id="licences",
    )


def named(one: PlannedLicence) -> str:
    """Publisher, product and edition, the publisher once."""
    head = one.pool.head
    publisher = "" if head.product.lower().startswith(head.publisher.lower()) else head.publisher
    return " ".join(filter(None, (publisher, head.product, head.edition)))


def kept_errors(summary: dict[str, Any]) -> list[RowError]:
    """The errors a finished import kept."""
    return [RowError(*problem) for problem in summary.get("problems", ())]


def summary_of(plan: Plan) -> str:
    """The counts in a line: what is ready, what needs a look."""
    counts = plan.counts
    parts = [
        ngettext("%(n)s licence ready", "%(n)s licences ready", counts["create"] + counts["update"])
        % {"n": units(counts["create"] + counts["update"])},
        _("%(n)s unchanged") % {"n": units(counts["unchanged"])},
        ngettext("%(n)s row needs a look", "%(n)s rows need a look", counts["reject"])
        % {"n": units(counts["reject"])},
    ]
    return ", ".join(parts)
