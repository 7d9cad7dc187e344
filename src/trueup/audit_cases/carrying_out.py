"""Carrying an audit out, as a job: count, compare with inventories, list what is not covered and not deployed, write it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from trueup.articles.actions import ArticleTerms, write_article
from trueup.audit.actions import Happening, close_batch, open_batch, record
from trueup.audit_cases.actions import OPENS, AuditNotReady, CaseTerms, evidence_of, open_audit
from trueup.audit_cases.filling import Findings, lines_of
from trueup.audit_cases.models import AuditCase, AuditLine, AuditPlan, Step
from trueup.audit_cases.queries import due_plans, figures_of
from trueup.base.actor import system
from trueup.base.days import day_in_words
from trueup.compliance.actions import carry_out_run, start_run
from trueup.compliance.models import Run
from trueup.compliance.queries import positions_visible_to
from trueup.jobs.actions import tie_batch
from trueup.jobs.deeds import Answers, Deed, Row, Scene, done, unchanged
from trueup.reports.periods import next_start

ROWS = 2000
MOST_LICENCES = 1000


def look(_scene: Scene, rows: Sequence[Row]) -> Answers:
    """An audit only reads: there is nothing to look at before."""
    return {row.position: done("") for row in rows}


def carry_out(scene: Scene, rows: Sequence[Row]) -> Answers:
    """The four steps: everything that is owned and held, set against inventories; what is not covered; what is not
    deployed; the findings, filed under the company and its licences (C-047).
    """
    case = AuditCase.objects.select_related("company", "publisher").get(
        pk=rows[0].subject_id, company_id=scene.company_id
    )
    if case.evidence_hash:
        return {rows[0].position: unchanged(case.name, _("Was made before."))}
    run = _counted(scene, case)
    with transaction.atomic():
        batch = open_batch(
            actor=scene.actor, company_id=case.company_id, at=scene.at, kind=CARRY_OUT.kind, label=case.name
        )
        positions = positions_visible_to(actor=scene.actor, run_id=run.pk).filter(company_id=case.company_id)
        if case.publisher_id is not None:
            positions = positions.filter(product__publisher_id=case.publisher_id)
        ordered = positions.select_related("product").order_by("product__name", "metric", "pk")
        findings = Findings(scene.actor, case, list(ordered))
        AuditLine.objects.bulk_create(lines_of(findings), batch_size=ROWS)
        case.run = run
        case.evidence_hash = evidence_of(case)
        case.article = write_article(
            actor=scene.actor, company_id=case.company_id, terms=_findings(case), at=scene.at
        )
        case.save(update_fields=["run", "evidence_hash", "article"])
        close_batch(batch_id=batch.pk, summary={"job": scene.job_id}, undo={})
        if scene.job_id is not None:
            tie_batch(job_id=scene.job_id, batch_id=batch.pk)
        facts = {"run": run.pk, "evidence": case.evidence_hash}
        happening = Happening("audit_cases.made", "audit_case", case.pk, case.name, facts)
        record(actor=scene.actor, company_id=case.company_id, at=scene.at, happening=happening)
    return {rows[0].position: done(case.name)}


def _counted(scene: Scene, case: AuditCase) -> Run:
    """A run of the company for the day, made for this audit: its frozen facts are the evidence."""
    run = start_run(
        actor=scene.actor, company_id=case.company_id, as_of=case.as_of, at=scene.at, in_background=False
    )
    carry_out_run(
        run_id=run.pk,
        home=settings.HOME,
        library=settings.LIBRARY,
        clock=lambda: scene.at,
        engine=settings.ENGINE,
    )
    run.refresh_from_db()
    if not run.result_hash:
        raise AuditNotReady(run.trouble or _("The counting run did not end."))
    return run


def _findings(case: AuditCase) -> ArticleTerms:
    """The findings in words, to be edited until the audit is closed; amounts stay in the lines, for who may see them."""
    figures = figures_of(case=case)
    number = {step: figures.get(step, {}).get("lines", 0) for step in Step.values}
    short = AuditLine.objects.filter(case=case, step=Step.POSITION, units__gt=0)
    parts = [
        _("Day: %(day)s. Evidence: counting run %(run)s, hash %(hash)s.")
        % {"day": day_in_words(case.as_of), "run": case.run_id, "hash": case.evidence_hash},
        "## " + _("Position"),
        _("%(n)s positions were counted, %(short)s of them are short.")
        % {"n": number[Step.POSITION], "short": short.count()},
        *_listed(short),
        "## " + _("Installed without assignment or cover"),
        _("%(n)s installations.") % {"n": number[Step.UNCOVERED]},
        *_counts(case, Step.UNCOVERED),
        "## " + _("Held beyond what is owned"),
        _("%(n)s licences.") % {"n": number[Step.OVER]},
        *_listed(AuditLine.objects.filter(case=case, step=Step.OVER)),
        "## " + _("Purchased, not deployed"),
        _("%(n)s licences.") % {"n": number[Step.UNDEPLOYED]},
        *_listed(AuditLine.objects.filter(case=case, step=Step.UNDEPLOYED)),
        "## " + _("Titles nobody recognised"),
        _("%(n)s titles; none was left out.") % {"n": number[Step.UNMATCHED]},
    ]
    licences = AuditLine.objects.filter(case=case, licence__isnull=False).values_list("licence_id", flat=True)
    return ArticleTerms(
        title=case.name, text="\n\n".join(parts), kind="findings", made_from=f"audit {case.pk}",
        about={"licence": sorted(set(licences))[:MOST_LICENCES]},
    )  # fmt: skip


LISTED = 50


def _listed(rows: QuerySet[AuditLine]) -> list[str]:
    found = rows.order_by("pk").values_list("name", "says")[:LISTED]
    lines = [f"* {_escaped(name)}: {_escaped(says)}" for name, says in found]
    return ["\n".join(lines)] if lines else []


def _counts(case: AuditCase, step: Step) -> list[str]:
    found: dict[str, int] = {}
    for name in AuditLine.objects.filter(case=case, step=step).values_list("name", flat=True).iterator(ROWS):
        found[name] = found.get(name, 0) + 1
    dearest = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:LISTED]
    lines = [f"* {_escaped(name)}: {number}" for name, number in dearest]
    return ["\n".join(lines)] if lines else []


def _escaped(text: str) -> str:
    """Text that Markdown takes for nothing but text."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|" else letter for letter in text)


def open_planned_audits(*, on: date, at: datetime) -> int:
    """Open the audit of every company whose day has come, in the name of whoever planned it; how many."""
    return sum(_open_planned(plan_id, on, at) for plan_id in due_plans(on=on))


def _open_planned(plan_id: int, on: date, at: datetime) -> bool:
    with transaction.atomic():
        rows = AuditPlan.objects.select_for_update(skip_locked=True, of=("self",)).select_related("maker")
        plan = rows.filter(pk=plan_id, next_on__lte=on).first()
        if plan is None:
            return False
        AuditPlan.objects.filter(pk=plan.pk).update(next_on=next_start(plan.cadence, on))
        maker = replace(system(plan.maker.name or plan.maker.username), user_id=plan.maker.pk)
        open_audit(
            actor=maker.narrowed_to(plan.company_id), company_id=plan.company_id, terms=CaseTerms(on), deed=CARRY_OUT, at=at
        )  # fmt: skip
    return True


CARRY_OUT = Deed("audit_cases.carry_out", OPENS, look, carry_out, by_itself=True)
