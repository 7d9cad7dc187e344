"""New employees and deployments: what a role gets is given in one step, what is short is named, what must be stops it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import NOW, ROOT, TODAY, Stage, a_device, a_licence, a_person, a_product, holder
from tests.rooms.compliance.estates import install
from tests.rooms.workflows.stage import a_set, begin, finish, outcomes, steps
from trueup.assignments.actions import assign_units
from trueup.assignments.ledger import ledger_faults
from trueup.assignments.models import Assignment, Waiting
from trueup.audit.models import Entry
from trueup.base.problems import Invalid, NotAllowed, NotFound
from trueup.inventory.models import DeviceSection, Installation
from trueup.jobs.actions import ask_job
from trueup.jobs.deeds import Row
from trueup.jobs.running import run_job
from trueup.licences.balances import NotEnoughUnits
from trueup.licences.models import Licence
from trueup.people.actions import PersonTerms
from trueup.people.models import Person
from trueup.tenancy.actions import add_region
from trueup.workflows.actions import WorkflowOpen, WorkflowOver, WorkflowTerms, drop_workflow, open_workflow
from trueup.workflows.carrying_out import NoLicence
from trueup.workflows.many import FINISH_WORKFLOWS
from trueup.workflows.models import BoundUnits, LicenceSet, SetStep, Workflow
from trueup.workflows.queries import expectations_of, set_steps_on
from trueup.workflows.requesting import NothingToWaitFor, wait_for_step
from trueup.workflows.sets import SetExists, SetTerms, StepTerms, change_licence_set, create_licence_set

CAROL = PersonTerms(username="carol", name="Carol Core", source="entra", external_id="42")


def held(thing) -> dict[str, int]:
    """What somebody or something holds, by product."""
    kind = "person" if isinstance(thing, Person) else "device"
    rows = Assignment.objects.filter(released_at=None, **{kind: thing})
    return dict(rows.values_list("licence__product__name", "units"))


def events_of(kind: str, subject_id: int) -> list[str]:
    rows = Entry.objects.filter(subject_kind=kind, subject_id=subject_id, event__startswith="workflows.")
    return list(rows.order_by("position").values_list("event", flat=True))


def test_a_directory_starts_a_joiner_once(stage: Stage):
    """R-140: the person is made or picked; sent again it is the same workflow."""
    first = begin(stage, "joiner", new_person=CAROL, source="entra")
    renamed = PersonTerms(username="carol.core", name="Carol C.", source="entra", external_id="42")
    again = begin(stage, "joiner", new_person=renamed, source="entra")

    assert again.pk == first.pk
    assert first.person.name == "Carol Core"
    assert Person.objects.filter(company=stage.acme).count() == 1
    with pytest.raises(WorkflowOpen):
        begin(stage, "joiner", person_id=first.person_id)
    assert Workflow.objects.count() == 1


def test_a_joiner_picks_who_is_there(stage: Stage):
    """R-140: by login, whatever the case; who has left is not taken for whoever is new."""
    carol = a_person(stage.acme, "carol")
    assert begin(stage, "joiner", new_person=PersonTerms("CAROL", "Carol")).person_id == carol.pk
    Person.objects.filter(pk=carol.pk).update(is_active=False, left_on=TODAY)
    Workflow.objects.all().update(state="cancelled", ended_at=NOW)
    with pytest.raises(Invalid):
        begin(stage, "joiner", new_person=PersonTerms("carol", "Another Carol"))
    assert Workflow.objects.filter(state="open").count() == 0


def test_a_role_gets_its_set_and_what_is_short_is_named(stage: Stage):
    """R-141, R-143: the set of the department, in one step; what is short and what no licence covers says so."""
    draw, paint, mail = (a_product(stage.acme, name) for name in ("Draw", "Paint", "Mail"))
    for product, units in ((draw, 2), (paint, 1)):
        a_licence(stage.acme, units, metric="per_named_user", product=product)
    carol = a_person(stage.acme, "carol", department="Design")
    other = a_person(stage.acme, "dora")
    paints = Licence.objects.get(product=paint)
    assign_units(actor=ROOT, licence_id=paints.pk, holder=holder(other), units=1, at=NOW, on=TODAY)
    a_set(stage, mail, name="Everybody")
    wanted = a_set(stage, draw, paint, mail, department_id=carol.department_id)

    workflow = begin(stage, "joiner", person_id=carol.pk)
    assert workflow.person_set_id == wanted.pk
    assert held(carol) == {}
    done = finish(stage, workflow)

    assert done.state == "done"
    assert held(carol) == {"Draw": 1}
    assert outcomes(workflow) == {"Draw": "done", "Paint": "short", "Mail": "short"}
    short = {step.product.name: step.detail for step in steps(workflow) if step.outcome == "short"}
    assert "0" in short["Paint"]
    assert "No licence of Mail" in short["Mail"]
    entry = Entry.objects.get(event="workflows.joined")
    assert (entry.subject_id, entry.details["licences"]) == (carol.pk, ["Draw"])
    assert entry.details["short"] == "Paint, Mail"
    assert ledger_faults(actor=ROOT) == ()


def test_what_was_short_can_be_requested(stage: Stage):
    """R-141, R-150: a place on the waiting list, once; whoever leaves makes room, and the first in line is served."""
    draw, mail = a_product(stage.acme, "Draw"), a_product(stage.acme, "Mail")
    a_licence(stage.acme, 1, metric="per_named_user", product=draw)
    a_set(stage, draw, mail)
    first, second = a_person(stage.acme, "carol"), a_person(stage.acme, "dora")
    finish(stage, begin(stage, "joiner", person_id=first.pk))
    workflow = begin(stage, "joiner", person_id=second.pk)
    finish(stage, workflow)
    short = {step.product.name: step for step in steps(workflow)}
    asked = {"actor": stage.alice, "workflow_id": workflow.pk, "at": NOW, "on": TODAY}
    place = wait_for_step(step_id=short["Draw"].pk, **asked)
    assert (place.number, place.row.person_id) == (1, second.pk)
    for name in ("Draw", "Mail"):
        with pytest.raises(NothingToWaitFor):
            wait_for_step(step_id=short[name].pk, **asked)
    with pytest.raises(NotFound):
        wait_for_step(step_id=short["Draw"].pk, **(asked | {"actor": stage.mallory}))
    assert Waiting.objects.count() == 1

    finish(stage, begin(stage, "leaver", person_id=first.pk))

    assert (held(first), held(second)) == ({}, {"Draw": 1})
    assert ledger_faults(actor=ROOT) == ()


def test_deploying_takes_the_operating_system_by_rule(stage: Stage):
    """R-112, R-115, R-147: by the kind of the device, from a licence of its region with room; the device says so after."""
    system, tool = a_product(stage.acme, "System"), a_product(stage.acme, "Tool")
    far = add_region(actor=ROOT, company=stage.acme, name="Far", at=NOW)
    a_licence(stage.acme, 5, product=system, region_id=far.pk)
    full = a_licence(stage.acme, 1, product=system)
    roomy = a_licence(stage.acme, 3, product=system)
    assign_units(
        actor=ROOT, licence_id=full.pk, holder=holder(a_device(stage.acme, "old")), units=1, at=NOW, on=TODAY
    )
    a_licence(stage.acme, 3, metric="per_named_user", product=tool)
    a_set(stage, tool, required=(system,), is_for="device", device_kind="laptop", name="Laptops")
    carol, device = (
        a_person(stage.acme, "carol"),
        a_device(stage.acme, "lap1", kind="laptop", status="in_stock"),
    )

    workflow = begin(stage, "deploy", device_id=device.pk, person_id=carol.pk)
    assert [step.product.name for step in steps(workflow)] == ["System", "Tool"]
    finish(stage, workflow)

    device.refresh_from_db()
    assert (device.status, device.user_id) == ("deployed", carol.pk)
    row = Assignment.objects.get(device=device, released_at=None)
    assert row.licence_id == roomy.pk
    assert held(carol) == {"Tool": 1}
    assert BoundUnits.objects.get().assignment.person_id == carol.pk
    assert events_of("device", device.pk) == ["workflows.opened", "workflows.deployed"]
    entry = Entry.objects.get(event="workflows.deployed")
    assert (entry.actor, entry.details["licences"]) == ("Alice", ["System", "Tool"])


def test_without_a_unit_that_must_be_nothing_is_done(stage: Stage):
    """R-115, R-146: NotEnoughUnits as everywhere; nothing half done, the deployment stays open and says why."""
    system, tool = a_product(stage.acme, "System"), a_product(stage.acme, "Tool")
    tools = a_licence(stage.acme, 5, product=tool)
    systems = a_licence(stage.acme, 1, product=system)
    other = a_device(stage.acme, "old")
    made = assign_units(actor=ROOT, licence_id=systems.pk, holder=holder(other), units=1, at=NOW, on=TODAY)
    device = a_device(stage.acme, "lap1", kind="laptop", status="in_stock")
    a_set(stage, tool, required=(system,), is_for="device", name="Laptops")
    workflow = begin(stage, "deploy", device_id=device.pk)

    with pytest.raises(NotEnoughUnits) as refused:
        finish(stage, workflow)

    workflow.refresh_from_db()
    device.refresh_from_db()
    assert (workflow.state, workflow.trouble) == ("open", refused.value.detail)
    assert device.status == "in_stock"
    assert list(Assignment.objects.values_list("pk", flat=True)) == [made.pk]
    assert set(outcomes(workflow).values()) == {"waiting"}
    assert expectations_of(actor=stage.alice, device_id=device.pk) == []
    tools.refresh_from_db()
    assert tools.held == 0

    a_licence(stage.acme, 1, product=system)
    assert finish(stage, workflow).state == "done"
    assert held(device) == {"System": 1, "Tool": 1}


def test_a_product_without_any_licence_stops_where_it_must_be(stage: Stage):
    """R-115."""
    device = a_device(stage.acme, "lap1")
    a_set(stage, required=(a_product(stage.acme, "System"),), is_for="device", name="Laptops")
    workflow = begin(stage, "deploy", device_id=device.pk)
    with pytest.raises(NoLicence):
        finish(stage, workflow)
    assert not Assignment.objects.exists()


def test_what_was_deployed_is_expected_and_inventories_tell(stage: Stage):
    """R-145: awaited, then found; or missing once an inventory since then does not list it."""
    tool, other = a_product(stage.acme, "Tool"), a_product(stage.acme, "Other")
    for product in (tool, other):
        a_licence(stage.acme, 5, product=product)
    device = a_device(stage.acme, "lap1")
    a_set(stage, tool, other, is_for="device", name="Laptops")
    finish(stage, begin(stage, "deploy", device_id=device.pk))

    def told() -> dict[str, str]:
        return {one.product: one.state for one in expectations_of(actor=stage.alice, device_id=device.pk)}

    assert told() == {"Tool": "awaited", "Other": "awaited"}
    install(stage.acme, tool, device)
    DeviceSection.objects.filter(device=device).delete()
    DeviceSection.objects.create(
        company=stage.acme, device=device, section="softwares", source="glpi", received_at=NOW + timedelta(hours=1)
    )  # fmt: skip
    assert told() == {"Tool": "found", "Other": "missing"}
    Installation.objects.filter(device=device).update(gone_at=NOW + timedelta(hours=2))
    assert told()["Tool"] == "missing"
    assert expectations_of(actor=stage.mallory, device_id=device.pk) == []


def test_k_016_many_workflows_as_a_job(stage: Stage):
    """K-016: each in a transaction of its own, with its history; what is refused says why, and the rest is done."""
    draw = a_product(stage.acme, "Draw")
    a_licence(stage.acme, 2, metric="per_named_user", product=draw)
    a_set(stage, required=(draw,))
    people = [a_person(stage.acme, name) for name in ("carol", "dora", "emil")]
    opened = [begin(stage, "joiner", person_id=one.pk) for one in people]
    rows = [Row(position, one.pk) for position, one in enumerate(opened, start=1)]
    job = ask_job(actor=stage.alice, company_id=stage.acme.pk, deed=FINISH_WORKFLOWS, rows=rows, at=NOW)

    done = run_job(job_id=job.pk, deeds={FINISH_WORKFLOWS.kind: FINISH_WORKFLOWS}, clock=lambda: NOW)

    assert (done.state, done.done, done.refused) == ("done", 2, 1)
    assert [held(one) for one in people] == [{"Draw": 1}, {"Draw": 1}, {}]
    assert Workflow.objects.get(pk=opened[2].pk).trouble
    assert events_of("person", people[0].pk)[-1] == "workflows.joined"


def test_what_is_held_already_is_not_given_twice(stage: Stage):
    """R-141, D-088."""
    draw = a_product(stage.acme, "Draw")
    licence = a_licence(stage.acme, 5, metric="per_named_user", product=draw)
    carol = a_person(stage.acme, "carol")
    assign_units(actor=ROOT, licence_id=licence.pk, holder=holder(carol), units=1, at=NOW, on=TODAY)
    a_set(stage, draw)
    workflow = begin(stage, "joiner", person_id=carol.pk)
    finish(stage, workflow)
    assert outcomes(workflow) == {"Draw": "left"}
    assert held(carol) == {"Draw": 1}


def test_a_set_of_any_day_is_known(stage: Stage):
    """R-141: steps are dated; a change holds from today on."""
    draw, paint = a_product(stage.acme, "Draw"), a_product(stage.acme, "Paint")
    made = a_set(stage, draw)
    SetStep.objects.all().update(valid_from=TODAY - timedelta(days=10))
    terms = SetTerms(name="Designer", steps=[StepTerms(paint.pk, 2), StepTerms(draw.pk, 1, is_required=True)])
    change_licence_set(actor=stage.alice, set_id=made.pk, terms=terms, at=NOW, on=TODAY)

    def names(on):
        return [(one.product.name, one.units) for one in set_steps_on(licence_set=made, on=on)]

    assert names(TODAY - timedelta(days=1)) == [("Draw", None)]
    assert names(TODAY) == [("Paint", 2), ("Draw", 1)]
    with pytest.raises(SetExists):
        create_licence_set(
            actor=stage.alice, company_id=stage.acme.pk, terms=SetTerms("Designer"), at=NOW, on=TODAY
        )
    assert LicenceSet.objects.count() == 1


def test_who_may_not_assign_opens_and_finishes_nothing(stage: Stage):
    """R-146, K-021."""
    carol = a_person(stage.acme, "carol")
    terms = WorkflowTerms(kind="joiner", person_id=carol.pk)
    asked = {"company_id": stage.acme.pk, "terms": terms, "at": NOW, "on": TODAY}
    with pytest.raises(NotAllowed):
        open_workflow(actor=stage.bob, **asked)
    with pytest.raises(NotFound):
        open_workflow(actor=stage.mallory, **asked)
    assert not Workflow.objects.exists()
    workflow = begin(stage, "joiner", person_id=carol.pk)
    with pytest.raises(NotFound):
        drop_workflow(actor=stage.mallory, workflow_id=workflow.pk, at=NOW)
    drop_workflow(actor=stage.alice, workflow_id=workflow.pk, at=NOW)
    with pytest.raises(WorkflowOver):
        finish(stage, workflow)
