"""The columns of the lists of audit cases and of their lines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.audit_cases.models import Settlement, Step
from trueup.audit_cases.queries import SEEN, audit_cases_visible_to, audit_lines_visible_to
from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register

COMPANY = Column("company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company", low=True)
AUDIT_CASES = Register(
    name="audits",
    title=_("Software audits"),
    view=SEEN,
    rows=audit_cases_visible_to,
    order="-opened_at",
    search=("name",),
    extra=("company_id",),
    columns=(
        Column("name", _("Audit")),
        Column(
            "publisher",
            _("Publisher"),
            Kind.REFERENCE,
            "publisher__name",
            "publisher_id",
            "publisher",
            low=True,
        ),
        Column("as_of", _("Day"), Kind.DAY),
        Column("opened_at", _("Opened"), Kind.MOMENT, low=True),
        Column("opened_by", _("Opened by"), low=True),
        Column("closed_at", _("Closed"), Kind.MOMENT),
        Column("closed_by", _("Closed by"), low=True),
        Column("evidence_hash", _("Hash of the evidence"), Kind.MONO, shown=False, sortable=False),
        Column("sha256", _("Hash"), Kind.MONO, shown=False, sortable=False),
        COMPANY,
    ),
)
AUDIT_LINES = Register(
    name="audit-lines",
    title=_("Lines of audits"),
    view=SEEN,
    rows=audit_lines_visible_to,
    order="id",
    search=("name", "device_name"),
    extra=("company_id", "licence_id", "device_id", "case_id", "product_id"),
    columns=(
        Column("name", _("Product or title")),
        Column("device", _("Device"), path="device_name"),
        Column("version", _("Version"), low=True),
        Column("first_seen_on", _("First seen"), Kind.DAY, low=True),
        Column("units", _("Units"), Kind.NUMBER),
        Column("says", _("Why"), sortable=False, filterable=False),
        Column("rule", _("Rule"), low=True),
        Column("money", _("Money"), Kind.MONEY, currency_path="currency", permission=Permission.PRICES_VIEW),
        Column("decide_by", _("Decide by"), Kind.DAY, low=True),
        Column("settlement", _("Settled"), Kind.CHOICE, choices=tuple(Settlement.choices), groups=True),
        Column("note", _("Note"), low=True, sortable=False),
        Column("settled_by", _("Settled by"), low=True, shown=False),
        Column("step", _("Step"), Kind.CHOICE, choices=tuple(Step.choices), groups=True, shown=False),
        Column("audit", _("Audit"), Kind.NUMBER, "case_id", shown=False),
        COMPANY,
    ),
)
