"""Tables of types, their fields and their versions."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.tenancy.models import Company


class TypeQuerySet(models.QuerySet["Type"]):
    """Types for all companies (no company), and those of one."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.ASSETS_VIEW) -> Self:
        ids = actor.companies(permission)
        return self if ids is None else self.filter(Q(company=None) | Q(company_id__in=ids))


class Type(models.Model):
    """A kind of asset: of one company, or (``company`` empty) for all of them."""

    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    icon = models.CharField(max_length=40, default="box")
    counts_as = models.CharField(max_length=10, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = TypeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name"],
                condition=Q(archived_at=None),
                nulls_distinct=False,
                name="type_name_once",
            )
        ]


class Field(models.Model):
    """A field of a type. ``key`` and ``kind`` stay for ever; ``removed_at`` makes it a tombstone."""

    type = models.ForeignKey(Type, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    hint = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()
    options = models.JSONField(default=dict)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "key"], name="field_key_once_a_type")]


class SharedListQuerySet(models.QuerySet["SharedList"]):
    """Lists for all companies (no company), and those of one."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.ASSETS_VIEW) -> Self:
        ids = actor.companies(permission)
        return self if ids is None else self.filter(Q(company=None) | Q(company_id__in=ids))


class SharedList(models.Model):
    """Choices that several fields share: of one company, or (``company`` empty) for all of them."""

    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    choices = models.JSONField(default=list)
    changed_at = models.DateTimeField()

    objects: ClassVar[Any] = SharedListQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name"], nulls_distinct=False, name="shared_list_name_once"
            )
        ]


class TypeVersion(models.Model):
    """How a type was defined from a moment on; written once."""

    type = models.ForeignKey(Type, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "version"], name="version_once_a_type")]
