"""Usage by region: the same units as utilisation, parted by the region of the licence (R-075)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.reports.library.asking import Ask
from trueup.reports.library.facts import each_licence
from trueup.reports.library.report import Report
from trueup.reports.library.utilisation import added_up, figures, figures_of
from trueup.reports.render.table import Column, Table


def build(ask: Ask) -> Table:
    """A row for each region, product and metric."""
    rows = added_up(each_licence(ask), lambda one: (one.company, one.region, one.product, one.metric))
    return Table(
        title=str(REPORT.title),
        columns=[
            Column("company", _("Company")),
            Column("region", _("Region")),
            Column("product", _("Product")),
            *figures(),
        ],
        rows=([*key[:3], *figures_of(key[3], bought, used, free)] for key, bought, used, free in rows),
        filters=ask.filters,
        group_key="region",
        has_totals=True,
    )


REPORT = Report(
    key="by_region",
    title=gettext_lazy("Usage by region"),
    answers=gettext_lazy("What each region owns, uses and has free."),
    section="licences",
    view=Permission.LICENCES_VIEW,
    build=build,
)
