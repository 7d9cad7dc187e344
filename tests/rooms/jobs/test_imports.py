"""A spreadsheet imported as a job: whole, under a batch of its own, and once even if the worker is killed after it."""

from __future__ import annotations

from django.test import Client

from tests.cast import NOW
from tests.connectors.spreadsheet.big_sheet import as_csv, rows_of
from tests.rooms.jobs.deeds import clock
from trueup.audit.models import Batch
from trueup.connectors.spreadsheet.importing import IMPORT
from trueup.connectors.spreadsheet.uploads import keep_upload, upload_of
from trueup.jobs.actions import ask_job
from trueup.jobs.deeds import Row
from trueup.jobs.models import Job
from trueup.jobs.running import run_job
from trueup.licences.models import Licence

ROWS = 40


def kept(stage):
    user_id = stage.users["alice"].pk
    return keep_upload(
        user_id=user_id, company_id=stage.acme.pk, name="big.csv", content=as_csv(rows_of(ROWS)), at=NOW
    )


def test_u_035_an_import_as_a_job_is_done_once(stage):
    """Its batch is tied to the job in the import's own transaction: begun again, it says that it was done."""
    upload = kept(stage)
    job = ask_job(
        actor=stage.alice, company_id=stage.acme.pk, deed=IMPORT, rows=[Row(1, given={"upload": upload.id})], at=NOW
    )  # fmt: skip

    done = run_job(job_id=job.pk, deeds={IMPORT.kind: IMPORT}, clock=clock)

    assert (done.state, done.trouble, Licence.objects.count()) == ("done", "", ROWS)
    assert done.batch_id == Batch.objects.get().pk
    assert Batch.objects.get().summary["create"] == ROWS
    Job.objects.filter(pk=job.pk).update(state="running")
    again = run_job(job_id=job.pk, deeds={IMPORT.kind: IMPORT}, clock=clock)
    assert (again.state, Licence.objects.count(), Batch.objects.count()) == ("done", ROWS, 1)


def test_a_file_that_is_gone_fails_the_job_and_says_so(stage):
    job = ask_job(
        actor=stage.alice, company_id=stage.acme.pk, deed=IMPORT, rows=[Row(1, given={"upload": "gone"})], at=NOW
    )  # fmt: skip
    done = run_job(job_id=job.pk, deeds={IMPORT.kind: IMPORT}, clock=clock)
    assert (done.state, Licence.objects.count()) == ("failed", 0)
    assert "Choose it again" in done.trouble


def test_a_large_file_in_the_wizard_goes_to_the_worker(stage, monkeypatch):
    """The last step answers at once with the job's page; the file waits for the worker."""
    monkeypatch.setattr("trueup.web.imports.views.AT_ONCE_ROWS", 10)
    upload, client = kept(stage), Client()
    client.force_login(stage.users["alice"])

    answer = client.post(f"/imports/file/{upload.id}/check/", follow=True)

    job = Job.objects.get()
    assert answer.redirect_chain[-1][0] == f"/jobs/{job.pk}/"
    assert (job.kind, job.state, Licence.objects.count()) == ("import.spreadsheet", "waiting", 0)
    assert upload_of(user_id=stage.users["alice"].pk, upload_id=upload.id).name == "big.csv"
    assert ' value="' not in answer.content.decode().partition("<progress")[2].partition(">")[0]
