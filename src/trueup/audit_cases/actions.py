"""Opening audit cases, settling their lines, closing them with their findings, and opening them by plan."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.articles.actions import close_article
from trueup.assignments.actions import Holder, assign_units
from trueup.audit.actions import Happening, record
from trueup.audit_cases.models import AuditCase, AuditLine, AuditPlan, Settlement, Step
from trueup.audit_cases.queries import audit_case_for
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound, Problem
from trueup.catalogue.queries import publishers_visible_to
from trueup.jobs.actions import ask_job, send_job
from trueup.jobs.deeds import Deed, Row
from trueup.licences.queries import bare_licence_for
from trueup.reports.periods import MONTHS, next_start
from trueup.tenancy.queries import company_for

OPENS, SETTLES = Permission.RUNS_START, Permission.LICENCES_CHANGE
CADENCES = ("weekly", *MONTHS)
MOST_LINES = 5000
RECORDED = (
    "id", "step", "product_id", "licence_id", "device_name", "name", "version", "first_seen_on", "units", "money", "currency",
    "decide_by", "rule", "says",
)  # fmt: skip
SETTLED = ("settlement", "note", "settled_by", "settled_at")


class AuditIsClosed(Conflict):
    """A closed audit does not change."""

    title = gettext_lazy("Closed")


class AuditNotReady(Conflict):
    """The audit is still being made, or failed."""

    title = gettext_lazy("Not ready")


@dataclass(frozen=True, slots=True)
class CaseTerms:
    """Which day is audited; with a publisher only its products."""

    as_of: date
    publisher_id: int | None = None
    name: str = ""


def open_audit(*, actor: Actor, company_id: int, terms: CaseTerms, deed: Deed, at: datetime) -> AuditCase:
    """Open an audit of a company on a day and ask the job that carries its steps out; whoever asks sends it."""
    company = company_for(actor=actor, company_id=company_id, permission=OPENS)
    if terms.as_of > at.date():
        raise InvalidValue.of(
            "as_of", _("%(day)s lies ahead: facts are known up to today.") % {"day": terms.as_of}
        )
    whose = company.name
    if terms.publisher_id is not None:
        publisher = publishers_visible_to(actor=actor).filter(pk=terms.publisher_id).first()
        if publisher is None:
            raise NotFound(_("There is no publisher %(id)s.") % {"id": terms.publisher_id})
        whose = publisher.name
    name = " ".join(terms.name.split()) or _("Software audit of %(who)s, %(day)s") % {
        "who": whose,
        "day": terms.as_of,
    }
    case = AuditCase(
        company=company, publisher_id=terms.publisher_id, name=name[:150], as_of=terms.as_of, opened_at=at,
        opened_by=actor.name[:200],
    )  # fmt: skip
    with transaction.atomic():
        case.save(force_insert=True)
        case.job = ask_job(
            actor=actor, company_id=company.pk, deed=deed, rows=[Row(1, case.pk)], at=at, label=case.name
        )
        case.save(update_fields=["job"])
        facts = {"as_of": terms.as_of, "publisher": terms.publisher_id}
        _note(actor, "audit_cases.opened", case, at, **facts)
        job_id = case.job.pk
        transaction.on_commit(lambda: send_job(job_id=job_id))
    return case


def settle_lines(
    *, actor: Actor, case_id: int, line_ids: Sequence[int], settlement: str, at: datetime, on: date, note: str = "",
    licence_id: int | None = None,
) -> tuple[int, list[str]]:  # fmt: skip
    """Settle lines one by one or many at once. ``assign`` gives each line's device a unit of the licence named: how many
    were settled, and why others could not be.
    """
    if settlement not in Settlement.values:
        raise InvalidValue.of(
            "settlement", _("Known are %(known)s.") % {"known": ", ".join(Settlement.values)}
        )
    if settlement == Settlement.ACCEPT and not note.strip():
        raise InvalidValue.of("note", _("Say why it is accepted."))
    with transaction.atomic():
        case = _locked(actor, case_id)
        lines = list(AuditLine.objects.filter(case=case, pk__in=list(line_ids[:MOST_LINES])).order_by("pk"))
        if not lines or len(lines) != len(set(line_ids)):
            raise NotFound(_("Some of these lines are not there."))
        if settlement == Settlement.ASSIGN:
            lines, troubles = _assigned(actor, case, lines, licence_id, at, on)
        else:
            troubles = []
        AuditLine.objects.filter(pk__in=[line.pk for line in lines]).update(
            settlement=settlement, note=note.strip()[:500], settled_by=actor.name[:200], settled_at=at
        )
        if lines:
            facts = {"settlement": settlement, "lines": len(lines), "note": note.strip()[:500]}
            _note(actor, "audit_cases.settled", case, at, **facts)
    return len(lines), troubles


def _assigned(
    actor: Actor, case: AuditCase, lines: list[AuditLine], licence_id: int | None, at: datetime, on: date
) -> tuple[list[AuditLine], list[str]]:
    """A unit of the licence for each line's device; what a rule forbids stays unsettled, and says why."""
    if licence_id is None:
        raise InvalidValue.of("licence", _("Name the licence the units are of."))
    licence = bare_licence_for(actor=actor, licence_id=licence_id)
    if licence.company_id != case.company_id:
        raise NotFound(_("There is no licence %(id)s in this company.") % {"id": licence_id})
    done, troubles = [], []
    reason = _("Audit: %(name)s") % {"name": case.name}
    for line in lines:
        try:
            if line.step != Step.UNCOVERED or line.device_id is None:
                raise InvalidValue(_("A unit is assigned for what is installed on a device."))
            if line.product_id != licence.product_id:
                raise InvalidValue(_("The licence is of another product."))
            holder = Holder("device", line.device_id)
            with transaction.atomic():
                assign_units(
                    actor=actor, licence_id=licence.pk, holder=holder, units=1, at=at, on=on, reason=reason
                )
            done.append(line)
        except Problem as problem:
            troubles.append(f"{line.device_name or line.name}: {problem.detail}")
    return done, troubles


def close_audit(*, actor: Actor, case_id: int, at: datetime) -> AuditCase:
    """Close it: the findings keep their text, and one hash covers evidence, settlements and text."""
    with transaction.atomic():
        case = _locked(actor, case_id)
        article = case.article
        if article is None:
            raise AuditNotReady(_("The findings of this audit are not written yet."))
        if article.closed_at is None and article.archived_at is None:
            close_article(actor=actor, article_id=article.pk, at=at)
        case.closed_at, case.closed_by = at, actor.name[:200]
        case.sha256 = closing_hash(case)
        case.save(update_fields=["closed_at", "closed_by", "sha256"])
        _note(actor, "audit_cases.closed", case, at, sha256=case.sha256, evidence=case.evidence_hash)
    return audit_case_for(actor=actor, case_id=case_id)


def plan_audits(*, actor: Actor, company_id: int, cadence: str, at: datetime, on: date) -> AuditPlan | None:
    """Open the company's audit at the beginning of each period, with the actor's rights of that day; empty ends it."""
    company = company_for(actor=actor, company_id=company_id, permission=OPENS)
    if cadence and cadence not in CADENCES:
        raise InvalidValue.of("cadence", _("Known are %(known)s.") % {"known": ", ".join(CADENCES)})
    if actor.user_id is None:
        raise NotFound(_("Only someone who signs in can plan."))
    with transaction.atomic():
        AuditPlan.objects.filter(company=company).delete()
        plan = None
        if cadence:
            plan = AuditPlan.objects.create(
                company=company, maker_id=actor.user_id, cadence=cadence, next_on=next_start(cadence, on)
            )
        happening = Happening(
            "audit_cases.planned", "company", company.pk, company.name, {"cadence": cadence}
        )
        record(actor=actor, company_id=company.pk, at=at, happening=happening)
    return plan


def evidence_of(case: AuditCase) -> str:
    """The hash of what was found: the proof of the run, and the lines as they came."""
    run = case.run
    head = [] if run is None else [run.manifest_hash, run.result_hash, run.terms_version]
    return _hash(case, [case.company_id, case.publisher_id, case.as_of, *head], RECORDED)


def closing_hash(case: AuditCase) -> str:
    """The hash of a closed audit: its evidence, how each line was settled, and the findings in words."""
    text = "" if case.article is None else case.article.sha256
    head = [case.evidence_hash, text, case.closed_by, case.closed_at]
    return _hash(case, head, ("id", *SETTLED))


def _hash(case: AuditCase, head: list[Any], names: Sequence[str]) -> str:
    digest = hashlib.sha256(json.dumps(head, default=_plain).encode())
    for row in AuditLine.objects.filter(case=case).order_by("pk").values_list(*names).iterator(2000):
        digest.update(json.dumps(row, default=_plain, ensure_ascii=False).encode())
    return digest.hexdigest()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else format(value, "f")


def _locked(actor: Actor, case_id: int) -> AuditCase:
    """The case, locked while it changes; a closed one does not."""
    seen = audit_case_for(actor=actor, case_id=case_id)
    actor.require(SETTLES, seen.company_id)
    case: AuditCase = (
        AuditCase.objects.select_for_update(of=("self",)).select_related("article", "run").get(pk=case_id)
    )
    if case.closed_at is not None:
        raise AuditIsClosed(
            _("“%(name)s” was closed by %(who)s.") % {"name": case.name, "who": case.closed_by}
        )
    if not case.evidence_hash:
        raise AuditNotReady(_("The audit is still being made: Jobs says how far it is."))
    return case


def _note(actor: Actor, event: str, case: AuditCase, at: datetime, **details: Any) -> None:
    happening = Happening(event, "audit_case", case.pk, case.name, details)
    record(actor=actor, company_id=case.company_id, at=at, happening=happening)
