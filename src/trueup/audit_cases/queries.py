"""Reading audit cases, their lines and plans."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from trueup.audit_cases.models import AuditCase, AuditLine, AuditPlan, Step
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound

SEEN = Permission.RUNS_VIEW


def audit_cases_visible_to(*, actor: Actor) -> QuerySet[AuditCase]:
    """Audit cases without their documents, the latest first."""
    rows: QuerySet[AuditCase] = AuditCase.objects.visible_to(actor, SEEN)
    return rows.select_related("company", "publisher").order_by("-opened_at", "-pk")


def audit_case_for(*, actor: Actor, case_id: int) -> AuditCase:
    """One audit case."""
    found = (
        audit_cases_visible_to(actor=actor).select_related("run", "job", "article").filter(pk=case_id).first()
    )
    if found is None:
        raise NotFound(_("There is no audit %(id)s.") % {"id": case_id})
    return found


def audit_lines_visible_to(*, actor: Actor, case_id: int | None = None) -> QuerySet[AuditLine]:
    """Lines in the order in which they were found."""
    rows: QuerySet[AuditLine] = AuditLine.objects.visible_to(actor, SEEN)
    if case_id is not None:
        rows = rows.filter(case=audit_case_for(actor=actor, case_id=case_id))
    return rows.select_related("company")


def figures_of(*, case: AuditCase) -> Mapping[str, Mapping[str, int]]:
    """For each step how many lines there are and how many wait to be settled."""
    rows = AuditLine.objects.filter(case=case).order_by().values("step")
    found = rows.annotate(lines=Count("pk"), waiting=Count("pk", filter=Q(settlement="")))
    return {one.pop("step"): one for one in found}


def money_of(*, case: AuditCase, step: Step) -> list[tuple[str, Decimal]]:
    """What the lines of a step come to, by currency."""
    rows = AuditLine.objects.filter(case=case, step=step, money__isnull=False).order_by("currency")
    return list(rows.values("currency").annotate(sum=Sum("money")).values_list("currency", "sum"))


def plan_of(*, actor: Actor, company_id: int) -> AuditPlan | None:
    """By which a company's audit opens by itself."""
    rows = AuditPlan.objects.visible_to(actor, SEEN).filter(company_id=company_id)
    found: AuditPlan | None = rows.select_related("maker").first()
    return found


def due_plans(*, on: date) -> list[int]:
    """Plans whose day has come."""
    return list(AuditPlan.objects.filter(next_on__lte=on).order_by("pk").values_list("pk", flat=True))
