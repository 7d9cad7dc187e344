"""Tables of sealed secrets and of who revealed them."""

from __future__ import annotations

from django.db import models

from trueup.tenancy.models import Record


class Secret(Record):
    """One sealed value. Written once: another value is another secret; only the wrapping is ever renewed.

    ``kind``, ``record`` and ``field`` are the place the value belongs to. ``lookup`` is a keyed hash for exact
    matches, empty where the value is too short to be hashed safely.
    """

    kind = models.CharField(max_length=40)
    record = models.UUIDField()
    field = models.CharField(max_length=40)
    form = models.PositiveSmallIntegerField()
    key_id = models.CharField(max_length=80)
    wrapped = models.BinaryField()
    nonce = models.BinaryField()
    sealed = models.BinaryField()
    tail = models.CharField(max_length=4, blank=True)
    lookup = models.BinaryField(null=True)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "record", "field"], name="one_secret_a_place"),
        ]
        indexes = [
            models.Index(fields=["company", "kind", "lookup"], name="secret_by_lookup"),
            models.Index(fields=["key_id", "id"], name="secret_by_key"),
        ]


class Reveal(Record):
    """Somebody saw a secret. The limits count these; the reasons stand in the audit log."""

    secret = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="+")
    person = models.CharField(max_length=220)
    revealed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-revealed_at"], name="reveal_by_person"),
            models.Index(fields=["company", "-revealed_at"], name="reveal_by_company"),
        ]
