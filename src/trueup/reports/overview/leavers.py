"""Units that people hold who have left: they wait to be taken back, and cost money until then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from trueup.assignments.queries import leavers_holding
from trueup.base.actor import Actor


@dataclass(frozen=True, slots=True)
class Left:
    """Units of one licence in the hands of one person who left."""

    licence_id: int
    company_id: int
    company: str
    person_id: int
    left_on: date
    units: int


def leavers_of(*, actor: Actor) -> tuple[Left, ...]:
    """Every such holding the actor may see. One query."""
    rows = leavers_holding(actor=actor).order_by("pk")
    paths = ("licence_id", "company_id", "company__name", "person_id", "person__left_on", "units")
    return tuple(Left(*row) for row in rows.values_list(*paths))


def units_by_licence(left: Iterable[Left]) -> Mapping[int, int]:
    """Units of leavers by licence id."""
    found: dict[int, int] = {}
    for one in left:
        found[one.licence_id] = found.get(one.licence_id, 0) + one.units
    return found
