"""The columns of the lists of what is to be settled: all findings, licences too large, products too short, and mutes."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from licensing.register import metrics
from trueup.base.access import Permission
from trueup.base.registers import Column, Kind, Register
from trueup.compliance.finding_tables import OVER, UNDER, FindingKind
from trueup.compliance.queries import findings_of_kinds, findings_visible_to, mutes_visible_to

PRODUCT = Column(
    "product", _("Product"), Kind.REFERENCE, "product__name", "product_id", "product", groups=True
)
EDITION = Column("edition", _("Edition"), Kind.REFERENCE, "edition__name", "edition_id", shown=False)
METRIC = Column(
    "metric",
    _("Metric"),
    Kind.CHOICE,
    shown=False,
    choices=tuple((m.name, _(m.label)) for m in metrics()),
    groups=True,
)
LICENCE = Column("licence", _("Licence"), Kind.NUMBER, "licence_id", shown=False)
OWNER = Column(
    "owner", _("Owner"), Kind.REFERENCE, "owner__name", "owner_id", "person", low=True, groups=True
)
SINCE = Column("opened_at", _("Since"), Kind.MOMENT, low=True)
MONEY = Column(
    "money", _("Cost to close"), Kind.MONEY, currency_path="currency", permission=Permission.PRICES_VIEW
)
SAVING = Column(
    "saving", _("Saving a year"), Kind.MONEY, currency_path="currency", permission=Permission.PRICES_VIEW
)
REDUCIBLE = Column("reducible_on", _("Can be reduced from"), Kind.DAY, low=True)
COMPANY = Column(
    "company", _("Company"), Kind.REFERENCE, "company__name", "company_id", "company", low=True, groups=True
)
SEARCHED = ("product__name", "says")
BESIDE = ("company_id", "position_id", "licence_id", "product__name", "edition__name")

FINDINGS = Register(
    name="findings",
    title=_("Findings"),
    view=Permission.RUNS_VIEW,
    rows=findings_visible_to,
    order="-money",
    search=SEARCHED,
    extra=BESIDE,
    columns=(
        PRODUCT,
        Column("kind", _("Kind"), Kind.CHOICE, choices=tuple(FindingKind.choices), groups=True),
        EDITION,
        METRIC,
        LICENCE,
        Column("says", _("Finding"), low=True),
        Column("units", _("Units"), Kind.NUMBER, unit_path="metric"),
        MONEY,
        SAVING,
        REDUCIBLE,
        OWNER,
        SINCE,
        Column("region", _("Region"), Kind.REFERENCE, "region__name", "region_id", shown=False),
        Column("snoozed_until", _("Snoozed until"), Kind.DAY, shown=False),
        COMPANY,
    ),
)

OVER_LICENSED = Register(
    name="over_licensed",
    title=_("Over-licensed"),
    view=Permission.RUNS_VIEW,
    rows=partial(findings_of_kinds, kinds=OVER),
    order="-saving",
    search=SEARCHED,
    extra=BESIDE,
    columns=(
        PRODUCT,
        EDITION,
        METRIC,
        LICENCE,
        Column("kind", _("Kind"), Kind.CHOICE, choices=tuple(FindingKind.choices), groups=True, low=True),
        Column("owned", _("Owned"), Kind.NUMBER, "of_units", unit_path="metric", low=True),
        Column("used_percent", _("In use, %"), Kind.NUMBER),
        Column("spare", _("Spare"), Kind.NUMBER, "units", unit_path="metric"),
        SAVING,
        REDUCIBLE,
        OWNER,
        SINCE,
        COMPANY,
    ),
)

UNDER_LICENSED = Register(
    name="under_licensed",
    title=_("Under-licensed"),
    view=Permission.RUNS_VIEW,
    rows=partial(findings_of_kinds, kinds=UNDER),
    order="-money",
    search=SEARCHED,
    extra=BESIDE,
    columns=(
        PRODUCT,
        EDITION,
        METRIC,
        Column("kind", _("Kind"), Kind.CHOICE, choices=tuple(FindingKind.choices), groups=True, low=True),
        Column("owned", _("Owned"), Kind.NUMBER, "of_units", unit_path="metric", low=True),
        Column("short", _("Short"), Kind.NUMBER, "units", unit_path="metric"),
        MONEY,
        OWNER,
        SINCE,
        COMPANY,
    ),
)

MUTES = Register(
    name="mutes",
    title=_("Muted"),
    view=Permission.RUNS_VIEW,
    rows=mutes_visible_to,
    order="until_on",
    search=("product__name", "reason"),
    extra=("company_id", "licence_id", "product__name", "edition__name"),
    columns=(
        PRODUCT,
        Column("kind", _("Kind"), Kind.CHOICE, choices=tuple(FindingKind.choices), groups=True),
        LICENCE,
        Column("region", _("Region"), Kind.REFERENCE, "region__name", "region_id", shown=False),
        Column("reason", _("Reason"), low=True),
        Column("until_on", _("Until"), Kind.DAY),
        Column("muted_by", _("By"), low=True),
        Column("muted_at", _("Muted"), Kind.MOMENT, low=True, shown=False),
        COMPANY,
    ),
)
