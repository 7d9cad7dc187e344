"""Carrying a job out, chunk by chunk, each in a transaction of its own that also says what became of its rows.

A job that is killed begins again where its last chunk ended. Rows another process has in hand are passed over, so two
processes at the same job do each row once, and neither waits for the other with a lock in its hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import close_batch, open_batch
from trueup.base.problems import NotAllowed, Problem
from trueup.jobs.actions import ENDED
from trueup.jobs.deeds import Answers, Deed, Row, Scene, Told
from trueup.jobs.models import Job, JobRow, JobState, Outcome
from trueup.jobs.queries import asker_of

Clock = Callable[[], datetime]
NEEDED_FOR_ONE = 1


class NotAllDone(Problem):
    """Some rows cannot be carried out, and all or nothing was asked for."""

    status = 409
    title = gettext_lazy("Not every row can be carried out")


@dataclass(frozen=True, slots=True)
class Run:
    """A job in hand: what is done to a row, and the clock."""

    job: Job
    deed: Deed
    clock: Clock

    def scene(self) -> Scene:
        """The scene of a chunk that begins now."""
        at = self.clock()
        return Scene(
            actor=asker_of(job=self.job),
            company_id=self.job.company_id,
            at=at,
            on=timezone.localdate(at),
            given=self.job.given,
            all_or_nothing=self.job.all_or_nothing,
            batch_id=self.job.batch_id,
            job_id=self.job.pk,
        )

    def work(self, scene: Scene, rows: list[Row]) -> Answers:
        """Do it, or take it back."""
        if self.job.undoes_id is None:
            return self.deed.carry_out(scene, rows)
        if self.deed.take_back is None:
            raise TypeError(f"{self.deed.kind} has no undo, and asking for one is refused")
        return self.deed.take_back(scene, rows)


def run_job(*, job_id: int, deeds: Mapping[str, Deed], clock: Clock) -> Job:
    """Carry a job out, or go on with it; the job as it is then. A job that is over stays as it is."""
    job = _begun(job_id, deeds, clock)
    if job is None:
        return Job.objects.get(pk=job_id)
    run = Run(job, deeds[job.kind], clock)
    try:
        run.scene().actor.require(run.deed.permission, job.company_id)
        if run.deed.by_itself:
            _carry_out_by_itself(run)
        else:
            while _goes_on(job) and _carry_out_chunk(run):
                pass
    except Problem as problem:
        _end(run, JobState.FAILED, problem)
    else:
        _end(run, JobState.DONE)
    return Job.objects.get(pk=job_id)


def _begun(job_id: int, deeds: Mapping[str, Deed], clock: Clock) -> Job | None:
    """The job, running and with a batch for what it changes; none if it is over."""
    with transaction.atomic():
        rows = Job.objects.select_related("user", "company").select_for_update(of=("self",))
        job: Job = rows.get(pk=job_id)
        if job.state in ENDED:
            return None
        if job.state == JobState.WAITING:
            job.state, job.started_at = JobState.RUNNING, clock()
            if job.batch_id is None and not deeds[job.kind].by_itself:
                job.batch_id = _opened(job, job.started_at)
            job.save(update_fields=["state", "started_at", "batch"])
    return job


def _opened(job: Job, at: datetime) -> int:
    batch = open_batch(
        actor=asker_of(job=job), company_id=job.company_id, at=at, kind=job.kind, label=job.label
    )
    close_batch(batch_id=batch.pk, summary={"job": job.pk}, undo={"job": job.pk})
    return batch.pk


def _goes_on(job: Job) -> bool:
    return bool(Job.objects.filter(pk=job.pk, cancel_asked_at=None).exists())


def _carry_out_chunk(run: Run) -> bool:
    """The next rows nobody has in hand; false when there are none. How far it is, is written down afterwards."""
    try:
        with transaction.atomic():
            rows = _next_rows(run)
            if not rows:
                return False
            answers = _answers(run, run.scene(), rows)
            _refuse_partial(run.job, answers)
            _store(rows, answers)
    except NotAllDone as refusal:
        _store_refusals(run, refusal.facts["answers"])
        raise
    _count(run.job)
    return True


def _next_rows(run: Run) -> list[JobRow]:
    rows = JobRow.objects.filter(job=run.job, outcome=Outcome.WAITING).order_by("position")
    most = run.job.total if run.job.all_or_nothing else run.deed.chunk_rows
    return list(rows.select_for_update(skip_locked=True)[:most])


def _answers(run: Run, scene: Scene, rows: list[JobRow]) -> Answers:
    """What became of each row. A refusal of them all together is asked for again row by row, so that it is itemised."""
    meant = [Row(row.position, row.subject_id, row.given) for row in rows]
    try:
        with transaction.atomic():
            return run.work(scene, meant)
    except NotAllowed:
        raise
    except Problem:
        if scene.all_or_nothing or len(rows) == NEEDED_FOR_ONE:
            raise
    answers: dict[int, Told] = {}
    for row, one in zip(rows, meant, strict=True):
        try:
            with transaction.atomic():
                answers.update(run.work(scene, [one]))
        except NotAllowed:
            raise
        except Problem as problem:
            answers[row.position] = Told(Outcome.REFUSED, row.name, problem.detail)
    return answers


def _store(rows: list[JobRow], answers: Answers) -> None:
    for row in rows:
        told = answers[row.position]
        row.outcome, row.detail, row.facts = told.outcome, told.detail, dict(told.facts)
        row.name = (told.name or row.name)[:300]
    JobRow.objects.bulk_update(rows, ["outcome", "detail", "facts", "name"], batch_size=1000)


def _count(job: Job) -> None:
    """How far the job is: counted from its rows in a short transaction of its own, so that a kill loses nothing.

    Never together with a chunk: whoever holds the job's row while waiting for a licence would be waited for in turn.
    """
    with transaction.atomic():
        Job.objects.select_for_update().get(pk=job.pk)
        found = JobRow.objects.filter(job=job).exclude(outcome=Outcome.WAITING).values_list("outcome")
        counts = dict(found.order_by().annotate(rows=Count("pk")))
        Job.objects.filter(pk=job.pk).update(
            seen=sum(counts.values()),
            done=counts.get(Outcome.DONE, 0),
            unchanged=counts.get(Outcome.UNCHANGED, 0),
            refused=counts.get(Outcome.REFUSED, 0),
        )


def _store_refusals(run: Run, answers: Answers) -> None:
    """After all was undone: say of each row why, or that it was left because of the others."""
    left = {
        at: told if told.outcome == Outcome.REFUSED else Told(Outcome.LEFT, told.name, told.detail)
        for at, told in answers.items()
    }
    with transaction.atomic():
        _store(_next_rows(run), left)
    _count(run.job)


def _refuse_partial(job: Job, answers: Answers) -> None:
    many = sum(told.outcome == Outcome.REFUSED for told in answers.values())
    if job.all_or_nothing and many:
        words = _("%(n)s of %(total)s rows cannot be carried out, so none was.")
        raise NotAllDone(words % {"n": many, "total": len(answers)}, answers=answers)


def _carry_out_by_itself(run: Run) -> None:
    """A deed with its own transaction and batch. If its batch is tied to the job already, it was done before."""
    rows = list(JobRow.objects.filter(job=run.job, outcome=Outcome.WAITING).order_by("position"))
    if not rows or not _goes_on(run.job):
        return
    was_done = Job.objects.filter(pk=run.job.pk, batch__isnull=False).exists()
    meant = [Row(row.position, row.subject_id, row.given) for row in rows]
    answers = {row.position: Told(Outcome.DONE, row.name) for row in rows}
    if not was_done:
        answers = dict(run.deed.carry_out(run.scene(), meant))
    _store(rows, answers)
    _count(run.job)


def _end(run: Run, state: JobState, problem: Problem | None = None) -> None:
    """Close a job, unless another process still has rows of it in hand: then that one closes it."""
    _count(run.job)
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=run.job.pk)
        if job.state in ENDED:
            return
        waiting = JobRow.objects.filter(job=job, outcome=Outcome.WAITING).exists()
        if state == JobState.DONE and waiting:
            if job.cancel_asked_at is None:
                return
            state = JobState.CANCELLED
        trouble = problem.detail if problem else ""
        Job.objects.filter(pk=job.pk).update(state=state, ended_at=run.clock(), trouble=trouble, phase="")
        if job.batch_id and job.undoes_id is None and not run.deed.by_itself:
            summary = {"job": job.pk, "done": job.done, "refused": job.refused}
            close_batch(batch_id=job.batch_id, summary=summary, undo={"job": job.pk})
