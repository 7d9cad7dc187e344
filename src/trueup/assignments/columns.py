"""The columns of the list of assignments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import Case, CharField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from trueup.assignments.models import Assignment
from trueup.assignments.queries import assignments_visible_to
from trueup.assignments.searching import ASSIGNMENT_WORDS
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.registers import Column, Kind, Register


def _rows(
    *,
    actor: Actor,
    moment: datetime | None = None,
    licence_id: int | None = None,
    person_id: int | None = None,
    device_id: int | None = None,
) -> QuerySet[Assignment]:
    """Assignments open at the moment, of one licence, person or device where one is named."""
    rows = assignments_visible_to(actor=actor, moment=moment).annotate(
        holder_kind=Case(
            When(person__isnull=False, then=Value("person")),
            When(device__isnull=False, then=Value("device")),
            When(location__isnull=False, then=Value("location")),
            default=Value("department"),
            output_field=CharField(),
        )
    )
    narrow = {"licence_id": licence_id, "person_id": person_id, "device_id": device_id}
    return rows.filter(**{name: value for name, value in narrow.items() if value is not None})


ASSIGNMENTS = Register(
    name="assignments",
    title=_("Assignments"),
    view=Permission.LICENCES_VIEW,
    rows=_rows,
    order="holder_name",
    words=ASSIGNMENT_WORDS,
    extra=("company_id", "person__is_active", "person__left_on"),
    columns=(
        Column("holder_name", _("Holder")),
        Column(
            "holder_kind",
            _("Kind"),
            Kind.CHOICE,
            choices=(
                ("person", _("Person")),
                ("device", _("Device")),
                ("location", _("Location")),
                ("department", _("Department")),
            ),
            groups=True,
        ),
        Column("person", _("Person"), Kind.REFERENCE, "person__name", "person_id", "person", shown=False),
        Column("device", _("Device"), Kind.REFERENCE, "device__hostname", "device_id", "device", shown=False),
        Column(
            "department",
            _("Department"),
            Kind.REFERENCE,
            "person__department__name",
            "person__department_id",
            low=True,
            groups=True,
        ),
        Column("location", _("Location"), Kind.REFERENCE, "location__name", "location_id", shown=False),
        Column(
            "held_by_department",
            _("Held by the department"),
            Kind.REFERENCE,
            "department__name",
            "department_id",
            shown=False,
        ),
        Column("units", _("Units"), Kind.NUMBER),
        Column("assigned_at", _("Assigned"), Kind.MOMENT),
        Column("recorded_at", _("Backdated on"), Kind.MOMENT, low=True),
        Column("assigned_by", _("By"), low=True),
        Column("released_at", _("Released"), Kind.MOMENT, shown=False),
        Column(
            "licence",
            _("Licence"),
            Kind.REFERENCE,
            "licence__product__name",
            "licence_id",
            "licence",
            shown=False,
            groups=True,
        ),
        Column(
            "company",
            _("Company"),
            Kind.REFERENCE,
            "company__name",
            "company_id",
            "company",
            shown=False,
            groups=True,
        ),
    ),
)

MOST_COUNTED = 100_000
EVERY_ASSIGNMENT = replace(
    ASSIGNMENTS,
    order="-assigned_at",
    most_counted=MOST_COUNTED,
    columns=tuple(replace(column, sortable=column.key == "assigned_at") for column in ASSIGNMENTS.columns),
)
"""Those of all licences at once, of which there may be millions: latest first, and only what an index orders."""
