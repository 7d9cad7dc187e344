"""From a freed unit to the task of paying for fewer at the renewal (U-048)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, NotFound
from trueup.licences.models import RenewalPlan
from trueup.licences.plan_choices import PlanKind, PlanState
from trueup.licences.planning import PlanTerms, change_plan, plan_renewal, plans_visible_to
from trueup.licences.queries import licence_for
from trueup.workflows.models import Outcome, WorkflowStep
from trueup.workflows.queries import steps_of, workflow_for


class NothingToReduce(Conflict):
    """The step freed nothing that fewer could be paid for."""

    title = gettext_lazy("Nothing to reduce")


def plan_reduction(*, actor: Actor, workflow_id: int, step_id: int, at: datetime, on: date) -> RenewalPlan:
    """Write the task down that the licence of a step is renewed with so many units fewer; into the plan there is, if any.

    Once more for the same step changes nothing.
    """
    workflow = workflow_for(actor=actor, workflow_id=workflow_id, permission=Permission.LICENCES_CHANGE)
    with transaction.atomic():
        step = steps_of(workflow=workflow).filter(pk=step_id).first()
        if step is None:
            raise NotFound(_("This workflow has no step %(id)s.") % {"id": step_id})
        locked: WorkflowStep = WorkflowStep.objects.select_for_update().get(pk=step.pk)
        if "plan" in locked.facts:
            return plans_visible_to(actor=actor).get(pk=locked.facts["plan"])
        freed = 0 if locked.facts.get("is_burnt") else int(locked.facts.get("units") or 0)
        if locked.outcome != Outcome.DONE or not freed or not locked.facts.get("is_subscription"):
            raise NothingToReduce(
                _("No units of a term were freed here, so there is nothing to pay less for.")
            )
        plan = _planned(actor, locked, freed, at, on)
        WorkflowStep.objects.filter(pk=locked.pk).update(facts={**locked.facts, "plan": plan.pk})
    return plan


def _planned(actor: Actor, step: WorkflowStep, freed: int, at: datetime, on: date) -> RenewalPlan:
    assert step.licence_id is not None  # noqa: S101 - a step that freed units has one
    licence = licence_for(
        actor=actor, licence_id=step.licence_id, on=on, permission=Permission.LICENCES_CHANGE
    )
    plans = plans_visible_to(actor=actor).filter(licence_id=licence.pk).exclude(state=PlanState.DONE)
    there = plans.first()
    note = _("%(units)s fewer: freed by workflow %(workflow)s.") % {
        "units": freed, "workflow": step.workflow_id,
    }  # fmt: skip
    if there is None:
        terms = PlanTerms(
            PlanKind.RENEW, units=max(licence.purchased - freed, 0), due_on=licence.decide_by, note=note
        )
        return plan_renewal(actor=actor, terms=terms, at=at, licence_id=licence.pk)
    before = licence.purchased if there.units is None else there.units
    changes = {"units": max(before - freed, 0), "note": f"{there.note}\n{note}".strip()[:4000]}
    return change_plan(actor=actor, plan_id=there.pk, changes=changes, revision=None, at=at)
