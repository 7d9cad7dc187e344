"""The tables of reviews and of their rows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trueup.assignments.models import Assignment
from trueup.licences.models import Licence
from trueup.tenancy.models import Record, User


class ReviewKind(models.TextChoices):
    """Who decides: whoever keeps the licences, or each person's manager."""

    QUARTERLY = "quarterly", _("Quarterly review")
    CAMPAIGN = "campaign", _("Access review")


class Section(models.TextChoices):
    """Why a row is looked at. ``buy`` and ``reduce`` are about licences, the others about holdings."""

    UNUSED = "unused", _("Not used lately")
    DEPARTED = "departed", _("Held by who left or is out of use")
    BUY = "buy", _("Needing purchases")
    REDUCE = "reduce", _("More than is used")
    ACCESS = "access", _("Access of people")
    HELD = "held", _("Everything else that is held")


class Decision(models.TextChoices):
    """What becomes of a row."""

    KEEP = "keep", _("Keep")
    RELEASE = "release", _("Release")
    ASK = "ask", _("Ask")


class Review(Record):
    """A list frozen on a day. ``dry_hash`` is of the releases as they were looked at, ``approved_hash`` as approved."""

    kind = models.CharField(max_length=9, choices=ReviewKind.choices)
    name = models.CharField(max_length=100)
    idle_days = models.PositiveIntegerField(default=90)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    due_on = models.DateField()
    dry_at = models.DateTimeField(null=True)
    dry_hash = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=200, blank=True)
    approved_hash = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "name"], name="review_once_a_name"),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(kind="quarterly", closed_at=None),
                name="one_open_quarterly_review",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(sha256=""), name="closed_review_has_a_hash"
            ),
        ]


class ReviewRow(Record):
    """One holding, or one finding about a licence, as it was when it came in; and what was decided of it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=8, choices=Section.choices)
    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=100)
    product = models.CharField(max_length=300)
    holder = models.CharField(max_length=300, blank=True)
    units = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    money = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    says = models.TextField(blank=True)
    used_on = models.DateField(null=True)
    usage_source = models.CharField(max_length=300, blank=True)
    reviewer = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reviewer_name = models.CharField(max_length=200, blank=True)
    proposal = models.CharField(max_length=7, choices=Decision.choices, blank=True)
    decision = models.CharField(max_length=7, choices=Decision.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "subject"], name="review_row_once"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | ~Q(decision=""), name="decided_row_has_a_decision"
            ),
        ]
        indexes = [
            models.Index(fields=["review", "section", "id"], name="review_row_by_section"),
            models.Index(
                fields=["reviewer"], condition=Q(reviewer__isnull=False), name="review_row_by_reviewer"
            ),
        ]
