"""The tables of saved views and of what lists open with."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from trueup.base.records import RecordQuerySet
from trueup.tenancy.models import Company, User


class SavedView(models.Model):
    """A view of one list. With a company it is shared there, without it is its maker's alone."""

    company = models.ForeignKey(Company, null=True, on_delete=models.PROTECT, related_name="+")
    maker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    list_name = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    is_company_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["maker", "list_name", "name"],
                condition=Q(company=None, withdrawn_at=None),
                name="private_view_once_a_name",
            ),
            models.UniqueConstraint(
                fields=["company", "list_name", "name"],
                condition=Q(company__isnull=False, withdrawn_at=None),
                name="shared_view_once_a_name",
            ),
            models.UniqueConstraint(
                fields=["company", "list_name"],
                condition=Q(is_company_default=True, withdrawn_at=None),
                name="one_default_view_a_company",
            ),
            models.CheckConstraint(
                condition=Q(is_company_default=False) | Q(company__isnull=False),
                name="company_default_is_shared",
            ),
        ]


class DefaultView(models.Model):
    """What a list opens with for one person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=40)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "list_name"], name="one_default_view_a_person"),
        ]
