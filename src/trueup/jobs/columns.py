"""The columns of the list of jobs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register
from trueup.jobs.models import JobState
from trueup.jobs.queries import jobs_visible_to

JOBS = Register(
    name="jobs",
    title=_("Jobs"),
    view=Permission.COMPANIES_VIEW,
    rows=jobs_visible_to,
    order="-id",
    search=("label", "kind", "asked_by"),
    extra=("company_id", "undoes_id"),
    columns=(
        Column("kind", _("Job"), Kind.MONO),
        Column("label", _("About")),
        Column("state", _("State"), Kind.CHOICE, choices=tuple(JobState.choices)),
        Column("seen", _("Rows seen"), Kind.NUMBER),
        Column("total", _("Rows"), Kind.NUMBER),
        Column("done", _("Done"), Kind.NUMBER, low=True),
        Column("unchanged", _("Unchanged"), Kind.NUMBER, shown=False),
        Column("refused", _("Refused"), Kind.NUMBER, low=True),
        Column("trouble", _("Trouble"), shown=False),
        Column("asked_by", _("Asked by"), low=True),
        Column("asked_at", _("Asked"), Kind.MOMENT),
        Column("started_at", _("Begun"), Kind.MOMENT, shown=False),
        Column("ended_at", _("Ended"), Kind.MOMENT, low=True),
        Column("batch", _("Batch"), Kind.NUMBER, "batch_id", shown=False),
        Column("company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company", low=True),
    ),
)
