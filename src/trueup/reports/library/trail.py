"""Audit trail: who did what in a period, as the log has it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.models import Entry
from trueup.audit.queries import entries_visible_to
from trueup.base.access import Permission
from trueup.licences.queries import licences_bare
from trueup.reports.library.asking import Ask
from trueup.reports.library.report import Report
from trueup.reports.render.table import Cell, Column, Kind, Table
from trueup.tenancy.queries import companies_visible_to


def last_month(on: date) -> tuple[date, date]:
    """Thirty days up to the day."""
    return on - timedelta(days=30), on


def build(ask: Ask) -> Table:
    """The entries of the period, oldest first; asked for software or regions, those about their licences."""
    names = companies_visible_to(actor=ask.actor)
    rows = entries_visible_to(actor=ask.actor, names=names)
    start = timezone.make_aware(datetime.combine(ask.first, time.min))
    end = timezone.make_aware(datetime.combine(ask.last + timedelta(days=1), time.min))
    rows = rows.filter(happened_at__gte=start, happened_at__lt=end)
    if ask.narrowing():
        meant = licences_bare(actor=ask.actor).filter(**ask.narrowing()).order_by().values("pk")
        rows = rows.filter(Q(subject_kind="licence", subject_id__in=meant))
    return Table(
        title=str(REPORT.title),
        columns=[
            Column("happened_at", _("When"), Kind.MOMENT),
            Column("actor", _("Who")),
            Column("via", _("Through")),
            Column("event", _("What")),
            Column("subject", _("Subject")),
            Column("details", _("Old and new")),
            Column("company", _("Company")),
            Column("hash", _("Hash")),
        ],
        rows=_rows(rows),
        filters=ask.filters,
    )


def _rows(rows: QuerySet[Entry]) -> Iterator[list[Cell]]:
    paths = ("happened_at", "actor", "via", "event", "subject", "details", "company_name", "hash")
    for at, actor, via, event, subject, details, company, digest in (
        rows.order_by("happened_at", "pk").values_list(*paths).iterator(2000)
    ):
        told = json.dumps(details, ensure_ascii=False) if details else ""
        yield [at, actor, via, event, subject, told, company or "", digest[:16]]


REPORT = Report(
    key="audit_trail",
    title=gettext_lazy("Audit trail"),
    answers=gettext_lazy("Who changed what, when, and from which value to which."),
    section="tidy",
    view=Permission.AUDIT_VIEW,
    build=build,
    asks_period=True,
    usual_period=last_month,
)
