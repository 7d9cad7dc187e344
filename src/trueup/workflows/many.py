"""Finishing many workflows as a job, each in a transaction of its own (K-016)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, Problem
from trueup.jobs.deeds import Answers, Deed, Row, Scene, Told, done, refused, unchanged
from trueup.jobs.models import Outcome
from trueup.workflows.actions import finish_workflow
from trueup.workflows.models import Workflow, WorkflowState
from trueup.workflows.queries import workflows_visible_to


def _known(scene: Scene, rows: Iterable[Row]) -> dict[int, Any]:
    found = workflows_visible_to(actor=scene.actor).filter(company_id=scene.company_id)
    return {one.pk: one for one in found.filter(pk__in=[row.subject_id for row in rows])}


def _look(scene: Scene, rows: Sequence[Row]) -> Answers:
    known = _known(scene, rows)
    return {row.position: _told_of(known.get(row.subject_id or 0)) for row in rows}


def _told_of(workflow: Workflow | None) -> Told:
    if workflow is None:
        return refused("", _("Not there any more."))
    name = str(getattr(workflow, "about", ""))
    if workflow.state != WorkflowState.OPEN:
        return unchanged(name, _("Over already."))
    return done(name, str(workflow.get_kind_display()))


def _finish(scene: Scene, rows: Sequence[Row]) -> Answers:
    return {
        position: _finished(scene, row, told)
        for row, (position, told) in zip(rows, _look(scene, rows).items(), strict=True)
    }


def _finished(scene: Scene, row: Row, told: Told) -> Told:
    if told.outcome != Outcome.DONE:
        return told
    try:
        finish_workflow(actor=scene.actor, workflow_id=row.subject_id or 0, at=scene.at, on=scene.on)
    except NotAllowed:
        raise
    except Problem as problem:
        return refused(told.name, problem.detail)
    return told


FINISH_WORKFLOWS = Deed("workflows.finish", Permission.ASSIGNMENTS_CHANGE, _look, _finish, chunk_rows=1)
