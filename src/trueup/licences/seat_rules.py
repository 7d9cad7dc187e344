"""Which rules a vendor puts on giving units on from one holder to the next: columns of every licence."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OnRelease(models.TextChoices):
    """What becomes of a seat's key when the seat is given back."""

    GIVE_BACK = "return", _("Back to the pool")
    BURN = "burn", _("Burnt: never given out again")


class UnitsOnRelease(models.TextChoices):
    """What becomes of units whose holder gives them back."""

    FREE = "free", _("Free again")
    BURN = "burn", _("Burnt: never free again")
    DEACTIVATE = "deactivate", _("Free once deactivated, else burnt")


class SeatRules(models.Model):
    """``cooldown_days`` must pass before a released unit may go to somebody else. ``burnt`` units are part of those
    held, for good. ``reserved`` ones are free, and held back for departments; ``waiting`` is how many people and devices
    wait for units.
    """

    cooldown_days = models.PositiveSmallIntegerField(null=True, blank=True)
    is_transferable = models.BooleanField(default=True, db_default=True)
    one_per_person = models.BooleanField(default=False, db_default=False)
    units_on_release = models.CharField(
        max_length=10,
        choices=UnitsOnRelease.choices,
        default=UnitsOnRelease.FREE,
        db_default=UnitsOnRelease.FREE.value,
    )
    burnt = models.PositiveBigIntegerField(default=0, db_default=0)
    reserved = models.PositiveBigIntegerField(default=0, db_default=0)
    waiting = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        abstract = True
