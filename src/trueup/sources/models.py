"""Tables of sources, their runs, whom they speak of, and what vendors say was bought and is used."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from trueup.inventory.models import Title
from trueup.people.models import Person
from trueup.tenancy.models import Company, Record
from trueup.vault.models import Secret


class Source(Record):
    """One system that is read for a company. What opens it is in the vault, all of it in one secret."""

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=40)
    url = models.CharField(max_length=500, blank=True)
    options = models.JSONField(default=dict)
    record = models.UUIDField(default=uuid.uuid4, unique=True)
    secret = models.ForeignKey(Secret, null=True, on_delete=models.PROTECT, related_name="+")
    secrets_made = models.PositiveIntegerField(default=0)
    every_hours = models.PositiveSmallIntegerField(default=24)
    is_shared = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name"], condition=Q(withdrawn_at__isnull=True), name="source_name_once"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(withdrawn_at__isnull=True), name="source_due")]


class RunState(models.TextChoices):
    """How far a run came. ``partial`` read some of it, and ended nothing."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    PARTIAL = "partial", _("In part")
    FAILED = "failed", _("Failed")


class SourceRun(Record):
    """One reading of a source, or one read again from the pages of another."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    replays = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    is_dry = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=RunState.choices, default=RunState.WAITING)
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    pages = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    unplaced = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    rejects = models.JSONField(default=list)
    trouble = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["source", "-id"], name="run_of_source")]


class SourcePage(Record):
    """One answer as received, cut down to the fields that are read, compressed."""

    run = models.ForeignKey(SourceRun, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="page_once_per_run")]


class Placement(Record):
    """A company as a source names it, and which company of ours that is. Empty: nobody has said yet."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    outside = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    into = models.ForeignKey(Company, null=True, on_delete=models.PROTECT, related_name="+")
    is_ignored = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "outside"], name="placement_once"),
            models.CheckConstraint(
                condition=Q(is_ignored=False) | Q(into__isnull=True), name="ignored_has_no_place"
            ),
        ]


class Told(Record):
    """What a vendor told of a company. ``origin`` is the source's record: a source of another company may tell it."""

    origin = models.UUIDField()
    origin_name = models.CharField(max_length=100)
    sku = models.CharField(max_length=200)
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="+")
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Subscription(Told):
    """What a vendor says was bought of one offer, and how much of it is given out. Empty is "not told", never 0."""

    ref = models.CharField(max_length=200, blank=True)
    applies_to = models.CharField(max_length=10, blank=True)
    purchased = models.PositiveIntegerField(null=True)
    assigned = models.PositiveIntegerField(null=True)
    in_grace = models.PositiveIntegerField(null=True)
    suspended = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=60, blank=True)
    is_trial = models.BooleanField(null=True)
    is_free = models.BooleanField(default=False)
    renews_itself = models.BooleanField(null=True)
    renews_on = models.DateField(null=True)
    committed_until = models.DateField(null=True)
    unit_cost = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "origin", "sku", "ref"],
                condition=Q(gone_at__isnull=True),
                name="subscription_once",
            )
        ]
        indexes = [
            models.Index(fields=["title"], condition=Q(gone_at__isnull=True), name="subscription_open")
        ]


class Seat(Told):
    """Who has a seat by the vendor's word, and when they used it last: a moment, never, or not reported."""

    subject = models.CharField(max_length=200)
    login = models.CharField(max_length=320, blank=True)
    name = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    via = models.CharField(max_length=10, default="direct")
    is_enabled = models.BooleanField(null=True)
    last_used_at = models.DateTimeField(null=True)
    use_is_reported = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "origin", "sku", "subject"],
                condition=Q(gone_at__isnull=True),
                name="seat_once",
            ),
            models.CheckConstraint(
                condition=Q(use_is_reported=True) | Q(last_used_at__isnull=True), name="seat_used_is_reported"
            ),
            models.CheckConstraint(
                condition=Q(gone_at__isnull=True) | Q(gone_at__gte=F("first_seen_at")),
                name="seat_gone_after_seen",
            ),
        ]
        indexes = [
            models.Index(fields=["title"], condition=Q(gone_at__isnull=True), name="seat_open_by_title"),
            models.Index(fields=["person"], condition=Q(gone_at__isnull=True), name="seat_open_by_person"),
        ]
