"""The columns of the list of tickets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register
from trueup.tickets.queries import tickets_visible_to

TICKETS = Register(
    name="tickets",
    title=_("Tickets"),
    view=Permission.AUDIT_VIEW,
    rows=tickets_visible_to,
    order="-opened_at",
    search=("title", "remote_id"),
    extra=("company_id",),
    columns=(
        Column("title", _("What")),
        Column("remote_id", _("Number at the desk"), Kind.MONO, low=True),
        Column("about", _("Kind"), Kind.MONO, groups=True, low=True),
        Column("is_owed", _("Still to be told"), Kind.FLAG),
        Column("trouble", _("Trouble"), low=True, sortable=False, filterable=False),
        Column("opened_at", _("Opened"), Kind.MOMENT),
        Column("told_at", _("Told last"), Kind.MOMENT, low=True),
        Column("closed_at", _("Closed"), Kind.MOMENT, low=True),
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
