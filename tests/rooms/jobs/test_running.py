"""Jobs that are killed, cancelled or run twice: every row is done once, and what was done stays told."""

from __future__ import annotations

import pytest

from tests.cast import NOW, TODAY, a_device, a_licence, a_product, holder
from tests.rooms.jobs.deeds import asked, carried_out, clock, outcomes
from trueup.assignments.actions import assign_units
from trueup.assignments.chosen.register import DEEDS
from trueup.assignments.models import Assignment
from trueup.audit.models import Batch, Entry
from trueup.base.problems import NotFound
from trueup.jobs.actions import JobEnded, JobNotUndoable, JobUndone, cancel_job, undo_job
from trueup.jobs.deeds import Deed
from trueup.jobs.models import Job, JobRow
from trueup.jobs.queries import job_for, jobs_left_lying, jobs_visible_to
from trueup.jobs.running import run_job
from trueup.licences.models import Licence
from trueup.worker import schedule

ROWS = 12
CHUNK = 4


class KilledError(BaseException):
    """The worker is gone in the middle of a chunk."""


def dying(deed: Deed, *, after: int) -> Deed:
    """The same deed in chunks of four, whose worker is killed while it carries out a later chunk."""
    calls = []

    def carry_out(scene, rows):
        answers = deed.carry_out(scene, rows)
        calls.append(len(rows))
        if len(calls) > after:
            raise KilledError
        return answers

    return Deed(deed.kind, deed.permission, deed.look, carry_out, deed.take_back, chunk_rows=CHUNK)


@pytest.fixture
def scene(stage):
    licence = a_licence(stage.acme, 50)
    devices = [a_device(stage.acme, f"host{n:02}") for n in range(ROWS)]
    job = asked(stage, "assignments.assign_devices", devices, licence_id=licence.pk, units=1)
    return stage, licence, devices, job


def held(licence):
    return Licence.objects.get(pk=licence.pk).held


@pytest.mark.django_db(transaction=True)
def test_a_job_killed_in_its_middle_does_each_row_once(scene):
    """The worker's own task goes on where the last whole chunk ended, under the same batch."""
    _stage, licence, _devices, job = scene
    deed = DEEDS[job.kind]
    with pytest.raises(KilledError):
        run_job(job_id=job.pk, deeds={job.kind: dying(deed, after=1)}, clock=clock)
    now = Job.objects.get(pk=job.pk)
    assert (now.state, now.seen, held(licence)) == ("running", CHUNK, CHUNK)
    assert outcomes(job) == ["done"] * CHUNK + ["waiting"] * (ROWS - CHUNK)

    schedule.jobs_carry_out(job_id=job.pk)

    now = Job.objects.get(pk=job.pk)
    assert (now.state, now.seen, now.done, held(licence)) == ("done", ROWS, ROWS, ROWS)
    assert Assignment.objects.count() == ROWS
    entries = Entry.objects.filter(event="assignments.assigned")
    assert set(entries.values_list("batch_id", flat=True)) == {now.batch_id}
    assert Batch.objects.count() == 1
    schedule.jobs_carry_out(job_id=job.pk)
    assert Entry.objects.filter(event="assignments.assigned").count() == ROWS


def test_without_the_rows_outcome_a_second_run_would_do_it_twice(scene):
    """The negative control: what a row became is what keeps it from being done again."""
    stage, licence, devices, _job = scene
    seats = [
        assign_units(actor=stage.alice, licence_id=licence.pk, holder=holder(one), units=1, at=NOW, on=TODAY)
        for one in devices
    ]
    target = a_licence(stage.acme, 50, product=licence.product)
    move = asked(stage, "assignments.move_seats", seats, licence_id=target.pk)
    run_job(job_id=move.pk, deeds=DEEDS, clock=clock)
    told = Job.objects.get(pk=move.pk)
    JobRow.objects.filter(job=move).update(outcome="waiting")
    Job.objects.filter(pk=move.pk).update(state="running", seen=0, done=0)

    run_job(job_id=move.pk, deeds=DEEDS, clock=clock)

    again = Job.objects.get(pk=move.pk)
    assert (told.done, again.done, again.unchanged) == (ROWS, 0, ROWS)


def test_cancelling_stops_between_chunks_and_keeps_what_is_done(scene):
    stage, licence, _devices, job = scene
    deed = DEEDS[job.kind]

    def cancelling(scene, rows):
        if rows[0].position > CHUNK:
            cancel_job(actor=stage.alice, job_id=job.pk, at=NOW)
        return deed.carry_out(scene, rows)

    slow = Deed(deed.kind, deed.permission, deed.look, cancelling, deed.take_back, CHUNK)
    run_job(job_id=job.pk, deeds={deed.kind: slow}, clock=clock)

    now = Job.objects.get(pk=job.pk)
    assert (now.state, now.done, held(licence)) == ("cancelled", 2 * CHUNK, 2 * CHUNK)
    with pytest.raises(JobEnded):
        cancel_job(actor=stage.alice, job_id=job.pk, at=NOW)
    back = undo_job(actor=stage.alice, job_id=job.pk, deed=deed, at=NOW)
    assert run_job(job_id=back.pk, deeds=DEEDS, clock=clock).done == 2 * CHUNK
    assert held(licence) == 0
    with pytest.raises(JobUndone):
        undo_job(actor=stage.alice, job_id=job.pk, deed=deed, at=NOW)
    with pytest.raises(JobNotUndoable):
        undo_job(actor=stage.alice, job_id=back.pk, deed=deed, at=NOW)


def test_a_job_cancelled_before_it_begins_does_nothing(scene):
    stage, licence, _devices, job = scene
    cancel_job(actor=stage.alice, job_id=job.pk, at=NOW)
    assert run_job(job_id=job.pk, deeds=DEEDS, clock=clock).state == "cancelled"
    assert held(licence) == 0


def test_d_053_the_result_is_per_row_when_a_chunk_is_refused(scene):
    """The licence is retired under the job: rows done before stay done, later ones say why not."""
    _stage, licence, _devices, job = scene
    deed = DEEDS[job.kind]

    def retiring(scene, rows):
        if rows[0].position > CHUNK:
            Licence.objects.filter(pk=licence.pk).update(retired_at=NOW)
        return deed.carry_out(scene, rows)

    run_job(
        job_id=job.pk,
        deeds={deed.kind: Deed(deed.kind, deed.permission, deed.look, retiring, deed.take_back, CHUNK)},
        clock=clock,
    )

    now = Job.objects.get(pk=job.pk)
    assert (now.state, now.done, now.refused, held(licence)) == ("done", CHUNK, ROWS - CHUNK, CHUNK)
    assert "retired" in JobRow.objects.get(job=job, position=ROWS).detail


def test_jobs_left_lying_are_found_and_others_jobs_are_not(scene):
    stage, _licence, _devices, job = scene
    assert jobs_left_lying(before=NOW) == []
    Job.objects.filter(pk=job.pk).update(asked_at=NOW.replace(hour=1))
    assert jobs_left_lying(before=NOW) == [job.pk]
    for stranger in (stage.bob, stage.mallory):
        assert not jobs_visible_to(actor=stranger).exists()
        with pytest.raises(NotFound):
            job_for(actor=stranger, job_id=job.pk)
        with pytest.raises(NotFound):
            cancel_job(actor=stranger, job_id=job.pk, at=NOW)
    assert Job.objects.get().cancel_asked_at is None


def test_a_thousand_licences_take_few_statements_a_chunk(stage, django_assert_max_num_queries):
    """A chunk is a handful of statements, whatever the number of its rows."""
    product = a_product(stage.acme)
    licences = [a_licence(stage.acme, 1, product=product) for _ in range(40)]
    job = asked(stage, "licences.add_tags", licences, tags=["x"])
    with django_assert_max_num_queries(45):
        run_job(job_id=job.pk, deeds=DEEDS, clock=clock)
    assert carried_out(stage, "licences.add_tags", licences, tags=["x"]).unchanged == 40
