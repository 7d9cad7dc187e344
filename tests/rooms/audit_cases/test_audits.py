"""Audits: what is frozen of a day, what does not add up, how it is settled and written up. Alice runs Acme."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest

from tests.cast import NOW, TODAY, Stage, a_device, a_licence, a_product
from tests.rooms.compliance.estates import install
from tests.rooms.reports.asked import give, priced
from trueup.articles.actions import ArticleClosed, change_article
from trueup.articles.models import ArticleLink
from trueup.assignments.models import Assignment
from trueup.audit_cases.actions import (
    AuditIsClosed,
    AuditNotReady,
    CaseTerms,
    close_audit,
    closing_hash,
    evidence_of,
    open_audit,
    plan_audits,
    settle_lines,
)
from trueup.audit_cases.carrying_out import CARRY_OUT, open_planned_audits
from trueup.audit_cases.models import AuditCase, AuditLine, AuditPlan
from trueup.audit_cases.paper import findings_file
from trueup.audit_cases.queries import audit_cases_visible_to
from trueup.base.problems import Invalid, NotAllowed, NotFound
from trueup.devices.models import Device
from trueup.jobs.models import Job
from trueup.jobs.running import run_job


def made(stage: Stage, *, as_of: date = TODAY, **terms) -> AuditCase:
    """An audit with its job carried out."""
    case = open_audit(
        actor=stage.alice, company_id=stage.acme.pk, terms=CaseTerms(as_of, **terms), deed=CARRY_OUT, at=NOW
    )
    job = run_job(job_id=case.job.pk, deeds={CARRY_OUT.kind: CARRY_OUT}, clock=lambda: NOW)
    assert job.state == "done", job.trouble
    return AuditCase.objects.select_related("article", "run").get(pk=case.pk)


def lines(case: AuditCase, *names: str, **narrow) -> list[tuple]:
    return list(AuditLine.objects.filter(case=case, **narrow).order_by("pk").values_list(*names))


@pytest.fixture
def estate(stage: Stage) -> dict:
    """Draw short by one (two units, three devices, one assigned), Paint with no licence, Store never deployed, a title unknown."""
    draw = a_product(stage.acme, "Draw")
    licence = a_licence(stage.acme, metric="per_device", product=draw, line=priced(2, "200"))
    store = a_licence(
        stage.acme, metric="per_device", product=a_product(stage.acme, "Store"), line=priced(4, "100")
    )
    devices = [a_device(stage.acme, f"d{number}", serial=f"S{number}") for number in range(3)]
    install(stage.acme, draw, *devices, version="5.1")
    install(stage.acme, a_product(stage.acme, "Paint", publisher="Hooli"), devices[0])
    install(stage.acme, None, devices[0])
    give(stage, licence, devices[0])
    return {"draw": licence, "store": store, "devices": devices}


def test_r_132_a_case_freezes_a_position_for_one_publisher_on_one_day(stage: Stage, estate):
    case = made(stage, publisher_id=estate["draw"].product.publisher_id)
    assert lines(case, "name", "units", "says", step="position") == [
        ("Draw", Decimal(1), "Short: 2 entitled, 3 required."),
        ("Store", None, lines(case, "says", name="Store", step="position")[0][0]),
    ]
    assert not lines(case, "name", name="Paint")
    frozen = (case.evidence_hash, lines(case, "name", "units", "money"))
    give(stage, estate["draw"], estate["devices"][1])
    Device.objects.filter(pk=estate["devices"][2].pk).update(hostname="renamed")
    again = AuditCase.objects.select_related("run").get(pk=case.pk)
    assert (evidence_of(again), lines(again, "name", "units", "money")) == frozen
    assert case.run.as_of == TODAY


def test_r_134_c_050_what_is_installed_without_assignment_or_cover_is_listed(stage: Stage, estate):
    """Device, title, version, first seen, why not covered."""
    case = made(stage)
    found = lines(case, "name", "device_name", "version", "first_seen_on", "says", step="uncovered")
    short = "No unit is assigned, and 1 are short of the 2 that are entitled."
    assert found == [
        ("Draw", "d1", "5.1", TODAY, short),
        ("Draw", "d2", "5.1", TODAY, short),
        ("Paint", "d0", "", TODAY, "No licence of this product is owned."),
    ]
    assert lines(case, "units", step="unmatched") == [(Decimal(1),)]


def test_r_134_lines_are_settled_one_by_one_or_in_bulk_and_a_unit_really_is_assigned(stage: Stage, estate):
    case = made(stage)
    asked = {"actor": stage.alice, "case_id": case.pk, "at": NOW, "on": TODAY}
    draw = [pk for (pk,) in lines(case, "pk", step="uncovered", name="Draw")]
    paint = [pk for (pk,) in lines(case, "pk", step="uncovered", name="Paint")]
    number, troubles = settle_lines(
        **asked, line_ids=[*draw, *paint], settlement="assign", licence_id=estate["draw"].pk
    )
    assert number == 1
    assert len(troubles) == 2
    assert Assignment.objects.filter(licence=estate["draw"], released_at=None).count() == 2
    assert "Audit: " in Assignment.objects.latest("pk").reason
    with pytest.raises(Invalid):
        settle_lines(**asked, line_ids=paint, settlement="accept")
    assert settle_lines(**asked, line_ids=[*draw[1:], *paint], settlement="buy")[0] == 2
    assert not lines(case, "pk", step="uncovered", settlement="")


def test_r_135_gaps_show_device_title_rule_and_what_closing_them_costs_to_the_cent(stage: Stage, estate):
    case = made(stage)
    gaps = lines(case, "device_name", "name", "rule", "money", "currency", step="uncovered", name="Draw")
    assert [gap[:3] for gap in gaps] == [("d1", "Draw", "Per device"), ("d2", "Draw", "Per device")]
    [(whole,)] = lines(case, "money", step="position", name="Draw")
    assert sum(gap[3] for gap in gaps) == whole > 0


def test_r_135_over_allocations_are_gaps_too(stage: Stage):
    over = a_licence(
        stage.acme,
        metric="per_device",
        product=a_product(stage.acme, "Write"),
        line=priced(1, "50"),
        policy="warn",
    )
    give(stage, over, a_device(stage.acme, "d9"), 3)
    found = lines(made(stage), "name", "units", "money", "says", step="over")
    assert found == [("Write", Decimal(2), Decimal(100), "2 units more are held than the 1 that are owned.")]


def test_c_051_what_was_purchased_and_not_deployed_with_money_and_the_day_to_decide(stage: Stage, estate):
    case = made(stage)
    found = lines(case, "name", "licence_id", "units", "money", "currency", "decide_by", step="undeployed")
    assert found == [("Store", estate["store"].pk, Decimal(4), Decimal(100), "EUR", date(2026, 12, 31))]


def test_c_047_one_call_carries_out_the_steps_and_each_run_is_kept_with_its_evidence(stage: Stage, estate):
    first, second = made(stage), made(stage, name="Again")
    assert first.evidence_hash != second.evidence_hash
    assert first.run_id != second.run_id
    assert {step for (step,) in lines(first, "step")} == {"position", "uncovered", "undeployed", "unmatched"}
    line = AuditLine.objects.filter(case=first)[0]
    AuditLine.objects.filter(pk=line.pk).update(says="changed behind its back")
    assert evidence_of(first) != first.evidence_hash


def test_c_047_it_can_be_planned_and_a_gap_opens_one(stage: Stage, estate):
    plan_audits(actor=stage.alice, company_id=stage.acme.pk, cadence="monthly", at=NOW, on=TODAY)
    assert open_planned_audits(on=date(2026, 11, 30), at=NOW) == 0
    late = datetime(2027, 2, 3, tzinfo=UTC)
    assert open_planned_audits(on=late.date(), at=late) == 1
    assert open_planned_audits(on=late.date(), at=late) == 0
    assert AuditPlan.objects.get().next_on == date(2027, 3, 1)
    assert Job.objects.get().user_id == stage.alice.user_id
    plan_audits(actor=stage.alice, company_id=stage.acme.pk, cadence="", at=NOW, on=TODAY)
    assert not AuditPlan.objects.exists()


def test_c_052_findings_are_filed_edited_until_closed_and_kept_by_their_hash(stage: Stage, estate):
    """The document is filed under the company and its licences, as HTML and PDF."""
    case = made(stage)
    about = ArticleLink.objects.filter(article=case.article).values_list("licence_id", flat=True)
    assert list(about) == [estate["store"].pk]
    assert case.article.company_id == stage.acme.pk
    assert "3 installations." in case.article.text
    changes = {"text": case.article.text + "\n\nThe auditor agreed."}
    change_article(actor=stage.alice, article_id=case.article.pk, changes=changes, version=None, at=NOW)
    closed = close_audit(actor=stage.alice, case_id=case.pk, at=NOW)
    assert (closed.closed_by, len(closed.sha256)) == ("Alice", 64)
    with pytest.raises(ArticleClosed):
        change_article(
            actor=stage.alice, article_id=case.article.pk, changes={"text": "x"}, version=None, at=NOW
        )
    with pytest.raises(AuditIsClosed):
        close_audit(actor=stage.alice, case_id=case.pk, at=NOW)
    line = AuditLine.objects.filter(case=case)[0]
    with pytest.raises(AuditIsClosed):
        settle_lines(
            actor=stage.alice, case_id=case.pk, line_ids=[line.pk], settlement="buy", at=NOW, on=TODAY
        )
    assert AuditLine.objects.get(pk=line.pk).settlement == ""
    whole = AuditCase.objects.select_related("article", "run").get(pk=case.pk)
    assert closing_hash(whole) == closed.sha256
    _name, kind, html = findings_file(actor=stage.alice, case_id=case.pk, form="html")
    assert (kind, b"The auditor agreed." in html, closed.sha256.encode() in html) == (
        "text/html; charset=utf-8",
        True,
        True,
    )
    name, _kind, pdf = findings_file(actor=stage.alice, case_id=case.pk, form="pdf")
    assert (name, pdf[:5]) == (f"audit-{case.pk}.pdf", b"%PDF-")
    assert BytesIO(pdf).getbuffer().nbytes > 5000


def test_r_132_a_past_day_is_audited_with_the_facts_of_that_day(stage: Stage, estate):
    yesterday = TODAY - timedelta(days=1)
    case = made(stage, as_of=yesterday)
    assert not lines(case, "name", step="uncovered")
    assert lines(case, "units", step="undeployed", name="Draw") == [(Decimal(2),)]


def test_what_is_not_there_yet_or_lies_ahead_is_refused(stage: Stage):
    with pytest.raises(Invalid, match="ahead"):
        made(stage, as_of=TODAY + timedelta(days=1))
    case = open_audit(
        actor=stage.alice, company_id=stage.acme.pk, terms=CaseTerms(TODAY), deed=CARRY_OUT, at=NOW
    )
    with pytest.raises(AuditNotReady):
        close_audit(actor=stage.alice, case_id=case.pk, at=NOW)
    assert AuditCase.objects.get().closed_at is None


def test_strangers_see_nothing_and_readers_change_nothing(stage: Stage, estate):
    case = made(stage)
    line = AuditLine.objects.filter(case=case)[0]
    assert not audit_cases_visible_to(actor=stage.mallory).exists()
    asked = {"case_id": case.pk, "line_ids": [line.pk], "settlement": "buy", "at": NOW, "on": TODAY}
    with pytest.raises(NotFound):
        settle_lines(actor=stage.mallory, **asked)
    with pytest.raises(NotAllowed):
        settle_lines(actor=stage.bob, **asked)
    with pytest.raises(NotAllowed):
        findings_file(actor=stage.bob, case_id=case.pk, form="pdf")
    with pytest.raises((NotAllowed, NotFound)):
        open_audit(actor=stage.bob, company_id=stage.acme.pk, terms=CaseTerms(TODAY), deed=CARRY_OUT, at=NOW)
    assert (AuditCase.objects.count(), AuditLine.objects.get(pk=line.pk).settlement) == (1, "")
