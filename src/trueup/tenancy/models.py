"""Tables of companies, regions, locations, departments, members and tokens; and the base of every company-owned row."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trueup.base.access import Permission, Role
from trueup.base.actor import Actor
from trueup.base.records import RecordQuerySet


class Policy(models.TextChoices):
    """What happens to an assignment beyond what was purchased."""

    BLOCK = "block", _("Block")
    WARN = "warn", _("Warn")
    ALLOW = "allow", _("Allow")


class CompanyQuerySet(models.QuerySet["Company"]):
    """Companies an actor may see."""

    def visible_to(self, actor: Actor, permission: Permission = Permission.COMPANIES_VIEW) -> Self:
        ids = actor.companies(permission)
        return self if ids is None else self.filter(pk__in=ids)


class Company(models.Model):
    """A client, or the company itself: the wall that nothing crosses."""

    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, default="EUR")
    policy = models.CharField(max_length=5, choices=Policy.choices, default=Policy.BLOCK)
    near_limit_percent = models.PositiveSmallIntegerField(default=90)
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = CompanyQuerySet.as_manager()


class Record(models.Model):
    """A row that belongs to one company and is never shown to another."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True


class Region(Record):
    """A part of the world in which licences may be used. Every licence has one."""

    name = models.CharField(max_length=100)
    is_default = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="region_once_per_company"),
            models.UniqueConstraint(
                fields=["company"], condition=Q(is_default=True), name="one_default_region"
            ),
        ]


class Location(Record):
    """A place where people work and devices stand: an office, a plant, a data centre. It lies in one region."""

    name = models.CharField(max_length=200)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="location_once_per_company")]


class CostCentre(Record):
    """Who pays: a budget that purchase lines are charged to."""

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="cost_centre_once_per_company")
        ]


class Department(Record):
    """A part of a company's organisation."""

    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cost_centre = models.ForeignKey(
        CostCentre, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="department_once_per_company")
        ]


class Theme(models.TextChoices):
    """In which colours a user wants the pages; automatic follows the device."""

    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class RowHeight(models.TextChoices):
    """How tall the rows of lists are."""

    NORMAL = "normal", _("Normal")
    COMPACT = "compact", _("Compact")


class UserManager(BaseUserManager["User"]):
    """What Django's sign-in asks of a manager."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """Someone who signs in. Not to be mixed up with the people of a directory, who hold licences."""

    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField()
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)
    week_start = models.PositiveSmallIntegerField(null=True)
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    row_height = models.CharField(max_length=7, choices=RowHeight.choices, default=RowHeight.NORMAL)
    single_keys = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []


class Membership(models.Model):
    """The role of a user in one company, or (``company`` empty) over all of them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "company"], nulls_distinct=False, name="one_role_per_user_and_company"
            )
        ]


class ApiToken(models.Model):
    """A program's way in: shown once, stored as a hash, ends by itself."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    public_id = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    can_write = models.BooleanField(default=False)
    company_ids = ArrayField(models.BigIntegerField(), null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered, to be answered again."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    headers = models.JSONField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]
