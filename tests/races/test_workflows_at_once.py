"""Forty hands finish workflows at once: never beyond what is owned, nothing half done, each finished once; with its control."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_product, set_stage
from tests.races.test_assigning_at_once import HANDS, at_once
from tests.rooms.workflows.stage import a_set, begin
from trueup.assignments.ledger import ledger_faults
from trueup.assignments.models import Assignment
from trueup.base.problems import Problem
from trueup.licences.models import Licence
from trueup.workflows.actions import finish_workflow
from trueup.workflows.models import Workflow, WorkflowStep

pytestmark = pytest.mark.django_db(transaction=True)
UNITS, OLD = 10, 10


@pytest.fixture
def stage():
    return set_stage()


@pytest.fixture
def licences(stage):
    """Two licences of ten units; a set that must have both, and another that names them the other way round."""
    pair = [a_licence(stage.acme, UNITS, product=a_product(stage.acme, name)) for name in ("System", "Tool")]
    products = tuple(one.product for one in pair)
    a_set(stage, required=products, is_for="device", name="There", device_kind="laptop")
    a_set(stage, required=products[::-1], is_for="device", name="Back", device_kind="workstation")
    return pair


def finish(stage, workflow):
    try:
        finish_workflow(actor=stage.alice, workflow_id=workflow.pk, at=NOW, on=TODAY)
    except Problem as refused:
        return refused.name
    return "done"


def test_a_workflow_is_finished_twice_without_the_guard(stage):
    """The control: who looks whether it is open and writes later finishes what another finished meanwhile."""
    workflow = begin(stage, "decommission", device_id=a_device(stage.acme, "old").pk)

    def look_then_write(_number):
        if Workflow.objects.get(pk=workflow.pk).state != "open":
            return 0
        time.sleep(0.05)
        return Workflow.objects.filter(pk=workflow.pk).update(state="done", ended_at=NOW)

    assert sum(at_once(look_then_write)) > 1


def test_forty_hands_deploy_and_decommission(stage, licences):
    """U-005, U-006, R-115, R-116: ten devices go while twenty come, the ones that go finished by two hands each."""
    old = [a_device(stage.acme, f"old{n}", kind="laptop") for n in range(OLD)]
    for device in old:
        assert finish(stage, begin(stage, "deploy", device_id=device.pk)) == "done"
    going = [begin(stage, "decommission", device_id=device.pk) for device in old]
    kinds = ("laptop", "workstation")
    new = [a_device(stage.acme, f"new{n}", kind=kinds[n % 2]) for n in range(HANDS // 2)]
    coming = [begin(stage, "deploy", device_id=device.pk) for device in new]
    work = [*going, *coming, *going]

    told = Counter(at_once(lambda number: finish(stage, work[number])))

    assert set(told) <= {"done", "NotEnoughUnits", "WorkflowOver"}
    assert told["WorkflowOver"] == OLD
    deployed = Workflow.objects.filter(kind="deploy", state="done", device__in=new).count()
    assert told["done"] == OLD + deployed
    for licence in licences:
        row = Licence.objects.get(pk=licence.pk)
        assert row.held == deployed <= UNITS
    held = Counter(Assignment.objects.filter(released_at=None).values_list("device_id", flat=True))
    assert set(held.values()) <= {2}, "a device has one of what it must have and not the other"
    refused = Workflow.objects.filter(kind="deploy", state="open")
    waiting = WorkflowStep.objects.filter(workflow__in=refused)
    assert set(waiting.values_list("outcome", flat=True)) <= {"waiting"}
    assert all(refused.values_list("trouble", flat=True))
    assert ledger_faults(actor=ROOT) == ()
