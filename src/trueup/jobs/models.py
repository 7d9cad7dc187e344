"""The tables of jobs and of the rows they are about."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trueup.audit.models import Batch
from trueup.tenancy.models import Record, User


class JobState(models.TextChoices):
    """Where a job is in its life."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Job(Record):
    """Something asked for. ``given`` are its parameters, ``undoes`` the job it takes back."""

    kind = models.CharField(max_length=60)
    label = models.CharField(max_length=300, blank=True)
    given = models.JSONField(default=dict)
    all_or_nothing = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=JobState.choices, default=JobState.WAITING)
    total = models.PositiveIntegerField()
    seen = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    phase = models.CharField(max_length=60, blank=True)
    trouble = models.TextField(blank=True)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+")
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seen__lte=models.F("total")), name="seen_is_part_of_total"),
        ]
        indexes = [
            models.Index(fields=["company", "-asked_at"], name="job_by_time"),
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="job_by_user"),
        ]


class Outcome(models.TextChoices):
    """What became of a row. ``left`` could have been done, but not all could and all or nothing was asked for."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    UNCHANGED = "unchanged", _("Unchanged")
    REFUSED = "refused", _("Refused")
    LEFT = "left", _("Left as it was")


class JobRow(Record):
    """One thing a job is about: its id or what was given for it, what became of it, and what an undo needs."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    subject_id = models.BigIntegerField(null=True)
    given = models.JSONField(default=dict)
    name = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.WAITING)
    detail = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="position_once_per_job")]
        indexes = [models.Index(fields=["job", "outcome", "position"], name="row_by_outcome")]
