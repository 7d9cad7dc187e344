"""From a step that was short to a place on the licence's waiting list (R-141)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assignments.actions import Holder
from trueup.assignments.holding import kind_of
from trueup.assignments.waiting import Place, join_waiting_list
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, NotFound
from trueup.licences.metrics import may_hold
from trueup.workflows.models import Outcome, Workflow, WorkflowStep
from trueup.workflows.queries import steps_of, workflow_for


class NothingToWaitFor(Conflict):
    """The step was not short of units of a licence, or its holder is on the list already."""

    title = gettext_lazy("Nothing to wait for")


def wait_for_step(*, actor: Actor, workflow_id: int, step_id: int, at: datetime, on: date) -> Place:
    """Let whoever a step was short for wait for units of the licence; their place in the line.

    Raises what joining the waiting list raises, and NothingToWaitFor.
    """
    workflow = workflow_for(actor=actor, workflow_id=workflow_id, permission=Permission.ASSIGNMENTS_CHANGE)
    with transaction.atomic():
        step = steps_of(workflow=workflow).filter(pk=step_id).select_for_update(of=("self",)).first()
        if step is None:
            raise NotFound(_("This workflow has no step %(id)s.") % {"id": step_id})
        if not can_wait(step):
            raise NothingToWaitFor(_("There is no licence here that units could be waited for of."))
        assert step.licence_id is not None  # noqa: S101 - looked at just now
        place = join_waiting_list(
            actor=actor, licence_id=step.licence_id, holder=_holder(workflow, step), units=step.units or 1, at=at, on=on,
            reason=f"workflow {workflow.pk}",
        )  # fmt: skip
        WorkflowStep.objects.filter(pk=step.pk).update(facts={**step.facts, "waiting": place.row.pk})
    return place


def can_wait(step: WorkflowStep) -> bool:
    """Whether a step was short of units of a licence, and nobody waits for it yet."""
    return step.outcome == Outcome.SHORT and step.licence_id is not None and "waiting" not in step.facts


def _holder(workflow: Workflow, step: WorkflowStep) -> Holder:
    """Who was to hold the units, by the same order as when they were to be given."""
    holders = may_hold(step.licence.metric) if step.licence is not None else frozenset()
    both = (workflow.device, workflow.person)
    for thing in both if step.is_for_device else both[::-1]:
        if thing is not None and kind_of(thing) in holders:
            return Holder(kind_of(thing), thing.pk)
    raise NothingToWaitFor(_("There is no licence here that units could be waited for of."))
