"""Saved reports: kept under a name, shared, sent by schedule, shown behind a link. Alice runs Acme, Bob reads it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from tests.cast import NOW, ROOT, TODAY, Stage
from tests.rooms.reports.asked import an_estate, answer
from trueup.audit.models import Entry
from trueup.base.problems import Invalid, NotAllowed, NotFound
from trueup.deliveries.models import Delivery
from trueup.jobs.models import Job
from trueup.jobs.queries import jobs_visible_to
from trueup.jobs.running import run_job
from trueup.reports.actions import (
    ReportTerms,
    change_saved_report,
    end_schedule,
    revoke_link,
    save_report,
    schedule_report,
    share_report,
    withdraw_report,
)
from trueup.reports.models import SavedReport, Schedule, ShareLink
from trueup.reports.periods import next_start
from trueup.reports.queries import saved_report_for, saved_reports_visible_to
from trueup.reports.sending import SEND, saved_table, send_due_reports, send_report_now
from trueup.reports.sharing import open_link
from trueup.tenancy.actions import grant_role
from trueup.tenancy.models import User

OWN = "columns=product,metric,used&group=metric&totals=1&metric=per_device&on=2026-11-01&company=999"
FIRST = date(2026, 12, 1)


def saved_of(stage: Stage, *, report: str = "list.licences", query: str = OWN, **more) -> SavedReport:
    terms = ReportTerms(more.pop("name", "Servers"), report, query, more.pop("is_shared", False))
    actor = more.pop("actor", stage.alice)
    return save_report(actor=actor, company_id=stage.acme.pk, terms=terms, at=NOW, on=TODAY)


def scheduled(stage: Stage, saved: SavedReport, **more) -> Schedule:
    asked = {"cadence": "monthly", "form": "csv", "recipients": ["board@acme.example"]} | more
    return schedule_report(actor=stage.alice, saved_id=saved.pk, at=NOW, on=TODAY, **asked)


def sent(on: date) -> list[Job]:
    """What a round of the worker sends on a day."""
    at = NOW + timedelta(days=(on - TODAY).days)
    known = set(Job.objects.values_list("pk", flat=True))
    send_due_reports(on=on, at=at)
    fresh = Job.objects.exclude(pk__in=known).order_by("pk").values_list("pk", flat=True)
    return [run_job(job_id=pk, deeds={SEND.kind: SEND}, clock=lambda: at) for pk in list(fresh)]


def test_r_095_columns_filters_grouping_and_sums_are_saved_under_a_name(stage: Stage):
    an_estate(stage)
    saved = saved_of(stage)
    assert saved.query == "columns=product,metric,used&group=metric&metric=per_device&totals=1"
    table = saved_table(actor=stage.alice, saved=saved, on=TODAY)
    assert [column.key for column in table.columns] == ["product", "metric", "used"]
    assert (table.title, table.group_key, table.has_totals) == ("Servers", "metric", True)
    assert [row[0] for row in table.rows] == ["Store"]


def test_r_095_it_is_its_makers_until_it_is_shared(stage: Stage):
    saved = saved_of(stage)
    assert not saved_reports_visible_to(actor=stage.bob).exists()
    change_saved_report(actor=stage.alice, saved_id=saved.pk, changes={"is_shared": True}, at=NOW, on=TODAY)
    assert saved_report_for(actor=stage.bob, saved_id=saved.pk).name == "Servers"
    assert not saved_reports_visible_to(actor=stage.mallory).exists()
    with pytest.raises(NotAllowed):
        change_saved_report(actor=stage.bob, saved_id=saved.pk, changes={"name": "Mine"}, at=NOW, on=TODAY)
    with pytest.raises(NotFound):
        withdraw_report(actor=stage.mallory, saved_id=saved.pk, at=NOW)
    assert saved_report_for(actor=stage.alice, saved_id=saved.pk).name == "Servers"


@pytest.mark.parametrize(
    ("report", "query"), [("list.licences", "columns=nonsense"), ("utilisation", "q=x"), ("list.licences", "used__contains=3")]
)  # fmt: skip
def test_what_a_report_cannot_be_asked_is_not_saved(stage: Stage, report, query):
    with pytest.raises(Invalid):
        saved_of(stage, report=report, query=query)
    assert not SavedReport.objects.exists()


def test_a_name_is_there_once_and_free_again_when_it_is_deleted(stage: Stage):
    saved = saved_of(stage)
    with pytest.raises(Invalid, match="Servers"):
        saved_of(stage)
    withdraw_report(actor=stage.alice, saved_id=saved.pk, at=NOW)
    assert saved_of(stage).pk != saved.pk


def test_a_report_of_prices_is_not_saved_by_who_sees_none(stage: Stage):
    with pytest.raises(NotAllowed):
        saved_of(stage, report="by_department", query="", actor=stage.bob)
    assert not SavedReport.objects.exists()


def test_r_109_r_138_it_comes_by_mail_with_the_file_and_a_link(stage: Stage):
    """The position report, monthly: about the month that is over."""
    scene = an_estate(stage)
    saved = saved_of(stage, report="position", query="", name="Position of the month")
    schedule = scheduled(stage, saved, form="xlsx", recipients=["a@acme.example", "b@acme.example"])
    assert schedule.next_on == FIRST
    assert sent(FIRST - timedelta(days=1)) == []
    [job] = sent(FIRST)
    assert (job.state, job.done, scene != {}) == ("done", 1, True)
    mails = Delivery.objects.order_by("recipient")
    assert [one.recipient for one in mails] == ["a@acme.example", "b@acme.example"]
    assert mails[0].file_name == "Position-of-the-month-2026-12-01.xlsx"
    assert bytes(mails[0].file).startswith(b"PK")
    assert f"/reports/saved/{saved.pk}/" in mails[0].body
    assert Entry.objects.filter(event="reports.sent", subject_id=saved.pk).count() == 1
    assert sent(FIRST) == []
    schedule.refresh_from_db()
    assert (schedule.next_on, schedule.last_job_id) == (date(2027, 1, 1), job.pk)


def test_r_109_a_report_of_a_period_is_about_the_one_that_has_just_ended(stage: Stage):
    an_estate(stage)
    saved = saved_of(stage, report="by_department", query="")
    scheduled(stage, saved, cadence="quarterly")
    sent(date(2027, 1, 5))
    body = Delivery.objects.get().body
    assert "From: 1 Oct 2026" in body
    assert "To: 31 Dec 2026" in body


def test_r_109_a_gap_is_caught_up_with_by_one_mail(stage: Stage):
    scheduled(stage, saved_of(stage))
    assert len(sent(date(2027, 4, 20))) == 1
    assert Schedule.objects.get().next_on == date(2027, 5, 1)


def test_r_109_a_failure_shows_under_jobs_and_sends_nothing(stage: Stage):
    """Its maker lost the right to export: what is sent is what they may see on that day."""
    an_estate(stage)
    scheduled(stage, saved_of(stage))
    User.objects.filter(username="alice").update(is_active=False)
    [job] = sent(FIRST)
    assert job.state == "failed"
    assert "exports.run" in job.trouble
    assert not Delivery.objects.exists()
    assert list(jobs_visible_to(actor=ROOT.narrowed_to(stage.acme.pk))) == [job]


def test_r_109_a_job_that_is_run_twice_sends_once(stage: Stage):
    scheduled(stage, saved_of(stage))
    [job] = sent(FIRST)
    Job.objects.filter(pk=job.pk).update(state="running")
    run_job(job_id=job.pk, deeds={SEND.kind: SEND}, clock=lambda: NOW)
    assert Delivery.objects.count() == 1


def test_a_schedule_that_ended_sends_nothing_more(stage: Stage):
    saved = saved_of(stage, is_shared=True)
    schedule = scheduled(stage, saved)
    with pytest.raises(NotAllowed):
        end_schedule(actor=stage.bob, schedule_id=schedule.pk, at=NOW)
    job = send_report_now(actor=stage.alice, schedule_id=schedule.pk, at=NOW)
    end_schedule(actor=stage.alice, schedule_id=schedule.pk, at=NOW)
    assert run_job(job_id=job.pk, deeds={SEND.kind: SEND}, clock=lambda: NOW).unchanged == 1
    assert sent(FIRST) == []
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("wrong", [{"cadence": "daily"}, {"form": "docx"}, {"recipients": []}, {"recipients": ["nobody"]}])  # fmt: skip
def test_a_schedule_needs_a_cadence_a_form_and_addresses(stage: Stage, wrong):
    saved = saved_of(stage)
    with pytest.raises(Invalid):
        scheduled(stage, saved, **wrong)
    assert not Schedule.objects.exists()


def test_who_may_not_export_neither_sends_nor_shares(stage: Stage):
    saved = saved_of(stage, is_shared=True)
    asked = {"actor": stage.bob, "saved_id": saved.pk, "at": NOW}
    with pytest.raises(NotAllowed):
        schedule_report(**asked, cadence="monthly", form="csv", recipients=["b@acme.example"], on=TODAY)
    with pytest.raises(NotAllowed):
        share_report(**asked)
    assert (Schedule.objects.count(), ShareLink.objects.count()) == (0, 0)


def test_r_095_a_link_shows_it_to_who_does_not_sign_in_and_every_opening_is_logged(stage: Stage):
    an_estate(stage)
    saved = saved_of(stage, report="utilisation", query="")
    link, secret = share_report(actor=stage.alice, saved_id=saved.pk, days=7, at=NOW)
    page = Client().get(f"/shared/{secret}/")
    assert page.status_code == 200
    assert b"Draw" in page.content
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("private, no-store", "no-referrer")
    file = b"".join(Client().get(f"/shared/{secret}/?format=csv")).decode()
    assert file.splitlines()[1].startswith("Draw,")
    assert Entry.objects.filter(event="reports.link_opened").count() == 2
    assert secret not in str(list(Entry.objects.values_list("details", flat=True)))
    assert ShareLink.objects.get().opened == 2

    revoke_link(actor=stage.alice, link_id=link.pk, at=NOW)
    assert Client().get(f"/shared/{secret}/").status_code == 404


def test_a_link_ends_by_itself_and_with_its_makers_rights(stage: Stage):
    saved = saved_of(stage, report="utilisation", query="")
    _link, secret = share_report(actor=stage.alice, saved_id=saved.pk, days=7, at=NOW)
    with pytest.raises(NotFound):
        open_link(secret=secret, at=NOW + timedelta(days=7), on=TODAY)
    grant_role(actor=ROOT, user=stage.users["alice"], role="viewer", company=stage.acme, at=NOW)
    with pytest.raises(NotAllowed):
        open_link(secret=secret, at=NOW, on=TODAY)
    User.objects.filter(username="alice").update(is_active=False)
    with pytest.raises(NotFound):
        open_link(secret=secret, at=NOW, on=TODAY)
    assert ShareLink.objects.get().opened == 0


def test_a_saved_report_is_about_its_company_alone(stage: Stage):
    """Alice sees Globex too; what she saved for Acme shows nothing of it."""
    an_estate(stage)
    grant_role(actor=ROOT, user=stage.users["alice"], role="owner", company=stage.globex, at=NOW)
    both = type(stage.alice)(
        name="Alice",
        user_id=stage.alice.user_id,
        roles={stage.acme.pk: "owner", stage.globex.pk: "owner"},
    )
    saved = saved_of(stage, report="utilisation", query="", actor=both)
    assert "Secret" in {row[0] for row in answer(both, "utilisation").rows}
    assert {row[0] for row in saved_table(actor=both, saved=saved, on=TODAY).rows} == {"Draw", "Store"}


def test_the_days_of_cadences():
    assert next_start("monthly", date(2027, 1, 31)) == date(2027, 2, 1)
    assert next_start("weekly", date(2026, 12, 28)) == date(2027, 1, 4)
