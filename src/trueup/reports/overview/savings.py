"""What could be saved: units nobody needs and units of people who left, with what they cost a year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from django.db.models import Q

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.sets import OneOf
from trueup.compliance.models import PositionState
from trueup.compliance.queries import positions_visible_to
from trueup.reports.overview.leavers import Left
from trueup.reports.overview.portfolio import Amount, Owned, by_currency, owned_of

Key = tuple[int, int, int | None, str]
"""Company, product, edition and metric: what a position answers for."""


@dataclass(frozen=True, slots=True)
class Saving:
    """One licence: ``spare`` units are free and beyond the need, ``left`` units are held by people who left."""

    owned: Owned
    spare: int
    left: int

    @property
    def units(self) -> int:
        return self.spare + self.left

    @property
    def yearly(self) -> Decimal | None:
        """What the units cost a year; unknown without a price."""
        cost = self.owned.unit_cost
        return None if cost is None else (cost * self.units).quantize(Decimal(1))


def savings_of(*, actor: Actor, on: date, left: Sequence[Left]) -> tuple[Saving, ...]:
    """Licences that could be smaller, the dearest saving first. Two queries.

    Free units count only as far as the latest position of their product, edition and metric has units to spare;
    the dearest of several licences gives first. Where the position is short, others need whatever is taken
    back, and where none was found or it was not assessed, the need is not known: neither makes free units spare.
    """
    spare, left_units = dict(_spare(actor)), {one.licence_id: one.units for one in left}
    products = {key[1] for key, room in spare.items() if room > 0}
    free = (
        owned_of(actor=actor, on=on, where=Q(OneOf("product_id", products), free__gt=0)) if products else []
    )
    owned = {one.licence_id: one for one in [*free, *(one.licence for one in left if one.licence)]}
    found = []
    for one in sorted(owned.values(), key=lambda o: (-(o.unit_cost or 0), o.licence_id)):
        room = spare.get(_key(one))
        given = max(0, min(one.free or 0, room or 0))
        held = 0 if room is not None and room < 0 else min(left_units.get(one.licence_id, 0), one.used)
        if room:
            spare[_key(one)] = room - given
        if (given or held) and one.purchased and not one.unlimited:
            found.append(Saving(one, given, held))
    return tuple(sorted(found, key=lambda s: (-(s.yearly or 0), -s.units, s.owned.licence_id)))


def reclaimable(savings: Iterable[Saving]) -> tuple[Amount, ...]:
    """What all of them come to a year."""
    return by_currency((s.yearly, s.owned.currency) for s in savings if s.yearly is not None)


def _key(one: Owned) -> Key:
    return one.company_id, one.product_id, one.edition_id, one.metric


def _spare(actor: Actor) -> Iterable[tuple[Key, int]]:
    """Whole units to spare by position, below zero where it is short; what was not assessed is left out."""
    if not actor.may_somewhere(Permission.RUNS_VIEW):
        return
    rows = positions_visible_to(actor=actor).exclude(state=PositionState.NOT_ASSESSED)
    paths = ("company_id", "product_id", "edition_id", "metric", "spare", "short")
    for *key, spare, short in rows.filter(spare__isnull=False).values_list(*paths):
        company_id, product_id, edition_id, metric = key
        units = -1 if short else int((spare or Decimal(0)).to_integral_value(ROUND_FLOOR))
        yield (company_id, product_id, edition_id, metric), units
