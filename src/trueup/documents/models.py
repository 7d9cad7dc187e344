"""The table of documents. Their bytes lie in the store, named by ``sha256``."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from trueup.contracts.models import Contract
from trueup.licences.models import Licence, Purchase
from trueup.tenancy.models import Record


class SubjectKind(models.TextChoices):
    """What a document belongs to."""

    LICENCE = "licence", gettext_lazy("Licence")
    PURCHASE = "purchase", gettext_lazy("Purchase line")
    CONTRACT = "contract", gettext_lazy("Contract")


class DocumentKind(models.TextChoices):
    """What a document is to an auditor; invoices and proofs show that something was bought."""

    INVOICE = "invoice", gettext_lazy("Invoice")
    AGREEMENT = "agreement", gettext_lazy("Agreement")
    PROOF = "proof", gettext_lazy("Proof of purchase")
    OTHER = "other", gettext_lazy("Other")


class ScanState(models.TextChoices):
    """What a virus scanner said. Only the first two are handed out."""

    UNSCANNED = "unscanned", gettext_lazy("Not scanned")
    CLEAN = "clean", gettext_lazy("Clean")
    QUARANTINED = "quarantined", gettext_lazy("In quarantine")
    INFECTED = "infected", gettext_lazy("Infected")


class Document(Record):
    """One version of one file. Written once; afterwards it is only replaced, removed or scanned again."""

    subject = models.CharField(max_length=8, choices=SubjectKind.choices)
    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="+")
    purchase = models.ForeignKey(Purchase, null=True, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=DocumentKind.choices)
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=11, choices=ScanState.choices)
    version = models.PositiveIntegerField(default=1)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)
    replaced_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=200, blank=True)
    removal_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(subject="licence", licence__isnull=False, purchase=None, contract=None)
                | Q(subject="purchase", licence__isnull=False, purchase__isnull=False, contract=None)
                | Q(subject="contract", licence=None, purchase=None, contract__isnull=False),
                name="document_has_its_subject",
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="document_is_not_empty"),
            models.UniqueConstraint(
                fields=["licence", "purchase", "contract", "sha256"],
                condition=Q(replaced_at=None, removed_at=None),
                nulls_distinct=False,
                name="document_once_a_subject",
            ),
        ]
        indexes = [
            models.Index(fields=["licence", "-added_at"], name="document_by_licence"),
            models.Index(fields=["contract", "-added_at"], name="document_by_contract"),
            models.Index(fields=["company", "sha256"], name="document_by_hash"),
        ]
