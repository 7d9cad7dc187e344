"""Tables of alert policies, of licences' own rules, and of alerts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trueup.licences.models import Licence
from trueup.tenancy.models import Record


class AlertKind(models.TextChoices):
    """What can be told."""

    ENDS = "ends", _("To be decided or ending")
    EXPIRED = "expired", _("Expired")
    NEAR = "near", _("Near the limit")
    OVER = "over", _("Over-allocated")
    SHORT = "short", _("Short")
    STALE = "stale", _("Inventory is old")
    REVEALS = "reveals", _("Keys revealed often")
    LEFTOVER = "leftover", _("Held for a decommissioned device")


def usual_leads() -> list[int]:
    """Days before the day to decide."""
    return [90, 60, 30, 7]


class AlertPolicy(Record):
    """What a company wants to be told, whom, how often and not at which hours (UTC)."""

    is_on = models.BooleanField(default=True)
    lead_days = ArrayField(models.PositiveIntegerField(), default=usual_leads)
    interval_days = models.PositiveIntegerField(default=7)
    recipients = ArrayField(models.CharField(max_length=254), default=list)
    off = ArrayField(models.CharField(max_length=10), default=list)
    digest = models.BooleanField(default=False)
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_until = models.PositiveSmallIntegerField(null=True)
    stale_days = models.PositiveIntegerField(default=30)
    reveals_an_hour = models.PositiveIntegerField(default=20)
    last_run_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company"], name="one_policy_a_company"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__lt=24, quiet_until__lt=24),
                name="quiet_hours_are_hours",
            ),
        ]


class LicenceRule(Record):
    """What one licence wants otherwise: its own lead times and recipients, or silence."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+")
    lead_days = ArrayField(models.PositiveIntegerField(), default=list)
    recipients = ArrayField(models.CharField(max_length=254), default=list)
    is_silent = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["licence"], name="one_rule_a_licence")]


class Alert(Record):
    """A condition that was told. ``term`` is the day it is about, ``level`` how bad it was when told last."""

    kind = models.CharField(max_length=10, choices=AlertKind.choices)
    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=10)
    subject_id = models.BigIntegerField()
    name = models.CharField(max_length=300)
    says = models.TextField()
    term = models.DateField(null=True)
    level = models.BigIntegerField(default=0)
    told_leads = ArrayField(models.PositiveIntegerField(), default=list)
    told = models.PositiveIntegerField(default=0)
    told_to = ArrayField(models.CharField(max_length=254), default=list)
    told_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=200, blank=True)
    snoozed_until = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "subject", "subject_id", "term"],
                condition=Q(closed_at__isnull=True),
                nulls_distinct=False,
                name="alert_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-opened_at"], condition=Q(closed_at=None), name="alert_open")
        ]
