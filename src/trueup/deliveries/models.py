"""Tables of deliveries, of attempts to make them, and of endpoints."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trueup.tenancy.models import Record
from trueup.vault.models import Secret


class Channel(models.TextChoices):
    """By which way a delivery goes."""

    MAIL = "mail", _("E-mail")
    WEBHOOK = "webhook", _("Webhook")


class DeliveryState(models.TextChoices):
    """Where a delivery is: one that waits is tried again, one that was given up can be asked for again."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Endpoint(Record):
    """Where webhooks of a company go. Its secret is in the vault; while it changes the older one signs too."""

    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    record = models.UUIDField(default=uuid.uuid4, unique=True)
    secret = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="+")
    older_secret = models.ForeignKey(Secret, null=True, on_delete=models.PROTECT, related_name="+")
    older_until = models.DateTimeField(null=True)
    secrets_made = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class Delivery(Record):
    """One message to one recipient, owed since ``created_at`` and not tried before ``due_at``."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    channel = models.CharField(max_length=7, choices=Channel.choices)
    recipient = models.CharField(max_length=320)
    endpoint = models.ForeignKey(Endpoint, null=True, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=60)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    file_name = models.CharField(max_length=150, blank=True)
    file_type = models.CharField(max_length=100, blank=True)
    file = models.BinaryField(null=True)
    state = models.CharField(max_length=7, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="mail", endpoint__isnull=True)
                | Q(channel="webhook", endpoint__isnull=False),
                name="webhooks_have_an_endpoint",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="sent_has_a_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["company", "-created_at"], name="delivery_by_time"),
        ]


class Attempt(Record):
    """One try of a delivery, and what was answered."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="+")
    tried_at = models.DateTimeField()
    is_taken = models.BooleanField()
    answer = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["delivery", "id"], name="attempt_of_delivery")]
