"""The columns of a standing: what lines come to, what is copied beside it so that lists can be ordered, and what follows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, GeneratedField, Q

from trueup.licences.states import STATE, day_to_decide, free_units, last_covered_day, state_of

ENDLESS = Q(unlimited=True) | Q(is_site=True)
ORDERED_BY = ("purchased", "held", "free", "state", "valid_to", "decide_by", "annual_cost")
"""What people sort licences by. The other columns of each index are enough to know the day and the licence."""
TOLD_BESIDE = {"decide_by": ("ends_on", "valid_to")}
"""What else is asked of many rows on the way: renewals pass over all that ended before the day."""


class StandingFigures(models.Model):
    """``held``, ``reserved``, ``is_retired``, ``is_site`` and ``near_percent`` are the licence's and the company's: the database keeps them so.

    The last four follow from the others and are made by the database itself.
    """

    from_on = models.DateField()
    until_on = models.DateField()
    purchased = models.BigIntegerField(default=0)
    unlimited = models.BooleanField(default=False)
    line_ended = models.BooleanField(default=False)
    valid_from = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    notice_days = models.PositiveIntegerField(null=True)
    renews_itself = models.BooleanField(default=False)
    annual_cost = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, null=True)
    held = models.PositiveBigIntegerField(default=0)
    reserved = models.PositiveBigIntegerField(default=0)
    is_retired = models.BooleanField(default=False)
    is_site = models.BooleanField(default=False)
    near_percent = models.PositiveSmallIntegerField(default=90)
    free = GeneratedField(
        expression=free_units(ENDLESS), output_field=models.BigIntegerField(), db_persist=True, null=True
    )
    state = GeneratedField(
        expression=state_of(is_retired=Q(is_retired=True), endless=ENDLESS, near_percent="near_percent"),
        output_field=STATE,
        db_persist=True,
    )
    valid_to = GeneratedField(
        expression=last_covered_day(), output_field=models.DateField(), db_persist=True, null=True
    )
    decide_by = GeneratedField(
        expression=day_to_decide(), output_field=models.DateField(), db_persist=True, null=True
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["licence", "from_on"],
                include=["until_on"],
                name="one_standing_a_day",
            ),
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="standing_ends_after_start"),
        ]
        indexes = [
            models.Index(
                fields=["until_on", "from_on"],
                include=[
                    "id", "licence", "purchased", "unlimited", "line_ended", "valid_from", "ends_on", "notice_days",
                    "renews_itself", "annual_cost", "currency",
                ],
                name="standing_of_a_day",
            ),
            *(
                models.Index(
                    fields=[name, "licence"],
                    include=["from_on", "until_on", *TOLD_BESIDE.get(name, ())],
                    name=f"standing_by_{name}",
                )
                for name in ORDERED_BY
            ),
        ]  # fmt: skip
