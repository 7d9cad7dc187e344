"""The columns of the list of alerts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.alerts.models import AlertKind
from trueup.alerts.queries import alerts_visible_to
from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register

ALERTS = Register(
    name="alerts",
    title=_("Alerts"),
    view=Permission.LICENCES_VIEW,
    rows=alerts_visible_to,
    order="-told_at",
    search=("name", "says"),
    extra=("company_id", "subject", "subject_id"),
    columns=(
        Column("says", _("What"), sortable=False),
        Column("kind", _("Kind"), Kind.CHOICE, choices=tuple(AlertKind.choices), groups=True),
        Column("name", _("About"), shown=False),
        Column("term", _("Last day"), Kind.DAY, low=True),
        Column("told_at", _("Told last"), Kind.MOMENT),
        Column("told", _("Times told"), Kind.NUMBER, low=True, shown=False),
        Column("told_to", _("Told to"), Kind.TAGS, low=True, sortable=False),
        Column("acknowledged_by", _("Acknowledged by"), low=True),
        Column("snoozed_until", _("Snoozed until"), Kind.DAY, low=True, shown=False),
        Column("opened_at", _("Since"), Kind.MOMENT, shown=False),
        Column(
            "company",
            _("Company"),
            Kind.REFERENCE,
            "company__name",
            "company_id",
            "company",
            low=True,
            groups=True,
        ),
    ),
)
