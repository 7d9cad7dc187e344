"""The tables of what happened."""

from __future__ import annotations

from django.db import models

from trueup.tenancy.models import Company, Record


class Chain(models.Model):
    """The head of a company's chain of entries. Its row lock puts writers of one company in line."""

    company = models.OneToOneField(Company, on_delete=models.PROTECT, primary_key=True, related_name="+")
    last_hash = models.CharField(max_length=64, default="")
    length = models.PositiveBigIntegerField(default=0)


class Batch(Record):
    """Things done in one go: an import, a bulk release. ``undone_at`` says when it was taken back."""

    kind = models.CharField(max_length=60)
    label = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    user_id = models.BigIntegerField(null=True)
    summary = models.JSONField(default=dict)
    undo = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)


class Entry(Record):
    """Something that happened. Written once; never changed, never deleted."""

    position = models.PositiveBigIntegerField()
    happened_at = models.DateTimeField()
    event = models.CharField(max_length=100)
    actor = models.CharField(max_length=200)
    user_id = models.BigIntegerField(null=True)
    via = models.CharField(max_length=20)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=300)
    details = models.JSONField(default=dict)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "position"], name="one_entry_per_link")]
        indexes = [
            models.Index(
                fields=["company", "subject_kind", "subject_id", "-position"], name="entry_of_subject"
            ),
            models.Index(fields=["company", "-happened_at"], name="entry_by_time"),
        ]
