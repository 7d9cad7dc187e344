"""Units that people hold who have left: they wait to be taken back, and cost money until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Min, Q, Sum

from trueup.assignments.queries import leavers_holding
from trueup.base.actor import Actor
from trueup.base.sets import OneOf
from trueup.reports.overview.portfolio import Owned, owned_of


@dataclass(frozen=True, slots=True)
class Left:
    """Units of one licence that people hold who left its company: who they are, and the days they left on.

    ``licence`` is missing where it is not in use any more.
    """

    licence_id: int
    company_id: int
    company: str
    units: int
    people: frozenset[int]
    first_on: date | None
    last_on: date | None
    licence: Owned | None


def leavers_of(*, actor: Actor, on: date) -> tuple[Left, ...]:
    """Every licence of which leavers hold units, as far as the actor may see them. Two queries."""
    rows = leavers_holding(actor=actor).order_by().values("licence_id", "company_id", "company__name")
    rows = rows.annotate(
        held=Sum("units"),
        people=ArrayAgg("person_id"),
        first=Min("person__left_on"),
        last=Max("person__left_on"),
    )
    paths = ("licence_id", "company_id", "company__name", "held", "people", "first", "last")
    found = list(rows.values_list(*paths))
    ids = [row[0] for row in found]
    owned = owned_of(actor=actor, on=on, where=Q(OneOf("pk", ids))) if ids else []
    licences = {one.licence_id: one for one in owned}
    return tuple(
        Left(licence_id, company_id, company, units, frozenset(people), first, last, licences.get(licence_id))
        for licence_id, company_id, company, units, people, first, last in found
    )
