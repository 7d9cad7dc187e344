"""What a finished workflow changes of people and devices, and the entry it leaves in the history of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from trueup.audit.actions import Happening, record
from trueup.base.actor import Actor
from trueup.devices.actions import change_device
from trueup.devices.models import Device, Status
from trueup.people.actions import mark_left
from trueup.people.models import Person
from trueup.workflows.models import StepDoes, Workflow, WorkflowKind, WorkflowStep
from trueup.workflows.planning import MISSING, RETIRE


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes what, for which workflow."""

    actor: Actor
    workflow: Workflow
    told: Mapping[str, Any]
    at: datetime
    on: date

    def device(self, device: Device, **changes: Any) -> None:
        """Change fields of a device, where they are not so already."""
        new = {name: value for name, value in changes.items() if getattr(device, name) != value}
        if new:
            change_device(actor=self.actor, device_id=device.pk, changes=new, revision=None, at=self.at)

    def tell(self, event: str, thing: Person | Device) -> None:
        """An entry in the history of a person or device."""
        is_device = isinstance(thing, Device)
        name = thing.hostname if isinstance(thing, Device) else thing.name
        person = self.workflow.person
        about = {"holder": person.name} if is_device and person is not None else {}
        details = {"workflow": self.workflow.pk, **about, **self.told}
        happening = Happening(event, "device" if is_device else "person", thing.pk, name, details)
        record(actor=self.actor, company_id=self.workflow.company_id, at=self.at, happening=happening)


def change_things(
    *,
    actor: Actor,
    workflow: Workflow,
    steps: Sequence[WorkflowStep],
    told: Mapping[str, Any],
    at: datetime,
    on: date,
) -> None:
    """What the workflow is for: the device is deployed, handed over or gone, the person has left."""
    CHANGES[workflow.kind](Change(actor, workflow, told, at, on), steps)


def _join(change: Change, _steps: Sequence[WorkflowStep]) -> None:
    if change.workflow.device is not None:
        _deploy(change, ())
    if change.workflow.person is not None:
        change.tell("workflows.joined", change.workflow.person)


def _deploy(change: Change, _steps: Sequence[WorkflowStep]) -> None:
    device, person = change.workflow.device, change.workflow.person
    if device is not None:
        user = {} if person is None else {"user_id": person.pk}
        change.device(device, status=Status.DEPLOYED, **user)
        change.tell("workflows.deployed", device)


def _hand_over(change: Change, _steps: Sequence[WorkflowStep]) -> None:
    device, person = change.workflow.device, change.workflow.person
    if device is not None and person is not None:
        change.device(device, status=Status.DEPLOYED, user_id=person.pk)
        change.tell("workflows.handed_over", device)


def _leave(change: Change, steps: Sequence[WorkflowStep]) -> None:
    person = change.workflow.person
    if person is None:
        return
    for step in steps:
        if step.does == StepDoes.RETURN and step.device is not None and step.choice != MISSING:
            status = Status.DECOMMISSIONED if step.choice == RETIRE else Status.IN_STOCK
            change.device(step.device, status=status, **_without(step.device, person))
            change.tell("workflows.returned", step.device)
    mark_left(
        actor=change.actor, person_id=person.pk, left_on=change.workflow.last_day or change.on, at=change.at
    )
    change.tell("workflows.departed", person)


def _without(device: Device, person: Person) -> dict[str, None]:
    """The person's name off the device, whether they used or owned it."""
    return {name: None for name in ("user_id", "owner_id") if getattr(device, name) == person.pk}


def _decommission(change: Change, _steps: Sequence[WorkflowStep]) -> None:
    if change.workflow.device is not None:
        change.device(change.workflow.device, status=Status.DECOMMISSIONED, user_id=None)
        change.tell("workflows.decommissioned", change.workflow.device)


def _check_in(change: Change, _steps: Sequence[WorkflowStep]) -> None:
    if change.workflow.device is not None:
        change.device(change.workflow.device, status=Status.IN_STOCK, user_id=None)
        change.tell("workflows.checked_in", change.workflow.device)


CHANGES: Mapping[str, Callable[[Change, Sequence[WorkflowStep]], None]] = {
    WorkflowKind.JOINER: _join,
    WorkflowKind.DEPLOY: _deploy,
    WorkflowKind.HAND_OVER: _hand_over,
    WorkflowKind.LEAVER: _leave,
    WorkflowKind.DECOMMISSION: _decommission,
    WorkflowKind.CHECK_IN: _check_in,
}
