"""Reading workflows, licence sets, what is expected on a device and what is bound to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from trueup.assignments.models import Assignment
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.devices.models import Status
from trueup.inventory.models import DeviceSection
from trueup.inventory.queries import SOFTWARE, installations_visible_to
from trueup.workflows.models import (
    BoundUnits,
    ExpectedProduct,
    LicenceSet,
    SetStep,
    Workflow,
    WorkflowState,
    WorkflowStep,
)

VIEW = Permission.LICENCES_VIEW


def workflows_visible_to(*, actor: Actor) -> QuerySet[Workflow]:
    """Workflows of the actor's companies, each with ``about``: whom or what it is for."""
    rows: QuerySet[Workflow] = Workflow.objects.visible_to(actor, VIEW)
    return rows.annotate(about=Coalesce(F("person__name"), F("device__hostname")))


def workflow_for(*, actor: Actor, workflow_id: int, permission: Permission = VIEW) -> Workflow:
    """One workflow, for whoever has the permission in its company."""
    rows = workflows_visible_to(actor=actor).select_related(
        "company", "person__department", "device", "person_set", "device_set"
    )
    found = rows.filter(pk=workflow_id).first()
    if found is None:
        raise NotFound(_("There is no workflow %(id)s.") % {"id": workflow_id})
    actor.require(permission, found.company_id)
    return found


def steps_of(*, workflow: Workflow) -> QuerySet[WorkflowStep]:
    """The steps of a workflow, in order."""
    rows: QuerySet[WorkflowStep] = WorkflowStep.objects.filter(workflow=workflow).order_by("position")
    return rows.select_related(
        "product", "licence__product", "assignment__person", "assignment__device", "device"
    )


def workflows_about(
    *, actor: Actor, person_id: int | None = None, device_id: int | None = None
) -> list[Workflow]:
    """The open workflows of a person or a device."""
    about = Q(person_id=person_id) if person_id is not None else Q(device_id=device_id)
    rows = workflows_visible_to(actor=actor).filter(about, state=WorkflowState.OPEN)
    return list(rows.order_by("pk"))


def sets_visible_to(*, actor: Actor) -> QuerySet[LicenceSet]:
    """Licence sets in use."""
    rows: QuerySet[LicenceSet] = LicenceSet.objects.visible_to(actor, VIEW)
    return rows.filter(retired_at=None)


def set_for(
    *, actor: Actor, set_id: int, company_id: int | None = None, permission: Permission = VIEW
) -> LicenceSet:
    """One licence set in use; with ``company_id`` only if it is that company's."""
    rows = sets_visible_to(actor=actor).select_related("company", "department")
    found = (rows if company_id is None else rows.filter(company_id=company_id)).filter(pk=set_id).first()
    if found is None:
        raise NotFound(_("There is no licence set %(id)s.") % {"id": set_id})
    actor.require(permission, found.company_id)
    return found


def set_steps_on(*, licence_set: LicenceSet, on: date) -> list[SetStep]:
    """What a set holds on a day, in order."""
    rows = SetStep.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=on), licence_set=licence_set, valid_from__lte=on
    )
    return list(rows.select_related("product__publisher").order_by("position", "pk"))


@dataclass(frozen=True, slots=True)
class Expectation:
    """A product expected on a device: ``found``, ``missing`` (an inventory since then does not list it) or ``awaited``."""

    product_id: int
    product: str
    since: datetime
    state: str


def expectations_of(*, actor: Actor, device_id: int) -> list[Expectation]:
    """What deployments lead one to expect on a device, held against its newest inventory (R-145)."""
    rows = ExpectedProduct.objects.visible_to(actor, Permission.INVENTORY_VIEW)
    expected = list(rows.filter(device_id=device_id, ended_at=None).select_related("product").order_by("pk"))
    if not expected:
        return []
    installed = installations_visible_to(actor=actor).filter(device_id=device_id)
    there = set(installed.order_by().values_list("title__product_id", flat=True))
    sections = DeviceSection.objects.filter(device_id=device_id, section=SOFTWARE)
    heard = sections.values_list("received_at", flat=True).first()
    return [
        Expectation(one.product_id, one.product.name, one.since, _state(one, there, heard))
        for one in expected
    ]


def _state(one: ExpectedProduct, there: Collection[int | None], heard: datetime | None) -> str:
    if one.product_id in there:
        return "found"
    return "missing" if heard is not None and heard > one.since else "awaited"


def units_bound_to(*, actor: Actor, device_id: int) -> QuerySet[Assignment]:
    """What people hold for the software of one device."""
    rows: QuerySet[Assignment] = Assignment.objects.visible_to(actor, VIEW)
    bound = BoundUnits.objects.filter(device_id=device_id).values("assignment_id")
    return (
        rows.filter(pk__in=bound, released_at=None)
        .select_related("licence__product", "person")
        .order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class Leftover:
    """What is held for a device that is decommissioned."""

    device_id: int
    hostname: str
    units: int


def leftovers_of(*, actor: Actor, company_id: int) -> list[Leftover]:
    """Decommissioned devices that units are still held for, by the device or by people (R-116)."""
    rows = Assignment.objects.visible_to(actor, VIEW).filter(company_id=company_id, released_at=None)
    gone = rows.filter(device__status=Status.DECOMMISSIONED)
    found: dict[int, tuple[str, int]] = {}
    for pk, name, units in gone.values_list("device_id", "device__hostname", "units"):
        found[pk] = (name, found.get(pk, (name, 0))[1] + units)
    bound = BoundUnits.objects.visible_to(actor, VIEW).filter(
        company_id=company_id, device__status=Status.DECOMMISSIONED, assignment__released_at=None
    )
    for pk, name, units in bound.values_list("device_id", "device__hostname", "assignment__units"):
        found[pk] = (name, found.get(pk, (name, 0))[1] + units)
    return [Leftover(pk, name, units) for pk, (name, units) in sorted(found.items())]
