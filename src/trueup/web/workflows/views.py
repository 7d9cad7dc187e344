"""The list of workflows, one with its steps, its sheet, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.licences.metrics import noun
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.panels import Detail
from trueup.web.licences.held import held_table
from trueup.web.workflows.look import STATES, asked_steps, badge_of, freed_table, result_table, step_name
from trueup.web.workflows.opening import TITLES
from trueup.workflows.actions import choose_steps, drop_workflow, finish_workflow
from trueup.workflows.columns import WORKFLOWS
from trueup.workflows.queries import steps_of, workflow_for
from trueup.workflows.reducing import plan_reduction
from trueup.workflows.requesting import can_wait, wait_for_step

if TYPE_CHECKING:
    from trueup.workflows.models import Workflow

BOTH = ("GET", "HEAD", "POST")
CHOICE = "step-"
LOOK = Look(
    noun=gettext_lazy("workflows"),
    icon="workflow",
    placeholder=gettext_lazy("Person, device or note"),
    nothing_title=gettext_lazy("No workflows yet"),
    nothing_text=gettext_lazy("New employees, deployments, hand-overs and departures stand here step by step."),
    missing={
        "device": gettext_lazy("none"), "person": gettext_lazy("nobody"), "ended_at": gettext_lazy("open"),
    },
    special={
        "about": Special("text", lambda row: {"text": row["about"], "url": address_of("workflow", row["id"])}),
        "state": Special("badge", lambda row: badge_of(STATES, row["state"])),
    },
    views=(
        View(gettext_lazy("Open"), "state=open"),
        View(gettext_lazy("All")),
        View(gettext_lazy("New employees"), "kind=joiner"),
        View(gettext_lazy("Departures"), "kind=leaver"),
    ),
)  # fmt: skip


@page(Permission.LICENCES_VIEW)
def workflows(request: HttpRequest) -> HttpResponseBase:
    """What is open and what was done, latest first."""
    may = actor_in(request).may_somewhere(Permission.ASSIGNMENTS_CHANGE)
    kinds = [(kind, str(title)) for kind, title in TITLES.items()] if may else []
    return list_page(request, WORKFLOWS, LOOK, template="workflows/workflows.html", extra={"kinds": kinds})


@page(Permission.LICENCES_VIEW, methods=BOTH)
def workflow(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """One workflow: while it is open what becomes of each step can be said, afterwards what became of it is read."""
    actor = actor_in(request)
    found = workflow_for(actor=actor, workflow_id=workflow_id)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return _said(request, found)
        except (NotFound, NotAllowed):
            raise
        except Problem as refused:
            problem = refused
            found = workflow_for(actor=actor, workflow_id=workflow_id)
    context = _context(request, found) | {"problem": problem}
    return render(request, "workflows/workflow.html", context, status=problem.status if problem else 200)


def _said(request: HttpRequest, found: Workflow) -> HttpResponse:
    actor = actor_in(request)
    choices = {
        int(name.removeprefix(CHOICE)): str(value)
        for name, value in request.POST.items()
        if name.startswith(CHOICE) and name.removeprefix(CHOICE).isdigit()
    }
    choose_steps(actor=actor, workflow_id=found.pk, choices=choices)
    if request.POST.get("do") == "finish":
        finish_workflow(actor=actor, workflow_id=found.pk, at=timezone.now(), on=timezone.localdate())
        messages.success(request, _("Finished"))
    else:
        messages.success(request, _("Saved"))
    return redirect("workflow", found.pk)


def _context(request: HttpRequest, found: Workflow) -> dict[str, Any]:
    actor = actor_in(request)
    steps = list(steps_of(workflow=found))
    is_open = found.state == "open"
    may_change = actor.may(Permission.ASSIGNMENTS_CHANGE, found.company_id)
    may_plan = actor.may(Permission.LICENCES_CHANGE, found.company_id)
    return {
        "workflow": found,
        "name": getattr(found, "about", ""),
        "state": badge_of(STATES, found.state),
        "is_open": is_open,
        "may_change": may_change,
        "steps": asked_steps(steps) if is_open else [],
        "table": None if is_open else result_table(steps),
        "freed": freed_table(steps, may_assign=may_change, may_plan=may_plan),
        "short": [
            {
                "id": step.pk,
                "name": step_name(step),
                "detail": step.detail,
                "can_wait": can_wait(step),
                "waits": "waiting" in step.facts,
            }
            for step in steps
            if step.outcome == "short"
        ],
        "details": _details(found),
        "active": "workflows",
    }


def _details(found: Workflow) -> list[Detail]:
    rows = [Detail(_("What"), found.get_kind_display())]
    if found.person is not None:
        rows.append(
            Detail(_("Person"), found.person.name, url=address_of("person", found.person_id), person=True)
        )
    if found.device is not None:
        rows.append(Detail(_("Device"), found.device.hostname, url=address_of("device", found.device_id), mono=True))  # fmt: skip
    for label, one in ((_("For the person"), found.person_set), (_("For the device"), found.device_set)):
        if one is not None:
            rows.append(Detail(label, one.name, url=address_of("licence_set", one.pk)))
    rows.append(Detail(_("Opened by"), found.opened_by))
    if found.note:
        rows.append(Detail(_("Note"), found.note))
    return rows


@page(Permission.LICENCES_VIEW)
def sheet(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """What goes with the device or the person on paper: who, which device, which licences (R-142)."""
    actor = actor_in(request)
    found = workflow_for(actor=actor, workflow_id=workflow_id)
    rows = [
        {
            "name": step_name(step),
            "units": ""
            if step.units is None
            else f"{step.units} {noun(step.licence.metric if step.licence else '', step.units)}",
            "outcome": step.get_outcome_display(),
        }
        for step in steps_of(workflow=found)
    ]
    on, company_id = timezone.localdate(), found.company_id
    held = [
        held_table(actor=actor, company_id=company_id, on=on, **narrow)
        for narrow in ({"person_id": found.person_id}, {"device_id": found.device_id})
        if all(value is not None for value in narrow.values())
    ]
    context = {
        "workflow": found, "name": getattr(found, "about", ""), "rows": rows, "details": _details(found),
        "held": [one for one in held if one.rows], "active": "workflows",
    }  # fmt: skip
    return render(request, "workflows/sheet.html", context)


@page(Permission.ASSIGNMENTS_CHANGE, methods=("POST",))
def drop(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Leave it undone."""
    drop_workflow(actor=actor_in(request), workflow_id=workflow_id, at=timezone.now())
    messages.success(request, _("Dropped: nothing was given or taken."))
    return redirect("workflow", workflow_id)


@page(Permission.ASSIGNMENTS_CHANGE, methods=("POST",))
def wait(request: HttpRequest, workflow_id: int, step_id: int) -> HttpResponse:
    """Put whoever a step was short for on the waiting list of the licence (R-141)."""
    place = wait_for_step(
        actor=actor_in(request),
        workflow_id=workflow_id,
        step_id=step_id,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    messages.success(request, _("On the waiting list, place %(n)s") % {"n": place.number})
    return redirect("workflow", workflow_id)


@page(Permission.LICENCES_CHANGE, methods=BOTH)
def reduce(request: HttpRequest, workflow_id: int, step_id: int) -> HttpResponse:
    """Plan to pay for fewer at the renewal (U-048)."""
    actor = actor_in(request)
    found = workflow_for(actor=actor, workflow_id=workflow_id, permission=Permission.LICENCES_CHANGE)
    step = steps_of(workflow=found).filter(pk=step_id).first()
    if step is None or step.licence_id is None:
        raise NotFound(_("This workflow has no step %(id)s.") % {"id": step_id})
    if request.method == "POST":
        plan = plan_reduction(
            actor=actor, workflow_id=workflow_id, step_id=step_id, at=timezone.now(), on=timezone.localdate()
        )
        messages.success(request, _("Planned: %(units)s units are to be renewed.") % {"units": plan.units})
        return redirect("workflow", workflow_id)
    context = {"workflow": found, "name": step_name(step), "facts": step.facts, "active": "workflows"}
    return render(request, "workflows/reduce.html", context)
