"""What the tests of jobs share: asking, carrying out, and the clock of the stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.cast import NOW, Stage
from trueup.assignments.chosen.register import DEEDS
from trueup.base.actor import Actor
from trueup.jobs.actions import ask_job, undo_job
from trueup.jobs.deeds import Answers, Row, Scene
from trueup.jobs.models import Job, JobRow
from trueup.jobs.running import run_job


def clock():
    return NOW


def rows_for(things: Iterable[Any]) -> list[Row]:
    return [Row(position, thing.pk) for position, thing in enumerate(things, start=1)]


def asked(stage: Stage, kind: str, things: Iterable[Any], *, actor: Actor | None = None, **given: Any) -> Job:
    whole = given.pop("all_or_nothing", False)
    return ask_job(
        actor=actor or stage.alice, company_id=stage.acme.pk, deed=DEEDS[kind], rows=rows_for(things), at=NOW,
        given=given, all_or_nothing=whole,
    )  # fmt: skip


def carried_out(stage: Stage, kind: str, things: Iterable[Any], **given: Any) -> Job:
    job = asked(stage, kind, things, **given)
    return run_job(job_id=job.pk, deeds=DEEDS, clock=clock)


def taken_back(stage: Stage, job: Job) -> Job:
    again = undo_job(actor=stage.alice, job_id=job.pk, deed=DEEDS[job.kind], at=NOW)
    return run_job(job_id=again.pk, deeds=DEEDS, clock=clock)


def previewed(stage: Stage, kind: str, things: Iterable[Any], **given: Any) -> Answers:
    scene = Scene(stage.alice, stage.acme.pk, NOW, NOW.date(), given)
    return DEEDS[kind].look(scene, rows_for(things))


def outcomes(job: Job) -> list[str]:
    return list(JobRow.objects.filter(job=job).order_by("position").values_list("outcome", flat=True))


def told(answers: Mapping[int, Any]) -> list[str]:
    return [str(answers[position].outcome) for position in sorted(answers)]
