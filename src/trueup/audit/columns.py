"""The columns of the audit log: who did what, when, to what."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.audit.queries import entries_visible_to
from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register

AUDIT = Register(
    name="audit",
    title=_("Audit log"),
    view=Permission.AUDIT_VIEW,
    rows=entries_visible_to,
    order="-id",
    search=("event", "actor", "subject"),
    columns=(
        Column("happened_at", _("When"), Kind.MOMENT),
        Column("actor", _("Who")),
        Column("event", _("What"), Kind.MONO),
        Column("subject", _("Subject")),
        Column("details", _("Old and new"), sortable=False, filterable=False, low=True),
        Column(
            "company", _("Company"), Kind.REFERENCE, "company_name", "company_id", "company", sortable=False
        ),
        Column("via", _("Through"), low=True),
        Column("user", _("Account"), Kind.NUMBER, "user_id", shown=False),
        Column("subject_kind", _("Kind of subject"), Kind.MONO, shown=False),
        Column("subject_id", _("Id of the subject"), Kind.NUMBER, shown=False),
        Column("position", _("Link in the chain"), Kind.NUMBER, shown=False),
        Column("hash", _("Hash"), Kind.MONO, shown=False),
    ),
)
