"""Carrying the steps of a workflow out: units by the rules of assignments, then the person and the devices, then what
happened; all in the transaction of whoever finishes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assignments.actions import Holder
from trueup.assignments.holding import kind_of
from trueup.assignments.models import Assignment
from trueup.assignments.together import Ending, Gift, Together, settle_together, write_together
from trueup.base.actor import Actor
from trueup.base.problems import Conflict
from trueup.devices.models import Device
from trueup.licences.seat_rules import UnitsOnRelease
from trueup.people.models import Person
from trueup.workflows.freed import freed_facts
from trueup.workflows.models import (
    BoundUnits,
    ExpectedProduct,
    Outcome,
    StepDoes,
    Workflow,
    WorkflowKind,
    WorkflowStep,
)
from trueup.workflows.planning import BURN, KEEP, MISSING, MOVE, RETIRE, bring_up_to_date, unsaid
from trueup.workflows.proposing import Source, holds_product, source_of
from trueup.workflows.things import change_things


class ChoicesMissing(Conflict):
    """Of some steps nobody said what becomes of them."""

    title = gettext_lazy("Something is still to be said")


class NoLicence(Conflict):
    """A product that must be given has no licence that may be held here."""

    title = gettext_lazy("No licence fits")


@dataclass(frozen=True, slots=True)
class Task:
    """Who finishes which workflow, when."""

    actor: Actor
    workflow: Workflow
    at: datetime
    on: date

    @property
    def reason(self) -> str:
        """What assignments keep as their reason."""
        return f"workflow {self.workflow.pk}: {self.workflow.get_kind_display()}"


@dataclass(slots=True)
class Work:
    """The steps with what is to be asked of assignments for each."""

    steps: list[WorkflowStep]
    gifts: list[Gift] = field(default_factory=list)
    gift_steps: list[tuple[WorkflowStep, Source]] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    ending_steps: list[WorkflowStep] = field(default_factory=list)


def carry_out(task: Task) -> None:
    """Do what the steps say, and keep what became of each."""
    work = Work(bring_up_to_date(actor=task.actor, workflow=task.workflow, on=task.on))
    _refuse_unsaid(work.steps)
    for step in work.steps:
        if step.outcome == Outcome.WAITING:
            _ask(task, work, step)
    settled = settle_together(
        actor=task.actor, company_id=task.workflow.company_id, gifts=work.gifts, endings=work.endings, at=task.at,
        on=task.on, reason=task.reason,
    )  # fmt: skip
    _tell_gifts(task, work, settled)
    _tell_endings(task, work, settled)
    change_things(
        actor=task.actor, workflow=task.workflow, steps=work.steps, told=_told(work), at=task.at, on=task.on
    )
    write_together(settled)
    names = ["licence", "assignment", "units", "choice", "outcome", "detail", "facts"]
    WorkflowStep.objects.bulk_update(work.steps, names)


def _refuse_unsaid(steps: Sequence[WorkflowStep]) -> None:
    open_ones = unsaid(steps)
    if open_ones:
        names = [_name(step) for step in open_ones]
        raise ChoicesMissing(
            _("Say what becomes of: %(names)s.") % {"names": ", ".join(names[:5])},
            steps=[
                {"step": step.pk, "name": name, "why": step.why_asked}
                for step, name in zip(open_ones, names, strict=True)
            ],
        )


def _name(step: WorkflowStep) -> str:
    if step.product is not None:
        return str(step.product.name)
    return "" if step.device is None else str(step.device.hostname)


def _ask(task: Task, work: Work, step: WorkflowStep) -> None:
    """What a step asks of assignments; what is kept, or is no matter of units, asks nothing."""
    if step.does == StepDoes.RETURN:
        step.outcome = Outcome.LEFT if step.choice == MISSING else Outcome.DONE
    elif step.choice == KEEP and not _goes_with_device(work, step):
        step.outcome = Outcome.LEFT
    elif step.does == StepDoes.GIVE:
        _ask_gift(task, work, step)
    else:
        _ask_ending(task, work, step)


def _goes_with_device(work: Work, step: WorkflowStep) -> bool:
    """Units of a device that is retired are released, whatever was said of them before."""
    retired = {one.device_id for one in work.steps if one.does == StepDoes.RETURN and one.choice == RETIRE}
    return step.does == StepDoes.RELEASE and step.device_id is not None and step.device_id in retired


def _ask_ending(task: Task, work: Work, step: WorkflowStep) -> None:
    assert step.assignment_id is not None and step.licence is not None  # noqa: S101, PT018 - planned so
    to = None
    if step.choice == MOVE and task.workflow.person_id is not None:
        to = Holder("person", task.workflow.person_id)
    is_asked = step.licence.units_on_release == UnitsOnRelease.DEACTIVATE
    is_deactivated = (step.choice != BURN) if is_asked else None
    work.endings.append(Ending(step.assignment_id, to, is_deactivated))
    work.ending_steps.append(step)


def _ask_gift(task: Task, work: Work, step: WorkflowStep) -> None:
    assert step.product_id is not None  # noqa: S101 - planned so
    holders = _holders(task.workflow, step)
    if holds_product(actor=task.actor, product_id=step.product_id, holders=holders):
        step.outcome, step.detail = Outcome.LEFT, _("Held already.")
        return
    found = source_of(
        actor=task.actor, product_id=step.product_id, holders=holders, units=step.units, on=task.on
    )
    if found is None:
        words = _("No licence of %(product)s that is in force may be held here.") % {"product": _name(step)}
        if step.is_required:
            raise NoLicence(words)
        step.outcome, step.detail = Outcome.SHORT, words
        return
    holder = Holder(kind_of(found.holder), found.holder.pk)
    work.gifts.append(Gift(found.licence.pk, holder, found.units, must=step.is_required))
    work.gift_steps.append((step, found))


def _holders(workflow: Workflow, step: WorkflowStep) -> list[Person | Device]:
    """What a device gets is held by it where the metric allows, else by its user; and the other way round."""
    both: tuple[Person | Device | None, ...] = (workflow.device, workflow.person)
    ordered = both if step.is_for_device else both[::-1]
    return [one for one in ordered if one is not None]


def _tell_gifts(task: Task, work: Work, settled: Together) -> None:
    for place, (step, source) in enumerate(work.gift_steps):
        step.licence_id, step.units = source.licence.pk, source.units
        if place in settled.refused:
            step.outcome, step.detail = Outcome.SHORT, settled.refused[place].detail
            continue
        made = settled.given[place]
        step.outcome, step.assignment_id = Outcome.DONE, made.pk
        device = task.workflow.device
        if device is not None:
            _expect(task, device, source.licence.product_id)
            if step.is_for_device and made.person_id is not None:
                _bind(made, device.pk)


def _expect(task: Task, device: Device, product_id: int) -> None:
    """Mark the product expected on the device; inventories confirm or flag it (R-145)."""
    there = ExpectedProduct.objects.filter(device=device, product_id=product_id, ended_at=None)
    if not there.exists():
        ExpectedProduct.objects.create(
            company_id=device.company_id, device=device, product_id=product_id, workflow=task.workflow, since=task.at
        )  # fmt: skip


def _bind(made: Assignment, device_id: int) -> None:
    BoundUnits.objects.create(company_id=made.company_id, assignment=made, device_id=device_id)


def _tell_endings(task: Task, work: Work, settled: Together) -> None:
    facts = freed_facts(
        actor=task.actor, licence_ids={step.licence_id for step in work.ending_steps if step.licence_id}, on=task.on
    )  # fmt: skip
    for step in work.ending_steps:
        step.outcome = Outcome.DONE
        if step.assignment_id in settled.moved:
            _deed, _old, new = settled.moved[step.assignment_id]
            if task.workflow.device_id is not None:
                _bind(new, task.workflow.device_id)
        else:
            step.facts = {
                **facts.get(step.licence_id or 0, {}),
                "units": step.units,
                "is_burnt": _is_burnt(step),
            }
    if task.workflow.kind == WorkflowKind.DECOMMISSION and task.workflow.device is not None:
        ExpectedProduct.objects.filter(device=task.workflow.device, ended_at=None).update(ended_at=task.at)


def _is_burnt(step: WorkflowStep) -> bool:
    fate = step.licence.units_on_release if step.licence is not None else ""
    return fate == UnitsOnRelease.BURN or (fate == UnitsOnRelease.DEACTIVATE and step.choice == BURN)


def _told(work: Work) -> dict[str, Any]:
    """What the history says of it: what was given or taken, and what was short."""
    done = [
        _name(step) for step in work.steps if step.outcome == Outcome.DONE and step.does != StepDoes.RETURN
    ]
    short = [_name(step) for step in work.steps if step.outcome == Outcome.SHORT]
    return {"licences": done, **({"short": ", ".join(short)} if short else {})}
