"""Which steps a workflow has: from its licence sets, or from what is held when it is opened, and again when it is finished."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from trueup.assignments.models import Assignment
from trueup.assignments.settling import held_by
from trueup.base.actor import Actor
from trueup.devices.models import Device
from trueup.devices.queries import devices_of_person
from trueup.licences.models import Licence
from trueup.licences.seat_rules import UnitsOnRelease
from trueup.people.models import Person
from trueup.workflows.models import Outcome, StepDoes, Workflow, WorkflowKind, WorkflowStep
from trueup.workflows.queries import set_steps_on, steps_of, units_bound_to

KEEP, RELEASE, BURN, MOVE, GIVE = "keep", "release", "burn", "move", "give"
STOCK, RETIRE, MISSING = "stock", "retire", "missing"
CHOICES: Mapping[str, tuple[str, ...]] = {
    StepDoes.GIVE: (GIVE, KEEP),
    StepDoes.MOVE: (MOVE, RELEASE, BURN, KEEP),
    StepDoes.RELEASE: (RELEASE, BURN, KEEP),
    StepDoes.RETURN: (STOCK, RETIRE, MISSING),
}
"""What can be said of each kind of step. ``burn`` is a release of units that were not deactivated where they were."""
Key = tuple[str, int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan starts from."""

    actor: Actor
    workflow: Workflow
    on: date


def planned_steps(*, actor: Actor, workflow: Workflow, on: date) -> list[WorkflowStep]:
    """The steps as they would be today, in order. Nothing is stored."""
    steps = list(PLANS[workflow.kind](Ground(actor, workflow, on)))
    for place, step in enumerate(steps, start=1):
        step.position, step.workflow, step.company_id = place, workflow, workflow.company_id
    return steps


def key_of(step: WorkflowStep) -> Key:
    """What makes it the same step tomorrow."""
    return step.does, step.assignment_id, step.product_id, step.device_id


def bring_up_to_date(*, actor: Actor, workflow: Workflow, on: date) -> list[WorkflowStep]:
    """The steps of an open workflow as things stand now, in the caller's transaction: what is held since is added, what was
    released since is left. Choices stay.
    """
    known = list(steps_of(workflow=workflow))
    there = {key_of(step): step for step in known}
    now = {key_of(step): step for step in planned_steps(actor=actor, workflow=workflow, on=on)}
    last = max((step.position for step in known), default=0)
    for key, step in now.items():
        if key not in there:
            last += 1
            step.position = last
            step.save(force_insert=True)
            known.append(step)
    for step in known:
        if key_of(step) not in now and step.does != StepDoes.GIVE:
            step.outcome, step.detail, step.choice = Outcome.LEFT, _("Not there any more."), KEEP
    return known


def _gives(ground: Ground) -> Iterator[WorkflowStep]:
    """The products of both sets, each once."""
    seen: set[int] = set()
    for licence_set, is_for_device in (
        (ground.workflow.device_set, True),
        (ground.workflow.person_set, False),
    ):
        for one in set_steps_on(licence_set=licence_set, on=ground.on) if licence_set is not None else ():
            if one.product_id not in seen:
                seen.add(one.product_id)
                yield WorkflowStep(
                    does=StepDoes.GIVE, product=one.product, units=one.units, is_required=one.is_required,
                    is_for_device=is_for_device, choice=GIVE,
                )  # fmt: skip


def _handed_on(ground: Ground) -> Iterator[WorkflowStep]:
    """What people hold for the device goes to its new user; the device keeps its own."""
    for row in units_bound_to(actor=ground.actor, device_id=_device(ground.workflow).pk):
        if row.person_id != ground.workflow.person_id:
            is_bound = not row.licence.is_transferable
            why = why_asked(row.licence)
            yield _about(row, StepDoes.MOVE, "" if is_bound or why else MOVE, why)


def _leaving(ground: Ground) -> Iterator[WorkflowStep]:
    person = _person(ground.workflow)
    devices = list(devices_of_person(actor=ground.actor, person_id=person.pk))
    shared = {one.pk for one in devices if _is_shared(one, person)}
    for device in devices:
        why = _("Somebody else owns or uses it too.") if device.pk in shared else ""
        yield WorkflowStep(does=StepDoes.RETURN, device=device, choice="", why_asked=why)
    of_shared = {row.pk for pk in shared for row in units_bound_to(actor=ground.actor, device_id=pk)}
    for row in held_by(person):
        why = why_asked(row.licence) or (
            _("It is for a device that is shared.") if row.pk in of_shared else ""
        )
        yield _about(row, StepDoes.RELEASE, "" if why else RELEASE, why)
    for device in devices:
        for row in held_by(device):
            yield _about(row, StepDoes.RELEASE, KEEP)


def _going(ground: Ground) -> Iterator[WorkflowStep]:
    """Units of the device and units bound to it; only deactivating them cannot be known."""
    device = _device(ground.workflow)
    for row in [*held_by(device), *units_bound_to(actor=ground.actor, device_id=device.pk)]:
        is_asked = row.licence.units_on_release == UnitsOnRelease.DEACTIVATE
        yield _about(
            row, StepDoes.RELEASE, "" if is_asked else RELEASE, why_asked(row.licence) if is_asked else ""
        )


def _coming_back(ground: Ground) -> Iterator[WorkflowStep]:
    device = _device(ground.workflow)
    why = _("The device may keep it for its next user.")
    for row in held_by(device):
        yield _about(row, StepDoes.RELEASE, "", why_asked(row.licence) or why)
    for row in units_bound_to(actor=ground.actor, device_id=device.pk):
        asked = why_asked(row.licence)
        yield _about(row, StepDoes.RELEASE, "" if asked else RELEASE, asked)


def _about(row: Assignment, does: StepDoes, choice: str, why: str = "") -> WorkflowStep:
    return WorkflowStep(
        does=does, assignment=row, licence=row.licence, product=row.licence.product, units=row.units, choice=choice,
        why_asked=why, device_id=row.device_id,
    )  # fmt: skip


def why_asked(licence: Licence) -> str:
    """Why somebody has to say what becomes of units of the licence; nothing where they are free as soon as released."""
    if licence.units_on_release == UnitsOnRelease.BURN:
        return _("Its units are burnt on release: they never come back.")
    if licence.units_on_release == UnitsOnRelease.DEACTIVATE:
        return _("Its units come back only once they are deactivated.")
    return "" if licence.is_transferable else _("It is bound to the hardware it is on.")


def _is_shared(device: Device, person: Person) -> bool:
    others: Iterable[int | None] = (device.user_id, device.owner_id)
    return any(one not in {None, person.pk} for one in others)


def _person(workflow: Workflow) -> Person:
    assert workflow.person is not None  # noqa: S101 - opening asks for one
    return workflow.person


def _device(workflow: Workflow) -> Device:
    assert workflow.device is not None  # noqa: S101 - opening asks for one
    return workflow.device


Plan = Callable[[Ground], Iterable[WorkflowStep]]
PLANS: Mapping[str, Plan] = {
    WorkflowKind.JOINER: _gives,
    WorkflowKind.DEPLOY: _gives,
    WorkflowKind.HAND_OVER: _handed_on,
    WorkflowKind.LEAVER: _leaving,
    WorkflowKind.DECOMMISSION: _going,
    WorkflowKind.CHECK_IN: _coming_back,
}


def unsaid(steps: Sequence[WorkflowStep]) -> list[WorkflowStep]:
    """The steps of which somebody has to say what becomes of them."""
    return [step for step in steps if not step.choice and step.outcome == Outcome.WAITING]
