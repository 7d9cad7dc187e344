"""The columns of the list of people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register
from trueup.people.queries import people_visible_to
from trueup.people.searching import PERSON_WORDS

PEOPLE = Register(
    name="people",
    title=_("People"),
    view=Permission.PEOPLE_VIEW,
    rows=people_visible_to,
    order="name",
    words=PERSON_WORDS,
    extra=("company_id", "revision"),
    columns=(
        Column("name", _("Name")),
        Column("username", _("Login"), Kind.MONO),
        Column("email", _("E-mail"), low=True),
        Column("employee_number", _("Employee number"), Kind.MONO, low=True),
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
            "location",
            _("Location"),
            Kind.REFERENCE,
            "location__name",
            "location_id",
            shown=False,
            groups=True,
        ),
        Column("region", _("Region"), Kind.REFERENCE, "region__name", "region_id", low=True, groups=True),
        Column(
            "manager",
            _("Manager"),
            Kind.REFERENCE,
            "manager__name",
            "manager_id",
            "person",
            shown=False,
            groups=True,
        ),
        Column("is_active", _("Active"), Kind.FLAG, groups=True),
        Column("left_on", _("Left"), Kind.DAY, low=True),
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
        Column("source", _("Source"), shown=False, groups=True),
    ),
)
