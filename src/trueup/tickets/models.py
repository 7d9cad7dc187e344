"""Tables of desks, tickets and errands."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trueup.tenancy.models import Record
from trueup.vault.models import Secret


class DeskKind(models.TextChoices):
    """Which ticket system it is."""

    REQUEST_TRACKER = "request_tracker", "Request Tracker"
    ROUNDUP = "roundup", "Roundup"


class Desk(Record):
    """Where tickets of a company go, and for which kinds of alerts. The password or token is in the vault."""

    kind = models.CharField(max_length=15, choices=DeskKind.choices)
    url = models.CharField(max_length=500)
    queue = models.CharField(max_length=100, blank=True)
    username = models.CharField(max_length=100, blank=True)
    requestor = models.CharField(max_length=254, blank=True)
    record = models.UUIDField(default=uuid.uuid4, unique=True)
    secret = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="+")
    about = ArrayField(models.CharField(max_length=20), default=list)
    lead_days = models.PositiveIntegerField(default=60)
    instead_of_mail = models.BooleanField(default=False)
    closes = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company"], condition=Q(withdrawn_at=None), name="one_desk_a_company"
            ),
        ]


class Ticket(Record):
    """A ticket of one kind: what it says now, and its number at the desk once it has one."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=20)
    mark = models.CharField(max_length=30, unique=True)
    title = models.CharField(max_length=200)
    rows = models.JSONField(default=list)
    remote_id = models.CharField(max_length=60, blank=True)
    told_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "about"], condition=Q(closed_at=None), name="one_open_ticket_a_kind"
            ),
        ]
        indexes = [models.Index(fields=["company", "-opened_at"], name="ticket_latest")]


class Does(models.TextChoices):
    """What an errand does at the desk."""

    OPEN = "open", _("Open it")
    NOTE = "note", _("Add a note")
    CLOSE = "close", _("Close it")


class ErrandState(models.TextChoices):
    """Where an errand is: one that waits is tried again; one that was given up says why, and can be asked for again."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Errand(Record):
    """Something to be said at a desk about a ticket, owed since ``created_at`` and not tried before ``due_at``."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    does = models.CharField(max_length=5, choices=Does.choices)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=7, choices=ErrandState.choices, default=ErrandState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="done_errand_has_a_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="errand_due"),
            models.Index(fields=["ticket", "id"], name="errand_of_ticket"),
        ]
