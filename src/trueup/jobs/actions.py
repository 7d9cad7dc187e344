"""Asking for a job, cancelling it, asking for it to be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from trueup.audit.actions import Happening, mark_undone, record
from trueup.base.actor import Actor
from trueup.base.problems import Conflict
from trueup.jobs.deeds import Deed, Row
from trueup.jobs.models import Job, JobRow, JobState, Outcome
from trueup.jobs.queries import job_for

CARRY_OUT = "jobs.carry_out"
"""The background task that carries a job out; it is told its id."""

ROWS = 2000
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class JobEnded(Conflict):
    """The job is over: there is nothing to cancel."""

    title = gettext_lazy("Over already")


class JobNotUndoable(Conflict):
    """What the job did cannot be taken back as one."""

    title = gettext_lazy("Cannot be taken back")


class JobUndone(Conflict):
    """The job was taken back before."""

    title = gettext_lazy("Taken back already")


def ask_job(
    *,
    actor: Actor,
    company_id: int,
    deed: Deed,
    rows: Sequence[Row],
    at: datetime,
    given: Mapping[str, Any] | None = None,
    label: str = "",
    all_or_nothing: bool = False,
) -> Job:
    """Write down what is to be done to which rows. Whoever asks carries it out, or sends it to the worker."""
    actor.require(deed.permission, company_id)
    job = Job(
        company_id=company_id,
        kind=deed.kind,
        label=label[:300],
        given=dict(given or {}),
        all_or_nothing=all_or_nothing,
        total=len(rows),
        user_id=actor.user_id,
        asked_by=actor.name[:200],
        asked_at=at,
    )
    with transaction.atomic():
        job.save(force_insert=True)
        _store_rows(job, ((row.position, row.subject_id, dict(row.given), "") for row in rows))
        happening = Happening("jobs.asked", "job", job.pk, job.label or job.kind, _facts(job))
        record(actor=actor, company_id=company_id, at=at, happening=happening)
    return job


def send_job(*, job_id: int) -> None:
    """Leave a job to the worker; once, however often it is sent before it is begun."""
    name = f"jobs/{job_id}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(CARRY_OUT, lock=name, queueing_lock=name).defer(job_id=job_id)


def cancel_job(*, actor: Actor, job_id: int, at: datetime) -> Job:
    """Ask a job to stop: at once while it waits, after its present chunk while it runs. What is done stays done."""
    job = job_for(actor=actor, job_id=job_id)
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        if locked.state in ENDED:
            raise JobEnded(_("This job is over: there is nothing left to cancel."))
        changes: dict[str, Any] = {"cancel_asked_at": at}
        if locked.state == JobState.WAITING:
            changes |= {"state": JobState.CANCELLED, "ended_at": at}
        Job.objects.filter(pk=job.pk).update(**changes)
        happening = Happening("jobs.cancelled", "job", job.pk, job.label or job.kind, {"done": locked.done})
        record(actor=actor, company_id=job.company_id, at=at, happening=happening)
    return job_for(actor=actor, job_id=job_id)


def undo_job(*, actor: Actor, job_id: int, deed: Deed, at: datetime) -> Job:
    """Ask for what a job did to be taken back, row by row, under the same batch; the new job."""
    job = job_for(actor=actor, job_id=job_id)
    actor.require(deed.permission, job.company_id)
    if job.state not in ENDED or deed.take_back is None or job.undoes_id or not job.done or not job.batch_id:
        raise JobNotUndoable(_("There is nothing of this job that could be taken back as one."))
    done = JobRow.objects.filter(job=job, outcome=Outcome.DONE).order_by("position")
    again = Job(
        company_id=job.company_id,
        kind=job.kind,
        label=job.label,
        given=job.given,
        total=job.done,
        user_id=actor.user_id,
        asked_by=actor.name[:200],
        asked_at=at,
        batch_id=job.batch_id,
        undoes=job,
    )
    with transaction.atomic():
        if not mark_undone(batch_id=job.batch_id, at=at):
            raise JobUndone(_("This was taken back before."))
        again.save(force_insert=True)
        _store_rows(again, ((row.position, row.subject_id, row.facts, row.name) for row in done.iterator()))
        happening = Happening("jobs.undone", "job", job.pk, job.label or job.kind, {"by": again.pk})
        record(actor=actor, company_id=job.company_id, at=at, happening=happening, batch_id=job.batch_id)
    return again


def tie_batch(*, job_id: int, batch_id: int) -> None:
    """Note, in the transaction that does a job's work by itself, under which batch: so that it is done once."""
    Job.objects.filter(pk=job_id).update(batch_id=batch_id)


def tell_phase(*, job_id: int, phase: str) -> None:
    """Say what a job that cannot count its rows is at."""
    Job.objects.filter(pk=job_id).update(phase=phase)


def _store_rows(job: Job, rows: Iterable[tuple[int, int | None, dict[str, Any], str]]) -> None:
    made = (
        JobRow(company_id=job.company_id, job=job, position=at, subject_id=subject, given=given, name=name)
        for at, subject, given, name in rows
    )
    JobRow.objects.bulk_create(made, batch_size=ROWS)


def _facts(job: Job) -> dict[str, Any]:
    return {"kind": job.kind, "rows": job.total}
