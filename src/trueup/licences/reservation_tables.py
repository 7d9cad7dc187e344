"""The table of units that are held back for a department."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from trueup.tenancy.models import Department, Record


class Reservation(Record):
    """Units of a licence that only holders of a department get until (not including) a day.

    ``taken`` of its ``units`` are held by the department, through the reservation; the others are part of the licence's
    ``reserved`` until somebody ends it or its day has come.
    """

    licence = models.ForeignKey("licences.Licence", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveBigIntegerField()
    taken = models.PositiveBigIntegerField(default=0)
    until_on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("units")), name="reservation_is_not_overdrawn"),
            models.UniqueConstraint(
                fields=["licence", "department"],
                condition=Q(ended_at=None),
                name="reserved_once_for_a_department",
            ),
        ]
        indexes = [
            models.Index(fields=["until_on"], condition=Q(ended_at=None), name="reservation_by_day"),
        ]
