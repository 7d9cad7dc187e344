"""Licence sets and workflows of Acme, as the tests of workflows begin them."""

from __future__ import annotations

from typing import Any

from tests.cast import NOW, TODAY, Stage
from trueup.catalogue.models import Product
from trueup.workflows.actions import WorkflowTerms, finish_workflow, open_workflow
from trueup.workflows.models import LicenceSet, Workflow, WorkflowStep
from trueup.workflows.sets import SetTerms, StepTerms, create_licence_set


def a_set(
    stage: Stage, *products: Product, required: tuple[Product, ...] = (), is_for: str = "person", **terms: Any
) -> LicenceSet:
    """A licence set of Acme; products that are ``required`` come first."""
    steps = [StepTerms(one.pk, is_required=True) for one in required]
    steps += [StepTerms(one.pk) for one in products]
    wanted = SetTerms(name=terms.pop("name", "Designer"), is_for=is_for, steps=steps, **terms)
    return create_licence_set(actor=stage.alice, company_id=stage.acme.pk, terms=wanted, at=NOW, on=TODAY)


def begin(stage: Stage, kind: str, **terms: Any) -> Workflow:
    """Open a workflow of Acme."""
    wanted = WorkflowTerms(kind=kind, **terms)
    return open_workflow(actor=stage.alice, company_id=stage.acme.pk, terms=wanted, at=NOW, on=TODAY)


def finish(stage: Stage, workflow: Workflow, **choices: str) -> Workflow:
    """Finish it; choices by the name of the step's product or device."""
    named = {name_of(step): step.pk for step in steps(workflow)}
    given = {named[name]: choice for name, choice in choices.items()}
    return finish_workflow(actor=stage.alice, workflow_id=workflow.pk, at=NOW, on=TODAY, choices=given)


def steps(workflow: Workflow) -> list[WorkflowStep]:
    return list(WorkflowStep.objects.filter(workflow=workflow).order_by("position"))


def name_of(step: WorkflowStep) -> str:
    return step.product.name if step.product else step.device.hostname


def outcomes(workflow: Workflow) -> dict[str, str]:
    """What became of each step, by product or device."""
    return {name_of(step): step.outcome for step in steps(workflow)}
