"""Formulas of what follows from a licence's figures, over any row that has them: a licence of a day, or its standing.

They have one place: the database keeps them as generated columns of standings, and reading without standings uses them too.
"""

from __future__ import annotations

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    Value,
    When,
)

HAS_ENDED = Q(unlimited=False, purchased=0, line_ended=True)
STATE = CharField(max_length=9)


def free_units(endless: Q) -> Case:
    """What is neither used nor held back for a department; empty where it is never used up."""
    left = ExpressionWrapper(F("purchased") - F("held") - F("reserved"), output_field=BigIntegerField())
    return Case(When(endless, then=None), default=left, output_field=BigIntegerField())


def state_of(*, is_retired: Q, endless: Q, near_percent: str) -> Case:
    """How a licence stands between what is purchased and what is used (R-066); the worst that is true wins."""
    near = ExpressionWrapper(F("purchased") * F(near_percent), output_field=BigIntegerField())
    return Case(
        When(is_retired, then=Value("retired")),
        When(HAS_ENDED, then=Value("expired")),
        When(endless, then=Value("unlimited")),
        When(held__gt=F("purchased"), then=Value("over")),
        When(held=F("purchased"), purchased__gt=0, then=Value("full")),
        When(purchased__gt=0, held__gte=near / Value(100), then=Value("near")),
        default=Value("free"),
        output_field=STATE,
    )


def last_covered_day() -> Func:
    """The day before the end."""
    return Func(F("ends_on"), template="(%(expressions)s - 1)", output_field=DateField())


def day_to_decide() -> Case:
    """The last day for notice where the licence renews itself, else its last covered day."""
    notice = Func(
        F("ends_on"), F("notice_days"), template="(%(expressions)s - 1)", arg_joiner=" - ", output_field=DateField(),
    )  # fmt: skip
    return Case(
        When(renews_itself=True, notice_days__isnull=False, then=notice),
        default=last_covered_day(),
        output_field=DateField(),
    )
