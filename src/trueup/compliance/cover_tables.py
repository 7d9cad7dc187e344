"""Tables of cover: which licence covers which need of a position, and by which order a company wants it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from trueup.contracts.models import Contract
from trueup.licences.models import Licence
from trueup.tenancy.models import Record


class CoverKind(models.TextChoices):
    """What became of units needed."""

    COVERED = "covered", gettext_lazy("Covered")
    EXEMPT = "exempt", gettext_lazy("Needs no unit")
    SHORT = "short", gettext_lazy("Short")
    REFUSED = "refused", gettext_lazy("Does not cover")


class PositionCover(Record):
    """Units of a need that one licence covers or exempts, that are short, or that a licence cannot cover, and why.

    ``need`` says which part of the position it is (a version); ``is_other`` that the licence is one of another
    position: a suite, a higher edition.
    """

    position = models.ForeignKey("compliance.Position", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=7, choices=CoverKind.choices)
    need = models.CharField(max_length=200, blank=True)
    units = models.DecimalField(max_digits=30, decimal_places=6)
    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="+")
    is_other = models.BooleanField(default=False)
    right = models.CharField(max_length=300, blank=True)
    reason = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="cover_has_a_reason"),
        ]


class Order(models.TextChoices):
    """How rights are set against needs."""

    CHEAPEST = "cheapest", gettext_lazy("Cheapest lawful cover")
    BY_ORDER = "order", gettext_lazy("Order of consumption")


class CoverOrder(Record):
    """How a company, or a contract of it, wants rights to be used; where nothing is said, the cheapest lawful way."""

    contract = models.ForeignKey(Contract, null=True, on_delete=models.CASCADE, related_name="+")
    order = models.CharField(max_length=8, choices=Order.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "contract"], nulls_distinct=False, name="one_cover_order_each"
            )
        ]
