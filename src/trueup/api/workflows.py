"""Workflows: open, say what becomes of steps, finish at once or as a job; and licence sets, what roles get."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictBool, StrictInt

from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in, day_in, revision_in
from trueup.jobs.actions import ask_job, send_job
from trueup.jobs.deeds import Row
from trueup.people.actions import PersonTerms
from trueup.workflows.actions import (
    WorkflowTerms,
    choose_steps,
    drop_workflow,
    finish_workflow,
    open_workflow,
)
from trueup.workflows.columns import LICENCE_SETS, WORKFLOWS
from trueup.workflows.many import FINISH_WORKFLOWS
from trueup.workflows.queries import set_for, set_steps_on, steps_of, workflow_for
from trueup.workflows.reducing import plan_reduction
from trueup.workflows.requesting import wait_for_step
from trueup.workflows.sets import (
    SetTerms,
    StepTerms,
    change_licence_set,
    create_licence_set,
    retire_licence_set,
)

if TYPE_CHECKING:
    from trueup.workflows.models import LicenceSet, Workflow, WorkflowStep

router = Router(tags=["workflows"])
MOST = 2**63 - 1
MOST_AT_ONCE = 500
Kind = Literal["joiner", "deploy", "hand_over", "leaver", "decommission", "check_in"]


class NewPersonBody(Body):
    """A new employee as a directory knows them; ``source`` and ``external_id`` find them again."""

    username: str = Field(max_length=150)
    name: str = Field(max_length=200)
    email: str = Field("", max_length=254)
    employee_number: str = Field("", max_length=60)
    department: str = Field("", max_length=200)
    location: str = Field("", max_length=200)
    region: StrictInt | None = Field(None, le=MOST)
    source: str = Field("", max_length=60)
    external_id: str = Field("", max_length=200)


class WorkflowBody(Body):
    """A workflow. Without sets the usual ones are taken: by the person's department, the device's kind."""

    company: StrictInt = Field(le=MOST)
    kind: Kind
    person: StrictInt | None = Field(None, le=MOST)
    new_person: NewPersonBody | None = None
    device: StrictInt | None = Field(None, le=MOST)
    person_set: StrictInt | None = Field(None, le=MOST)
    device_set: StrictInt | None = Field(None, le=MOST)
    last_day: date | None = None
    note: str = Field("", max_length=500)
    source: str = Field("", max_length=60)


class ChoiceBody(Body):
    """What becomes of one step."""

    step: StrictInt = Field(le=MOST)
    choice: Literal["give", "keep", "release", "burn", "move", "stock", "retire", "missing"]


class ChoicesBody(Body):
    """What becomes of steps; those that are not named stay as they are."""

    choices: list[ChoiceBody] = Field(default_factory=list, max_length=1000)

    def by_step(self) -> dict[int, str]:
        """As the room takes them."""
        return {one.step: one.choice for one in self.choices}


class ManyBody(Body):
    """Open workflows of one company."""

    company: StrictInt = Field(le=MOST)
    workflows: list[StrictInt] = Field(min_length=1, max_length=MOST_AT_ONCE)


class SetStepBody(Body):
    """A product of a set; ``units`` empty is what the metric proposes, ``required`` stops the workflow without it."""

    product: StrictInt = Field(le=MOST)
    units: StrictInt | None = None
    required: StrictBool = False


class SetChange(Body):
    """A licence set as it should be from today on."""

    name: str = Field(max_length=100)
    is_for: Literal["person", "device"] = "person"
    department: StrictInt | None = Field(None, le=MOST)
    device_kind: str = Field("", max_length=11)
    steps: list[SetStepBody] = Field(default_factory=list, max_length=100)

    def terms(self) -> SetTerms:
        """As the room takes it."""
        steps = [StepTerms(one.product, one.units, one.required) for one in self.steps]
        return SetTerms(self.name, self.is_for, self.department, self.device_kind, steps)


class SetBody(SetChange):
    """A new licence set."""

    company: StrictInt = Field(le=MOST)


@router.get(
    "/workflows/",
    response=ListAnswer,
    openapi_extra=list_parameters(WORKFLOWS),
    summary="Workflows one may see",
)
def list_workflows(request: HttpRequest) -> HttpResponse:
    """``state=open`` narrows to what is still to be finished."""
    return list_answer(request, WORKFLOWS)


@router.post("/workflows/", response={201: dict[str, Any]}, summary="Open a workflow")
def post_workflow(request: HttpRequest, body: WorkflowBody) -> HttpResponse:
    """Its steps are proposed; nothing is given or taken yet. A joiner a directory sent before is answered again."""
    values = body.model_dump(include={"kind", "last_day", "note", "source"})
    new = None
    if body.new_person is not None:
        told = body.new_person.model_dump(exclude={"region"})
        new = PersonTerms(**told, region_id=body.new_person.region)
    terms = WorkflowTerms(
        **values, person_id=body.person, new_person=new, device_id=body.device, person_set_id=body.person_set,
        device_set_id=body.device_set,
    )  # fmt: skip
    made = open_workflow(
        actor=actor_in(request),
        company_id=body.company,
        terms=terms,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return json_answer(_workflow(made), 201)


@router.post("/workflows/finish/", response={202: dict[str, Any]}, summary="Finish many workflows as a job")
def post_finish_many(request: HttpRequest, body: ManyBody) -> HttpResponse:
    """The worker finishes each in a transaction of its own; ``/api/jobs/{id}/`` says what became of them."""
    rows = [Row(position, number) for position, number in enumerate(body.workflows, start=1)]
    job = ask_job(
        actor=actor_in(request), company_id=body.company, deed=FINISH_WORKFLOWS, rows=rows, at=timezone.now()
    )
    send_job(job_id=job.pk)
    return json_answer({"job": job.pk, "rows": len(rows)}, 202)


@router.get("/workflows/{int:workflow_id}/", response=dict[str, Any], summary="One workflow")
def get_workflow(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """With its steps: what each does, what somebody said of it, what became of it."""
    return json_answer(_workflow(workflow_for(actor=actor_in(request), workflow_id=workflow_id)))


@router.patch("/workflows/{int:workflow_id}/", response=dict[str, Any], summary="Say what becomes of steps")
def patch_workflow(request: HttpRequest, workflow_id: int, body: ChoicesBody) -> HttpResponse:
    """Of an open workflow. Nothing is carried out yet."""
    changed = choose_steps(actor=actor_in(request), workflow_id=workflow_id, choices=body.by_step())
    return json_answer(_workflow(changed))


@router.post("/workflows/{int:workflow_id}/finish/", response=dict[str, Any], summary="Carry a workflow out")
def post_finish(request: HttpRequest, workflow_id: int, body: ChoicesBody) -> HttpResponse:
    """All of it in one transaction, or nothing: then it stays open, with ``trouble``. 409 ``ChoicesMissing`` names steps."""
    done = finish_workflow(
        actor=actor_in(request), workflow_id=workflow_id, at=timezone.now(), on=timezone.localdate(),
        choices=body.by_step(),
    )  # fmt: skip
    return json_answer(_workflow(done))


@router.post("/workflows/{int:workflow_id}/drop/", response=dict[str, Any], summary="Leave a workflow undone")
def post_drop(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """It stays in the history."""
    return json_answer(
        _workflow(drop_workflow(actor=actor_in(request), workflow_id=workflow_id, at=timezone.now()))
    )


@router.post(
    "/workflows/{int:workflow_id}/steps/{int:step_id}/reduce/",
    response={201: dict[str, Any]},
    summary="Plan to renew fewer of what a step freed",
)
def post_reduce(request: HttpRequest, workflow_id: int, step_id: int) -> HttpResponse:
    """Into the plan there is for the licence, else a new one; once more changes nothing."""
    plan = plan_reduction(
        actor=actor_in(request), workflow_id=workflow_id, step_id=step_id, at=timezone.now(),
        on=timezone.localdate(),
    )  # fmt: skip
    return json_answer({"plan": plan.pk, "licence": plan.licence_id, "units": plan.units}, 201)


@router.post(
    "/workflows/{int:workflow_id}/steps/{int:step_id}/wait/",
    response={201: dict[str, Any]},
    summary="Put whoever a step was short for on the waiting list",
)
def post_wait(request: HttpRequest, workflow_id: int, step_id: int) -> HttpResponse:
    """Units that come free are given in the order of the list. 409 ``UnitsAreFree`` where nobody has to wait any more."""
    place = wait_for_step(
        actor=actor_in(request), workflow_id=workflow_id, step_id=step_id, at=timezone.now(),
        on=timezone.localdate(),
    )  # fmt: skip
    return json_answer({"waiting": place.row.pk, "licence": place.row.licence_id, "place": place.number}, 201)


@router.get(
    "/licence-sets/",
    response=ListAnswer,
    openapi_extra=list_parameters(LICENCE_SETS),
    summary="What roles of people and devices get",
)
def list_licence_sets(request: HttpRequest) -> HttpResponse:
    """Sets in use, without their steps."""
    return list_answer(request, LICENCE_SETS)


@router.post("/licence-sets/", response={201: dict[str, Any]}, summary="Write a licence set down")
def post_licence_set(request: HttpRequest, body: SetBody) -> HttpResponse:
    """Steps in the order given; each product once."""
    made = create_licence_set(
        actor=actor_in(request), company_id=body.company, terms=body.terms(), at=timezone.now(),
        on=timezone.localdate(),
    )  # fmt: skip
    return json_answer(_set(set_for(actor=actor_in(request), set_id=made.pk), timezone.localdate()), 201)


@router.get("/licence-sets/{int:set_id}/", response=dict[str, Any], summary="One licence set")
def get_licence_set(request: HttpRequest, set_id: int) -> HttpResponse:
    """With its steps of today, or of the day ``on``."""
    return json_answer(_set(set_for(actor=actor_in(request), set_id=set_id), day_in(request)))


@router.put(
    "/licence-sets/{int:set_id}/", response=dict[str, Any], summary="Change a licence set from today on"
)
def put_licence_set(request: HttpRequest, set_id: int, body: SetChange) -> HttpResponse:
    """Steps of before stay known. ``If-Match`` refuses to overwrite somebody else's change (412)."""
    changed = change_licence_set(
        actor=actor_in(request), set_id=set_id, terms=body.terms(), at=timezone.now(), on=timezone.localdate(),
        revision=revision_in(request),
    )  # fmt: skip
    return json_answer(_set(changed, timezone.localdate()))


@router.post(
    "/licence-sets/{int:set_id}/retire/", response={204: None}, summary="Offer a licence set no more"
)
def post_retire_set(request: HttpRequest, set_id: int) -> HttpResponse:
    """Workflows that began with it stay as they are."""
    retire_licence_set(actor=actor_in(request), set_id=set_id, at=timezone.now())
    return HttpResponse(status=204)


def _workflow(found: Workflow) -> dict[str, Any]:
    names = (
        "id", "kind", "state", "trouble", "note", "source", "last_day", "opened_at", "opened_by", "ended_at", "ended_by",
    )  # fmt: skip
    ids = {
        name: getattr(found, f"{name}_id")
        for name in ("company", "person", "device", "person_set", "device_set")
    }
    steps = [_step(step) for step in steps_of(workflow=found)]
    return {**{name: getattr(found, name) for name in names}, **ids, "steps": steps}


def _step(step: WorkflowStep) -> dict[str, Any]:
    names = (
        "id",
        "position",
        "does",
        "units",
        "is_required",
        "choice",
        "why_asked",
        "outcome",
        "detail",
        "facts",
    )
    product = None if step.product is None else {"id": step.product_id, "name": step.product.name}
    ids = {name: getattr(step, f"{name}_id") for name in ("licence", "assignment", "device")}
    return {**{name: getattr(step, name) for name in names}, "product": product, **ids}


def _set(found: LicenceSet, on: date) -> dict[str, Any]:
    steps = [
        {
            "product": {"id": one.product_id, "name": one.product.name},
            "units": one.units,
            "required": one.is_required,
        }
        for one in set_steps_on(licence_set=found, on=on)
    ]
    names = ("id", "name", "is_for", "device_kind", "revision")
    return {
        **{name: getattr(found, name) for name in names},
        "company": found.company_id, "department": found.department_id, "steps": steps,
    }  # fmt: skip
