"""The columns of the lists of companies, regions, locations and departments."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register
from trueup.tenancy.models import Policy
from trueup.tenancy.queries import (
    companies_visible_to,
    departments_visible_to,
    locations_visible_to,
    regions_visible_to,
)

COMPANIES = Register(
    name="companies",
    title=_("Companies"),
    view=Permission.COMPANIES_VIEW,
    rows=companies_visible_to,
    order="name",
    search=("name",),
    columns=(
        Column("name", _("Company")),
        Column("currency", _("Currency")),
        Column("policy", _("Policy"), Kind.CHOICE, choices=tuple(Policy.choices)),
        Column("near_limit_percent", _("Near the limit from"), Kind.NUMBER, low=True),
        Column("created_at", _("Created"), Kind.MOMENT, low=True),
    ),
)

REGIONS = Register(
    name="regions",
    title=_("Regions"),
    view=Permission.COMPANIES_VIEW,
    rows=regions_visible_to,
    order="name",
    search=("name",),
    columns=(
        Column("name", _("Region")),
        Column("is_default", _("Default"), Kind.FLAG),
        Column("company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company"),
    ),
)

LOCATIONS = Register(
    name="locations",
    title=_("Locations"),
    view=Permission.COMPANIES_VIEW,
    rows=locations_visible_to,
    order="name",
    search=("name",),
    columns=(
        Column("name", _("Location")),
        Column("region", _("Region"), Kind.REFERENCE, "region__name", "region_id", groups=True),
        Column("company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company"),
    ),
)

DEPARTMENTS = Register(
    name="departments",
    title=_("Departments"),
    view=Permission.COMPANIES_VIEW,
    rows=departments_visible_to,
    order="name",
    search=("name",),
    columns=(
        Column("name", _("Department")),
        Column("parent", _("Part of"), Kind.REFERENCE, "parent__name", "parent_id"),
        Column(
            "cost_centre", _("Cost centre"), Kind.REFERENCE, "cost_centre__code", "cost_centre_id", low=True
        ),
        Column("company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company"),
    ),
)
