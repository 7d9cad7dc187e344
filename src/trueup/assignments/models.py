"""The table of assignments."""

from __future__ import annotations

from django.db import models
from django.db.models import Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from trueup.devices.models import Device
from trueup.licences.models import Licence
from trueup.licences.reservation_tables import Reservation
from trueup.people.models import Person
from trueup.tenancy.models import Department, Location, Record

HOLDERS = ("person", "device", "location", "department")
"""The columns that name a holder; one of them is filled in every assignment."""


class Exemption(models.TextChoices):
    """Why a unit may go to somebody else before its waiting time is over; each needs a reason in words."""

    HARDWARE_FAILED = "hardware_failed", _("The hardware failed")
    PERSON_LEFT = "person_left", _("The person left")
    TEMPORARY_ABSENCE = "temporary_absence", _("The person is away for a while")
    MISTAKE = "mistake", _("Given by mistake, and never used")


class Assignment(Record):
    """Units of a licence, given to a holder from a moment until they are released.

    A person or a device ``within`` a location or department that holds a site licence takes no unit of the balance.
    ``recorded_at`` is when it was written down, where that was later than its beginning. Of units given back since ``freed_on``, ``cooling`` were not given on and wait for it under the licence's rule;
    ``burnt`` ones never can be. ``reserved_units`` of the units came out of the ``reservation``.
    """

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    within = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    share = models.PositiveIntegerField(null=True)
    units = models.PositiveIntegerField()
    assigned_at = models.DateTimeField()
    assigned_by = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=200, blank=True)
    release_reason = models.CharField(max_length=500, blank=True)
    exemption = models.CharField(max_length=17, choices=Exemption.choices, blank=True, db_default="")
    cooling = models.PositiveIntegerField(default=0, db_default=0)
    freed_on = models.DateField(null=True)
    burnt = models.PositiveIntegerField(default=0, db_default=0)
    recorded_at = models.DateTimeField(null=True)
    reservation = models.ForeignKey(Reservation, null=True, on_delete=models.PROTECT, related_name="+")
    reserved_units = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(units__gt=0), name="units_are_positive"),
            models.CheckConstraint(
                condition=Exact(
                    Func(*HOLDERS, function="num_nonnulls", output_field=models.IntegerField()), 1
                ),
                name="one_holder_of_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(released_at__gte=models.F("assigned_at")),
                name="released_after_assigned",
            ),
            models.CheckConstraint(
                condition=Q(cooling=0) | Q(freed_on__isnull=False), name="cooling_since_a_day"
            ),
            models.CheckConstraint(
                condition=Q(reserved_units=0) | Q(reservation__isnull=False),
                name="reserved_units_have_a_reservation",
            ),
            models.UniqueConstraint(
                fields=["licence", "person"],
                condition=Q(released_at=None, person__isnull=False),
                name="person_holds_once",
            ),
            models.UniqueConstraint(
                fields=["licence", "device"],
                condition=Q(released_at=None, device__isnull=False),
                name="device_holds_once",
            ),
            models.UniqueConstraint(
                fields=["licence", "location"],
                condition=Q(released_at=None, location__isnull=False),
                name="location_holds_once",
            ),
            models.UniqueConstraint(
                fields=["licence", "department"],
                condition=Q(released_at=None, department__isnull=False),
                name="department_holds_once",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="assignment_by_person"),
            models.Index(fields=["device"], condition=Q(device__isnull=False), name="assignment_by_device"),
            models.Index(
                fields=["location"], condition=Q(location__isnull=False), name="assignment_by_location"
            ),
            models.Index(
                fields=["department"], condition=Q(department__isnull=False), name="assignment_by_department"
            ),
            models.Index(fields=["within"], condition=Q(within__isnull=False), name="assignment_within"),
            models.Index(fields=["licence", "assigned_at"], name="assignment_by_licence"),
            models.Index(
                fields=["licence"],
                include=["id", "person", "device"],
                condition=Q(released_at=None),
                name="assignment_open",
            ),
            models.Index(
                fields=["-assigned_at", "id"],
                include=["person"],
                condition=Q(released_at=None),
                name="assignment_latest",
            ),
            models.Index(
                fields=["reservation"], condition=Q(reserved_units__gt=0), name="assignment_of_reservation"
            ),
            models.Index(
                fields=["licence", "freed_on"], condition=Q(cooling__gt=0), name="assignment_cooling"
            ),
        ]


class Eligible(Record):
    """A person who may use a concurrent licence; whether they do at a moment is an assignment."""

    licence = models.ForeignKey(Licence, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["licence", "person"], name="eligible_once")]


class RefusalsOfDay(Record):
    """How often a use of a concurrent licence was refused on a day because all units were out."""

    licence = models.ForeignKey(Licence, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    refusals = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["licence", "day"], name="refusals_once_a_day")]


class WaitEnd(models.TextChoices):
    """How the waiting ended."""

    SERVED = "served", _("Units given")
    LEFT = "left", _("Taken off the list")
    REFUSED = "refused", _("May not hold them any more")


class Waiting(Record):
    """A person or device that waits for units of a licence. The order of the ids is the order of the list."""

    licence = models.ForeignKey(Licence, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    reason = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=7, choices=WaitEnd.choices, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(units__gt=0), name="units_waited_for_are_positive"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, device__isnull=True)
                | Q(person__isnull=True, device__isnull=False),
                name="one_waits_of_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="waiting_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(assignment__isnull=True) | Q(outcome="served"), name="served_have_an_assignment"
            ),
            models.UniqueConstraint(
                fields=["licence", "person"],
                condition=Q(ended_at=None, person__isnull=False),
                name="person_waits_once",
            ),
            models.UniqueConstraint(
                fields=["licence", "device"],
                condition=Q(ended_at=None, device__isnull=False),
                name="device_waits_once",
            ),
        ]
        indexes = [
            models.Index(fields=["licence", "id"], condition=Q(ended_at=None), name="waiting_in_order"),
        ]
