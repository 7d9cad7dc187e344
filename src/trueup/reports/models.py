"""The tables of saved reports, of the schedules by which they are sent, and of the links by which they are shared."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trueup.jobs.models import Job
from trueup.tenancy.models import Record, User


class Cadence(models.TextChoices):
    """How often a report is sent; each time it is about the period that has just ended."""

    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every quarter")
    YEARLY = "yearly", _("Every year")


class SavedReport(Record):
    """A report or list with what it is asked, under a name: its maker's alone, or shared with the company."""

    maker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    report = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name"],
                condition=Q(is_shared=True, withdrawn_at=None),
                name="shared_report_once_a_name",
            ),
            models.UniqueConstraint(
                fields=["company", "maker", "name"],
                condition=Q(is_shared=False, withdrawn_at=None),
                name="own_report_once_a_name",
            ),
        ]


class Schedule(Record):
    """A saved report that is sent by mail, with the rights of whoever made the schedule. ``last_job`` sent it last."""

    saved = models.ForeignKey(SavedReport, on_delete=models.PROTECT, related_name="+")
    maker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cadence = models.CharField(max_length=9, choices=Cadence.choices)
    form = models.CharField(max_length=4)
    recipients = ArrayField(models.CharField(max_length=254))
    next_on = models.DateField()
    last_job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_on"], condition=Q(ended_at=None), name="schedule_due")]


class ShareLink(Record):
    """An address that shows a saved report without signing in. The secret in it is kept as a hash only."""

    saved = models.ForeignKey(SavedReport, on_delete=models.PROTECT, related_name="+")
    maker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
