"""All reports there are, by their names; a new one gets its line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.actor import Actor
from trueup.base.problems import NotAllowed, NotFound
from trueup.reports.library import (
    budget,
    by_department,
    by_region,
    by_software,
    chargeback,
    expiring,
    holdings,
    idle,
    month_end,
    over_allocated,
    position,
    relations,
    trail,
    utilisation,
    without_documents,
)
from trueup.reports.library.asking import ask_of
from trueup.reports.library.lists import PREFIX, list_report
from trueup.reports.library.report import Report
from trueup.reports.lists import exporting
from trueup.reports.render.table import Table

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

SECTIONS: tuple[tuple[str, _StrOrPromise], ...] = (
    ("licences", gettext_lazy("Licences")),
    ("money", gettext_lazy("Money")),
    ("tidy", gettext_lazy("Tidying up and evidence")),
)
REPORTS: tuple[Report, ...] = (
    utilisation.REPORT,
    over_allocated.REPORT,
    expiring.REPORT,
    holdings.BY_USER,
    holdings.BY_ASSET,
    by_region.REPORT,
    position.REPORT,
    relations.REPORT,
    by_department.REPORT,
    by_software.REPORT,
    budget.REPORT,
    chargeback.REPORT,
    expiring.CASH_FLOW,
    month_end.REPORT,
    idle.REPORT,
    holdings.LEAVERS,
    holdings.DECOMMISSIONED,
    without_documents.REPORT,
    trail.REPORT,
)
BY_KEY: Mapping[str, Report] = {report.key: report for report in REPORTS}


def reports_for(*, actor: Actor) -> list[Report]:
    """The reports the actor may read."""
    return [report for report in REPORTS if actor.may_somewhere(report.view)]


def report_named(*, actor: Actor, key: str) -> Report:
    """One report of the library, or a list as one; refuses whoever may not read it."""
    report = list_report(key.removeprefix(PREFIX)) if key.startswith(PREFIX) else BY_KEY.get(key)
    if report is None:
        raise NotFound(_("There is no report “%(key)s”.") % {"key": key})
    if not actor.may_somewhere(report.view):
        raise NotAllowed(
            _("%(name)s lacks the permission “%(permission)s”. An owner can grant a role that has it.")
            % {"name": actor.name, "permission": report.view},
            permission=str(report.view),
        )
    return report


def table_for(
    *, actor: Actor, key: str, query: Mapping[str, str], today: date, is_file: bool = False
) -> Table:
    """The answer of a report as one table, for whichever rendering; a file only of companies one may export."""
    report = report_named(actor=actor, key=key)
    if is_file:
        actor = exporting(actor)
    companies = actor.companies(report.view)
    actor = actor if companies is None else actor.within(companies)
    ask = ask_of(report, actor=actor, query=query, today=today)
    return replace(report.build(ask), made_on=today)
