"""How jobs and their rows look: the list, the rows with what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.web.jobs.words import state_badge, title_of
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.tables import Column, Table

if TYPE_CHECKING:
    from trueup.jobs.deeds import Answers
    from trueup.jobs.models import JobRow

ROWS_SHOWN = 500
OUTCOMES: Mapping[str, tuple[Any, str, str]] = {
    "done": (gettext_lazy("fits"), "good", "circle-check"),
    "unchanged": (gettext_lazy("nothing to do"), "", ""),
    "refused": (gettext_lazy("cannot be done"), "bad", "circle-alert"),
    "left": (gettext_lazy("left as it was"), "", ""),
    "waiting": (gettext_lazy("not begun"), "", "clock"),
}
FIRST = ("refused", "left", "waiting", "unchanged", "done")

JOBS = Look(
    noun=gettext_lazy("jobs"),
    icon="list",
    placeholder=gettext_lazy("About, or who asked"),
    nothing_title=gettext_lazy("No jobs yet"),
    nothing_text=gettext_lazy("What takes longer than a click stands here: how far it is, and what became of each row."),
    missing={"ended_at": gettext_lazy("not yet"), "label": gettext_lazy("none")},
    special={
        "kind": Special("text", lambda row: {"text": title_of(row["kind"], undoes=row["undoes_id"] is not None), "url": address_of("job", row["id"])}),
        "state": Special("badge", lambda row: state_badge(row["state"])),
    },
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Running"), "state=running"),
        View(gettext_lazy("Failed"), "state=failed"),
    ),
)  # fmt: skip


def answers_table(answers: Answers) -> dict[str, Any]:
    """The effect on each row, those that need a look first."""
    ordered = sorted(answers.items(), key=lambda one: (FIRST.index(str(one[1].outcome)), one[0]))
    rows = [_row(at, told.name, str(told.outcome), told.detail) for at, told in ordered[:ROWS_SHOWN]]
    return {"table": _table(rows), "shown": ROWS_SHOWN}


def rows_table(found: Iterable[JobRow]) -> Table:
    """Rows of a job as they stand."""
    return _table([_row(row.position, row.name, row.outcome, row.detail) for row in found])


def _table(rows: list[dict[str, Any]]) -> Table:
    columns = [
        Column("row", _("Row"), "number", align="start", low=True),
        Column("name", _("Name"), missing="–"),
        Column("outcome", _("Outcome"), "badge"),
        Column("detail", _("Effect or reason"), missing="–"),
    ]
    return Table(_("Rows"), columns, rows=rows, id="rows")


def _row(at: int, name: str, outcome: str, detail: str) -> dict[str, Any]:
    label, tone, icon = OUTCOMES[outcome]
    return {
        "row": at,
        "name": name or None,
        "outcome": {"label": label, "tone": tone, "icon": icon},
        "detail": detail or None,
    }


def batch_address(job: Any) -> str:
    """Where the result of a job stands besides its rows: the page of an import."""
    return (
        reverse("import_result", args=[job.batch_id])
        if job.kind.startswith("import.") and job.batch_id
        else ""
    )
