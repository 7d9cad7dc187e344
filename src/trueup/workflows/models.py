"""Tables of licence sets, workflows and their steps, expected products and bound units."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from trueup.assignments.models import Assignment
from trueup.catalogue.models import Product
from trueup.devices.models import Device, Kind
from trueup.licences.models import Licence
from trueup.people.models import Person
from trueup.tenancy.models import Department, Record


class SetFor(models.TextChoices):
    """Whom a licence set is for."""

    PERSON = "person", _("People")
    DEVICE = "device", _("Devices")


class LicenceSet(Record):
    """What a role of people or devices gets; proposed for its department or kind of device where it names one."""

    name = models.CharField(max_length=100)
    is_for = models.CharField(max_length=6, choices=SetFor.choices)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    device_kind = models.CharField(max_length=11, choices=Kind.choices, blank=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name"], condition=Q(retired_at=None), name="licence_set_once"
            ),
            models.CheckConstraint(
                condition=Q(is_for="person", device_kind="") | Q(is_for="device", department=None),
                name="licence_set_for_people_or_devices",
            ),
        ]


class SetStep(Record):
    """A product of a licence set, from a day until (not including) another; ``units`` empty is what the metric proposes."""

    licence_set = models.ForeignKey(LicenceSet, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField(null=True)
    is_required = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="set_step_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(units__isnull=True) | Q(units__gt=0), name="set_step_units_are_positive"
            ),
            models.UniqueConstraint(
                fields=["licence_set", "product"], condition=Q(valid_until=None), name="product_once_a_set"
            ),
        ]


class WorkflowKind(models.TextChoices):
    """What comes, changes hands or goes."""

    JOINER = "joiner", _("New employee")
    DEPLOY = "deploy", _("Deployment")
    HAND_OVER = "hand_over", _("Hand-over")
    LEAVER = "leaver", _("Departure")
    DECOMMISSION = "decommission", _("Decommissioning")
    CHECK_IN = "check_in", _("Check-in")


class WorkflowState(models.TextChoices):
    """Whether it is still to be finished."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Workflow(Record):
    """One workflow: for a person, a device or both. ``trouble`` is why it could not be finished when last tried."""

    kind = models.CharField(max_length=12, choices=WorkflowKind.choices)
    state = models.CharField(max_length=9, choices=WorkflowState.choices, default=WorkflowState.OPEN)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    person_set = models.ForeignKey(LicenceSet, null=True, on_delete=models.PROTECT, related_name="+")
    device_set = models.ForeignKey(LicenceSet, null=True, on_delete=models.PROTECT, related_name="+")
    last_day = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=60, blank=True)
    trouble = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(device__isnull=False),
                name="workflow_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="ended_workflow_has_a_moment",
            ),
            models.UniqueConstraint(
                fields=["kind", "device"],
                condition=Q(state="open", device__isnull=False),
                name="one_open_workflow_a_device",
            ),
            models.UniqueConstraint(
                fields=["kind", "person"],
                condition=Q(state="open", kind__in=["joiner", "leaver"]),
                name="one_open_workflow_a_person",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-opened_at"], name="workflow_latest"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="workflow_of_person"),
            models.Index(fields=["device"], condition=Q(device__isnull=False), name="workflow_of_device"),
        ]


class StepDoes(models.TextChoices):
    """What a step does."""

    GIVE = "give", _("Assign")
    MOVE = "move", _("Hand on")
    RELEASE = "release", _("Release")
    RETURN = "return", _("Return")


class Outcome(models.TextChoices):
    """What became of a step."""

    WAITING = "waiting", _("To do")
    DONE = "done", _("Done")
    SHORT = "short", _("Short")
    LEFT = "left", _("Left as it is")


class WorkflowStep(Record):
    """One step, in order. ``choice`` empty: somebody has to say what becomes of it before the workflow can be finished."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    does = models.CharField(max_length=7, choices=StepDoes.choices)
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField(null=True)
    is_required = models.BooleanField(default=False)
    is_for_device = models.BooleanField(default=False)
    choice = models.CharField(max_length=8, blank=True)
    why_asked = models.TextField(blank=True)
    outcome = models.CharField(max_length=7, choices=Outcome.choices, default=Outcome.WAITING)
    detail = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow", "position"], name="step_once_a_place"),
        ]


class ExpectedProduct(Record):
    """A product that should be found on a device since it was deployed there, until it is taken away."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    workflow = models.ForeignKey(Workflow, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device", "product"], condition=Q(ended_at=None), name="expected_once_a_device"
            ),
        ]


class BoundUnits(Record):
    """Units of a person that are for the software of one device, and go when it goes."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["device"], name="bound_to_device")]
