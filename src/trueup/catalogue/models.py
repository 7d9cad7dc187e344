"""Tables of the catalogue."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.tenancy.models import Company


class AssetClass(models.TextChoices):
    """Where software may be used, and where a device stands."""

    DATA_CENTRE = "data_centre", gettext_lazy("Data centre")
    BACK_OFFICE = "back_office", gettext_lazy("Back office")
    ALL = "all", gettext_lazy("All")


class SharedQuerySet(models.QuerySet[Any]):
    """Rows that are shared by all companies (no company) or belong to one."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.CATALOGUE_VIEW) -> Self:
        ids = actor.companies(permission)
        return self if ids is None else self.filter(Q(company=None) | Q(company_id__in=ids))


class Shared(models.Model):
    """A row of the shipped library (no company), or of one company only."""

    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = SharedQuerySet.as_manager()

    class Meta:
        abstract = True


class Publisher(Shared):
    """Who made it."""

    name = models.CharField(max_length=200)
    library_key = models.CharField(max_length=100, null=True, unique=True)
    website = models.URLField(blank=True)
    portal_url = models.URLField(blank=True)
    contact = models.TextField(blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], nulls_distinct=False, name="publisher_once")
        ]


class Product(Shared):
    """Something that can be licensed; may exist with no units at all."""

    publisher = models.ForeignKey(Publisher, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    library_key = models.CharField(max_length=150, null=True, unique=True)
    category = models.CharField(max_length=100, blank=True)
    asset_class = models.CharField(max_length=11, choices=AssetClass.choices, default=AssetClass.ALL)
    metric = models.CharField(max_length=60, blank=True)
    is_commercial = models.BooleanField(default=True)
    notes = models.TextField(blank=True)
    retired_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "publisher", "name"],
                nulls_distinct=False,
                name="product_once_per_publisher",
            )
        ]
        indexes = [models.Index(fields=["name", "id"], name="product_named")]


class Edition(models.Model):
    """A product's edition. A higher rank may do all that a lower one may."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    rank = models.SmallIntegerField(default=0)
    metric = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "key"], name="edition_once_per_product")]


class Version(models.Model):
    """A product's release, with the days that matter in its life."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    released_on = models.DateField(null=True)
    support_ends_on = models.DateField(null=True)
    extended_ends_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "key"], name="version_once_per_product")]
