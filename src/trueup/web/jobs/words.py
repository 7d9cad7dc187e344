"""What jobs are called and how they tell what they came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.web.kit.figures import units

if TYPE_CHECKING:
    from trueup.jobs.models import Job

KINDS: Mapping[str, Any] = {
    "licences.set_owner": gettext_lazy("Set the owner of licences"),
    "licences.add_tags": gettext_lazy("Add tags to licences"),
    "licences.remove_tags": gettext_lazy("Remove tags of licences"),
    "licences.set_policy": gettext_lazy("Set the policy of licences"),
    "licences.retire": gettext_lazy("Retire licences"),
    "assignments.assign_people": gettext_lazy("Assign a licence to people"),
    "assignments.assign_devices": gettext_lazy("Assign a licence to devices"),
    "assignments.assign_rows": gettext_lazy("Assign a licence by a list"),
    "assignments.release_people": gettext_lazy("Release all that people hold"),
    "assignments.release_devices": gettext_lazy("Release all that devices hold"),
    "assignments.release_seats": gettext_lazy("Release holders"),
    "assignments.release_rows": gettext_lazy("Release holders by a list"),
    "assignments.move_seats": gettext_lazy("Move holders to another licence"),
    "inventory.match_titles": gettext_lazy("Match titles to a product"),
    "inventory.ignore_titles": gettext_lazy("Titles that nobody licenses"),
    "workflows.finish": gettext_lazy("Finish workflows"),
    "import.spreadsheet": gettext_lazy("Import a spreadsheet"),
    "reports.send": gettext_lazy("Send a report by mail"),
    "audit_cases.carry_out": gettext_lazy("Carry out a software audit"),
    "reviews.release": gettext_lazy("Release what a review decided"),
}
STATES: Mapping[str, tuple[Any, str, str]] = {
    "waiting": (gettext_lazy("Waiting"), "", "clock"),
    "running": (gettext_lazy("Running"), "info", "refresh-cw"),
    "done": (gettext_lazy("Done"), "good", "circle-check"),
    "failed": (gettext_lazy("Failed"), "bad", "circle-alert"),
    "cancelled": (gettext_lazy("Cancelled"), "warn", "ban"),
}
PHASES: Mapping[str, Any] = {
    "reading": gettext_lazy("Reading the file"),
    "importing": gettext_lazy("Checking and storing the rows"),
}


def title_of(kind: str, *, undoes: bool) -> str:
    """What a job does, in words."""
    words = str(KINDS.get(kind, kind))
    return _("Taken back: %(what)s") % {"what": words} if undoes else words


def state_badge(state: str) -> dict[str, Any]:
    """The badge of a job's state."""
    label, tone, icon = STATES[state]
    return {"label": label, "tone": tone, "icon": icon}


def done_words(job: Job) -> str:
    """What a job came to, in one sentence: the numbers that are stored."""
    if job.kind == "reports.send" and job.done:
        return _("Handed to the outbox: Deliveries says what became of it.")
    words = [_row_words(job.done)]
    if job.unchanged:
        words.append(_("%(n)s said so already.") % {"n": units(job.unchanged)})
    if job.refused:
        words.append(_("%(n)s could not be done.") % {"n": units(job.refused)})
    return " ".join(words)


def _row_words(rows: int) -> str:
    return ngettext("%(n)s row changed.", "%(n)s rows changed.", rows) % {"n": units(rows)}


def now_words(job: Job) -> str:
    """How a job stands, in one sentence."""
    if job.state == "waiting":
        return _("It begins as soon as the worker is free.")
    if job.state == "running":
        if job.phase:
            return str(PHASES.get(job.phase, job.phase))
        return _("%(seen)s of %(total)s rows seen.") % {"seen": units(job.seen), "total": units(job.total)}
    return done_words(job)
