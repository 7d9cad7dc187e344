"""Tables of what is to be settled: findings, which of them rest, and from when on a company calls a licence too large."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from trueup.catalogue.models import Edition, Product
from trueup.licences.models import Licence
from trueup.people.models import Person
from trueup.tenancy.models import Record, Region

UNITS: dict[str, Any] = {"max_digits": 30, "decimal_places": 6}
MONEY: dict[str, Any] = {"max_digits": 20, "decimal_places": 4}
USUAL_SHARE = 70


class FindingKind(models.TextChoices):
    """What is to be settled."""

    SHORT = "short", gettext_lazy("Short")
    UNLICENSED = "unlicensed", gettext_lazy("Installed without any licence")
    WRONG_REGION = "wrong_region", gettext_lazy("Installed in a region without a licence")
    EXPIRED = "expired", gettext_lazy("Held after the end")
    OVER_HELD = "over_held", gettext_lazy("More held than owned")
    OVER_LICENSED = "over_licensed", gettext_lazy("Over-licensed")
    NOT_DEPLOYED = "not_deployed", gettext_lazy("Purchased, not deployed")
    IDLE = "idle", gettext_lazy("Held, not installed")
    LEAVERS = "leavers", gettext_lazy("Held by people who left")
    DECOMMISSIONED = "decommissioned", gettext_lazy("Held by decommissioned devices")
    NOT_ASSESSED = "not_assessed", gettext_lazy("Not assessed")


UNDER = (FindingKind.SHORT, FindingKind.UNLICENSED)
"""More is required than owned: what the list of the under-licensed holds."""
OVER = (FindingKind.OVER_LICENSED, FindingKind.NOT_DEPLOYED)
"""More is owned than used: what the list of the over-licensed holds."""


class Finding(Record):
    """Something to settle: opened by the run that saw it, closed by the run that no longer does.

    It is about a position, one licence of it or one region. ``money`` is what closing it costs, ``saving`` what a year
    without its units spares, and ``reducible_on`` the first day on which they need not be paid any more. ``records`` are
    the devices and people behind.
    """

    kind = models.CharField(max_length=20, choices=FindingKind.choices)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="+")
    metric = models.CharField(max_length=60)
    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey("compliance.Position", null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    says = models.TextField()
    units = models.DecimalField(null=True, **UNITS)
    of_units = models.DecimalField(null=True, **UNITS)
    money = models.DecimalField(null=True, **MONEY)
    saving = models.DecimalField(null=True, **MONEY)
    currency = models.CharField(max_length=3, blank=True)
    reducible_on = models.DateField(null=True)
    records = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    snoozed_until = models.DateField(null=True)
    snoozed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "product", "edition", "metric", "licence", "region"],
                condition=Q(closed_at__isnull=True),
                nulls_distinct=False,
                name="finding_open_once",
            ),
        ]
        indexes = [models.Index(fields=["company", "kind"], condition=Q(closed_at=None), name="finding_open")]


class Mute(Record):
    """A case known to be fine in a company until a day, with its reason. What is empty stands for all of it.

    It holds for findings to come too: whoever closes and opens again stays muted.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="+")
    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=FindingKind.choices, blank=True)
    reason = models.CharField(max_length=500)
    until_on = models.DateField()
    muted_at = models.DateTimeField()
    muted_by = models.CharField(max_length=200)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="muted_with_a_reason")]
        indexes = [
            models.Index(fields=["company", "product"], condition=Q(lifted_at=None), name="mute_standing")
        ]


class FindingPolicy(Record):
    """From which share of units in use downwards a company calls a licence over-licensed."""

    over_licensed_percent = models.PositiveSmallIntegerField(default=USUAL_SHARE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company"], name="one_finding_policy"),
            models.CheckConstraint(
                condition=Q(over_licensed_percent__gte=1, over_licensed_percent__lte=100),
                name="over_licensed_is_a_share",
            ),
        ]
