"""What is done to workflows: open one, say what becomes of its steps, finish it, drop it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, Problem
from trueup.devices.queries import device_for
from trueup.people.actions import PersonTerms, add_person
from trueup.people.models import Person
from trueup.people.queries import people_visible_to, person_for
from trueup.tenancy.queries import company_for
from trueup.workflows.carrying_out import Task, carry_out
from trueup.workflows.models import LicenceSet, SetFor, Workflow, WorkflowKind, WorkflowState, WorkflowStep
from trueup.workflows.planning import CHOICES, planned_steps
from trueup.workflows.queries import set_for, steps_of, workflow_for
from trueup.workflows.sets import usual_set

CHANGE = Permission.ASSIGNMENTS_CHANGE
OF_DEVICES = (WorkflowKind.DEPLOY, WorkflowKind.HAND_OVER, WorkflowKind.DECOMMISSION, WorkflowKind.CHECK_IN)
OF_PEOPLE = (WorkflowKind.JOINER, WorkflowKind.HAND_OVER, WorkflowKind.LEAVER)
LONGEST_NOTE = 500


class WorkflowOpen(Conflict):
    """There is an open workflow of that kind for the person or device."""

    title = gettext_lazy("Open already")


class WorkflowOver(Conflict):
    """The workflow was finished or dropped."""

    title = gettext_lazy("Over already")


@dataclass(frozen=True, slots=True)
class WorkflowTerms:
    """A workflow as asked for. Without sets the usual ones are taken: by the person's department, the device's kind."""

    kind: str
    person_id: int | None = None
    new_person: PersonTerms | None = None
    device_id: int | None = None
    person_set_id: int | None = None
    device_set_id: int | None = None
    last_day: date | None = None
    note: str = ""
    source: str = ""


def open_workflow(*, actor: Actor, company_id: int, terms: WorkflowTerms, at: datetime, on: date) -> Workflow:
    """Begin a workflow: its steps are proposed, and nothing is given or taken yet.

    A joiner whose person a directory sent before is that workflow again (R-140). Raises WorkflowOpen.
    """
    company = company_for(actor=actor, company_id=company_id, permission=CHANGE)
    _check(terms)
    with transaction.atomic():
        person = _person(actor, company.pk, terms, at)
        if person is not None and terms.source:
            opened = Workflow.objects.filter(kind=terms.kind, person=person, state=WorkflowState.OPEN).first()
            if opened is not None:
                return workflow_for(actor=actor, workflow_id=opened.pk)
        device = (
            None if terms.device_id is None
            else device_for(actor=actor, device_id=terms.device_id, company_id=company.pk)
        )  # fmt: skip
        workflow = Workflow(
            company=company, kind=terms.kind, person=person, device=device, last_day=terms.last_day,
            note=terms.note.strip()[:LONGEST_NOTE], source=terms.source[:60], opened_at=at, opened_by=actor.name[:200],
        )  # fmt: skip
        _choose_sets(actor, workflow, terms)
        _stored(workflow)
        WorkflowStep.objects.bulk_create(planned_steps(actor=actor, workflow=workflow, on=on))
        _note(actor, "workflows.opened", workflow, at)
    return workflow_for(actor=actor, workflow_id=workflow.pk)


def _check(terms: WorkflowTerms) -> None:
    if terms.kind not in WorkflowKind.values:
        words = _("“%(given)s” is no workflow: %(known)s is.")
        raise InvalidValue.of("kind", words % {"given": terms.kind, "known": ", ".join(WorkflowKind.values)})
    if terms.kind in OF_DEVICES and terms.device_id is None:
        raise InvalidValue.of("device", _("This workflow is about a device: say which one."))
    has_person = terms.person_id is not None or terms.new_person is not None
    if terms.kind in OF_PEOPLE and not has_person:
        raise InvalidValue.of("person", _("This workflow is about a person: say who it is."))
    if terms.new_person is not None and (terms.kind != WorkflowKind.JOINER or terms.person_id is not None):
        raise InvalidValue.of("person", _("Only a new employee who is not there yet is written down here."))


def _person(actor: Actor, company_id: int, terms: WorkflowTerms, at: datetime) -> Person | None:
    """Who it is about: picked by number, by what the directory calls them or by login, else added."""
    if terms.person_id is not None:
        return person_for(actor=actor, person_id=terms.person_id, company_id=company_id)
    new = terms.new_person
    if new is None:
        return None
    here = people_visible_to(actor=actor).filter(company_id=company_id)
    found = None
    if new.source and new.external_id:
        found = here.filter(source=new.source, external_id=new.external_id).first()
    found = found or here.filter(username__iexact=new.username.strip()).first()
    if found is not None and not found.is_active:
        words = _("%(name)s has left. Give whoever is new a login of their own.")
        raise InvalidValue.of("username", words % {"name": found.name})
    return found or add_person(actor=actor, company_id=company_id, terms=new, at=at)


def _choose_sets(actor: Actor, workflow: Workflow, terms: WorkflowTerms) -> None:
    if workflow.kind not in {WorkflowKind.JOINER, WorkflowKind.DEPLOY}:
        return
    wanted = (
        (SetFor.PERSON, terms.person_set_id, "person_set"),
        (SetFor.DEVICE, terms.device_set_id, "device_set"),
    )
    for is_for, set_id, name in wanted:
        setattr(workflow, name, _chosen_set(actor, workflow, is_for, set_id, name))


def _chosen_set(
    actor: Actor, workflow: Workflow, is_for: str, set_id: int | None, field: str
) -> LicenceSet | None:
    thing = workflow.person if is_for == SetFor.PERSON else workflow.device
    if set_id is None:
        is_usual = is_for == SetFor.DEVICE or workflow.kind == WorkflowKind.JOINER
        if thing is None or not is_usual:
            return None
        return usual_set(actor=actor, company_id=workflow.company_id, thing=thing)
    chosen = set_for(actor=actor, set_id=set_id, company_id=workflow.company_id)
    if chosen.is_for != is_for or thing is None:
        words = _("“%(name)s” does not fit: sets for people need a person, sets for devices a device.")
        raise InvalidValue.of(field, words % {"name": chosen.name})
    return chosen


def _stored(workflow: Workflow) -> None:
    try:
        with transaction.atomic():
            workflow.save(force_insert=True)
    except IntegrityError as taken:
        if "one_open_workflow" not in str(taken):
            raise
        words = _("There is an open workflow of this kind for it. Finish that one, or drop it.")
        raise WorkflowOpen(words) from taken


def choose_steps(*, actor: Actor, workflow_id: int, choices: Mapping[int, str]) -> Workflow:
    """Say what becomes of steps of an open workflow, by their ids."""
    found = workflow_for(actor=actor, workflow_id=workflow_id, permission=CHANGE)
    with transaction.atomic():
        _locked(found)
        _choose(found, choices)
    return found


def _choose(found: Workflow, choices: Mapping[int, str]) -> None:
    steps = {step.pk: step for step in steps_of(workflow=found)}
    for step_id, choice in choices.items():
        step = steps.get(step_id)
        if step is None:
            raise InvalidValue.of("choices", _("This workflow has no step %(id)s.") % {"id": step_id})
        if choice not in CHOICES[step.does]:
            words = _("“%(given)s” cannot become of this step: %(known)s can.")
            known = ", ".join(CHOICES[step.does])
            raise InvalidValue.of("choices", words % {"given": choice, "known": known})
        WorkflowStep.objects.filter(pk=step_id).update(choice=choice)


def finish_workflow(
    *, actor: Actor, workflow_id: int, at: datetime, on: date, choices: Mapping[int, str] | None = None
) -> Workflow:
    """Carry all steps out, in one transaction. A refusal leaves the workflow open and says why on it (R-146).

    Raises ChoicesMissing, NoLicence, and whatever assigning, releasing and moving raise.
    """
    found = workflow_for(actor=actor, workflow_id=workflow_id, permission=CHANGE)
    try:
        with transaction.atomic():
            workflow = _locked(found)
            if choices:
                _choose(workflow, choices)
            carry_out(Task(actor, workflow, at, on))
            Workflow.objects.filter(pk=workflow.pk).update(
                state=WorkflowState.DONE, ended_at=at, ended_by=actor.name[:200], trouble=""
            )
    except WorkflowOver:
        raise
    except Problem as refusal:
        Workflow.objects.filter(pk=found.pk, state=WorkflowState.OPEN).update(trouble=refusal.detail)
        raise
    return workflow_for(actor=actor, workflow_id=workflow_id)


def drop_workflow(*, actor: Actor, workflow_id: int, at: datetime) -> Workflow:
    """Leave an open workflow undone."""
    found = workflow_for(actor=actor, workflow_id=workflow_id, permission=CHANGE)
    with transaction.atomic():
        workflow = _locked(found)
        Workflow.objects.filter(pk=workflow.pk).update(
            state=WorkflowState.CANCELLED, ended_at=at, ended_by=actor.name[:200]
        )
        _note(actor, "workflows.dropped", workflow, at)
    return workflow_for(actor=actor, workflow_id=workflow_id)


def _locked(found: Workflow) -> Workflow:
    """The open workflow, first of all locks."""
    rows = Workflow.objects.select_related("company", "person", "device", "person_set", "device_set")
    workflow: Workflow = rows.select_for_update(of=("self",)).get(pk=found.pk)
    if workflow.state != WorkflowState.OPEN:
        raise WorkflowOver(_("This workflow is over. Open a new one for what is left to do."))
    return workflow


def _note(actor: Actor, event: str, workflow: Workflow, at: datetime) -> None:
    """Into the history of the device, else of the person."""
    thing = workflow.device or workflow.person
    kind, name = ("device", workflow.device.hostname) if workflow.device else ("person", workflow.person.name)  # type: ignore[union-attr]  # the database keeps one of them
    details = {"workflow": workflow.pk, "kind": workflow.kind}
    happening = Happening(event, kind, thing.pk, name, details)  # type: ignore[union-attr]  # likewise
    record(actor=actor, company_id=workflow.company_id, at=at, happening=happening)
