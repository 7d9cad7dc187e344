"""The columns of the list of saved reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.base.registers import Column, Kind, Register
from trueup.reports.queries import SEEN, saved_reports_visible_to

SAVED_REPORTS = Register(
    name="saved-reports",
    title=_("Saved reports"),
    view=SEEN,
    rows=saved_reports_visible_to,
    order="name",
    search=("name",),
    extra=("company_id",),
    columns=(
        Column("name", _("Name")),
        Column("report", _("Report"), Kind.MONO),
        Column("query", _("Asked"), Kind.MONO, shown=False),
        Column("is_shared", _("Shared"), Kind.FLAG),
        Column("made_by", _("Made by"), path="maker__username", low=True),
        Column("created_at", _("Saved on"), Kind.MOMENT, low=True),
        Column("company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company", low=True),
    ),
)
