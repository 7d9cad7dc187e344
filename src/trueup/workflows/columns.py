"""The columns of the list of workflows, and of licence sets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register
from trueup.devices.models import Kind as DeviceKind
from trueup.workflows.models import SetFor, WorkflowKind, WorkflowState
from trueup.workflows.queries import sets_visible_to, workflows_visible_to

COMPANY = Column(
    "company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company", low=True, groups=True
)
WORKFLOWS = Register(
    name="workflows",
    title=_("Workflows"),
    view=Permission.LICENCES_VIEW,
    rows=workflows_visible_to,
    order="-opened_at",
    search=("person__name", "device__hostname", "note"),
    extra=("company_id",),
    columns=(
        Column("about", _("For"), filterable=False),
        Column("kind", _("What"), Kind.CHOICE, choices=tuple(WorkflowKind.choices), groups=True),
        Column("state", _("State"), Kind.CHOICE, choices=tuple(WorkflowState.choices), groups=True),
        Column("trouble", _("Trouble"), low=True, sortable=False),
        Column("person", _("Person"), Kind.REFERENCE, "person__name", "person_id", "person", shown=False),
        Column("device", _("Device"), Kind.REFERENCE, "device__hostname", "device_id", "device", shown=False),
        Column("source", _("Source"), shown=False, groups=True),
        Column("note", _("Note"), shown=False),
        Column("opened_at", _("Since"), Kind.MOMENT),
        Column("opened_by", _("Opened by"), low=True, groups=True),
        Column("ended_at", _("Ended"), Kind.MOMENT, low=True),
        COMPANY,
    ),
)
LICENCE_SETS = Register(
    name="licence_sets",
    title=_("Licence sets"),
    view=Permission.LICENCES_VIEW,
    rows=sets_visible_to,
    order="name",
    search=("name",),
    extra=("company_id",),
    columns=(
        Column("name", _("Name")),
        Column("is_for", _("For"), Kind.CHOICE, choices=tuple(SetFor.choices), groups=True),
        Column(
            "department",
            _("Department"),
            Kind.REFERENCE,
            "department__name",
            "department_id",
            low=True,
            groups=True,
        ),
        Column(
            "device_kind",
            _("Kind of device"),
            Kind.CHOICE,
            choices=tuple(DeviceKind.choices),
            low=True,
            groups=True,
        ),
        COMPANY,
    ),
)
