"""The tables of what happened. They name companies by id alone: this room lies below the one that owns companies."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from trueup.base.records import RecordQuerySet

INSTALLATION = 0
"""The key of the chain of what concerns no single company. Companies count from 1."""
CAME_BACK = "tenancy.company_restored"
"""The event after the entries that came with a company's archive; it proves which things here they are about."""


class Chain(models.Model):
    """The head of a company's chain of entries. Its row lock puts writers of one company in line."""

    company_id = models.BigIntegerField(primary_key=True)
    last_hash = models.CharField(max_length=64, default="")
    length = models.PositiveBigIntegerField(default=0)


class Batch(models.Model):
    """Things done in one go: an import, a bulk release. ``undone_at`` says when it was taken back."""

    company_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    label = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    user_id = models.BigIntegerField(null=True)
    summary = models.JSONField(default=dict)
    undo = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = RecordQuerySet.as_manager()


class Entry(models.Model):
    """Something that happened in a company, or (``company_id`` empty) to the installation. Written once.

    ``origin`` is filled where the entry was written by another installation and came with its company's archive: the
    ids it was sealed with there. The columns of the same names say what they are here.
    """

    company_id = models.BigIntegerField(null=True)
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
    origin = models.JSONField(null=True)
    hash = models.CharField(max_length=64)

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "position"], nulls_distinct=False, name="one_entry_per_link"
            ),
            models.CheckConstraint(
                condition=Q(company_id__isnull=False) | Q(batch=None), name="a_batch_is_of_a_company"
            ),
        ]
        indexes = [
            models.Index(
                fields=["company_id", "subject_kind", "subject_id", "-position"], name="entry_of_subject"
            ),
            models.Index(fields=["company_id", "-happened_at"], name="entry_by_time"),
        ]
