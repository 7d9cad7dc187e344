"""The table of people."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from trueup.tenancy.models import Department, Location, Record, Region


class Person(Record):
    """Someone who works for a company."""

    username = models.CharField(max_length=150)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    employee_number = models.CharField(max_length=60, blank=True)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    location = models.ForeignKey(Location, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    manager = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_active = models.BooleanField(default=True)
    left_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="person_of_company"),
            models.UniqueConstraint(fields=["company", "username"], name="person_username_once"),
            models.UniqueConstraint(
                fields=["company", "employee_number"],
                condition=~Q(employee_number=""),
                name="person_employee_number_once",
            ),
            models.CheckConstraint(
                condition=Q(is_active=True) | Q(left_on__isnull=False), name="who_left_has_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "name"], name="person_by_name"),
            models.Index(fields=["name", "id"], name="person_named"),
        ]
