"""The columns of the list of deliveries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register
from trueup.deliveries.models import Channel, DeliveryState
from trueup.deliveries.queries import deliveries_visible_to

DELIVERIES = Register(
    name="deliveries",
    title=_("Deliveries"),
    view=Permission.AUDIT_VIEW,
    rows=deliveries_visible_to,
    order="-id",
    search=("recipient", "subject", "topic"),
    extra=("company_id",),
    columns=(
        Column("subject", _("What"), low=True),
        Column("recipient", _("To")),
        Column("channel", _("Through"), Kind.CHOICE, choices=tuple(Channel.choices), groups=True),
        Column("state", _("State"), Kind.CHOICE, choices=tuple(DeliveryState.choices), groups=True),
        Column("error", _("Error"), low=True),
        Column("attempts", _("Attempts"), Kind.NUMBER, low=True),
        Column("created_at", _("Owed since"), Kind.MOMENT),
        Column("due_at", _("Next try"), Kind.MOMENT, shown=False),
        Column("sent_at", _("Sent"), Kind.MOMENT, low=True),
        Column("topic", _("About"), Kind.MONO, shown=False, groups=True),
        Column("uid", _("Id of the message"), Kind.MONO, shown=False, filterable=False, sortable=False),
        Column("company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company", low=True),
    ),
)
