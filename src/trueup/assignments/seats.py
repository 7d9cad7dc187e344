"""Opening and closing assignments in the caller's transaction: the one place where their rows are written.

Whoever gives or takes units lines up at the licence first. One order of locks (licence, assignments, keys, chain) on
every path means that a list of five hundred and a single click never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F, QuerySet
from django.utils.translation import gettext, gettext_lazy

from trueup.assignments.backdating import began_at, refuse_overlap, refuse_too_few
from trueup.assignments.cooling import keep_cool
from trueup.assignments.holding import Thing, columns_of, kind_of, who, who_of
from trueup.assignments.models import HOLDERS, Assignment
from trueup.assignments.queueing import refuse_ahead
from trueup.assignments.reserves import Draw, added_up, drawn_by, reserves_of
from trueup.assignments.simultaneous import eligibility_of
from trueup.assignments.sites import counted, refuse_left_within, scope_of, takes_units
from trueup.base.actor import Actor
from trueup.base.copying import copy_rows
from trueup.base.problems import Conflict, FieldError
from trueup.licences.balances import burn_units, free_units, hold_units, refuse_unusable, roll_licence
from trueup.licences.keys.holding import give_back_keys, take_keys
from trueup.licences.models import Licence
from trueup.licences.seat_rules import UnitsOnRelease
from trueup.people.models import Person

MANY = 100
Keys = Mapping[int, list[int]]


class AlreadyHeld(Conflict):
    """The holder has units of the licence already."""

    title = gettext_lazy("Held already")


class NotDeactivated(Conflict):
    """Released units must be deactivated where they were, and nobody said whether they are."""

    title = gettext_lazy("Deactivated?")


class NotHeld(Conflict):
    """The assignment was released before."""

    title = gettext_lazy("Released already")


@dataclass(frozen=True, slots=True)
class Deed:
    """Who gives or takes units of which licence, when, why, and as part of which batch."""

    actor: Actor
    licence: Licence
    at: datetime
    on: date
    reason: str = ""
    batch_id: int | None = None
    exemption: str = ""
    """Why a unit that waits may go to somebody else all the same."""
    is_deactivated: bool | None = None
    """Whether released units were deactivated where they were; empty where nobody said."""
    since: date | None = None
    """The earlier day from which it is true; empty for today."""
    is_ahead: bool = False
    """Whether nobody who waits comes before: units go from one holder to the next, or to whoever is first in line."""
    serves: bool = True
    """Whether units that come free go to those who wait: not where somebody already has plans for them."""

    @property
    def true_at(self) -> datetime:
        """From which moment it is true."""
        return self.at if self.since is None else began_at(self.since)

    @property
    def true_on(self) -> date:
        """From which day it is true."""
        return self.since or self.on


@dataclass(frozen=True, slots=True)
class Seat:
    """Units for one holder."""

    holder: Thing
    units: int


def line_up(*, actor: Actor, licence: Licence, at: datetime, on: date) -> Licence:
    """Wait for our turn at the licence; its row as it stands then, brought to the day."""
    if licence.balanced_on < on:
        roll_licence(licence_id=licence.pk, actor=actor, on=on, at=at)
    rows: QuerySet[Licence] = Licence.objects.select_related("product")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=licence.pk)


def lock_open(licence: Licence, assignment_ids: Iterable[int]) -> list[Assignment]:
    """The assignments with their holders, locked; all of them, or NotHeld."""
    ids = set(assignment_ids)
    rows = Assignment.objects.filter(pk__in=ids, licence=licence, released_at=None)
    rows = rows.select_related(*HOLDERS).select_for_update(of=("self",)).order_by("pk")
    found = list(rows)
    if len(found) != len(ids):
        raise NotHeld(
            gettext("Some of it was released before. Load the page again to see who still holds units.")
        )
    return found


def open_seats(deed: Deed, seats: Sequence[Seat]) -> tuple[list[Assignment], Keys]:
    """Assign: rows, units held, keys taken; places of a site licence before those within them. The caller has lined up,
    and writes what happened last.
    """
    for seat in seats:
        refuse_second(licence=deed.licence, holder=seat.holder, units=seat.units)
    places = [seat for seat in seats if takes_units(deed.licence, kind_of(seat.holder))]
    if 0 < len(places) < len(seats):
        within = [seat for seat in seats if seat not in places]
        first, keys = open_seats(deed, places)
        then, more = open_seats(deed, within)
        whose = {who_of(row): row for row in (*first, *then)}
        return [whose[who(seat.holder)] for seat in seats], {**keys, **more}
    through = _through(deed.licence, seats)
    own = [seat for seat, within in zip(seats, through, strict=True) if within is None]
    if deed.since is not None:
        _refuse_untrue(deed, seats, own, deed.since)
    draws = draws_for(deed, own)
    drawn = added_up(draws)
    refuse_ahead(deed, own, drawn=sum(drawn.values()))
    kept, exemption = keep_cool(deed, own, drawn=sum(drawn.values()))
    rows = [_assignment(deed, seat, exemption, within) for seat, within in zip(seats, through, strict=True)]
    for row, draw in zip(counted(rows), draws, strict=True):
        row.reservation_id, row.reserved_units = draw.reservation_id, draw.units
    made = _stored(rows)
    parts = [(row.pk, row.units) for row in counted(made)]
    if not parts:
        refuse_unusable(licence_id=deed.licence.pk, on=deed.on)
        return made, {}
    hold_units(
        licence_id=deed.licence.pk,
        units=sum(units for _, units in parts),
        assignment_ids=parts,
        actor=deed.actor,
        on=deed.true_on,
        at=deed.at,
        kept=kept,
        drawn=drawn,
        is_rolled=True,
    )
    return made, take_keys(licence=deed.licence, seats=parts)


def _refuse_untrue(deed: Deed, seats: Sequence[Seat], own: Sequence[Seat], since: date) -> None:
    """Refuse what could not have been on the days since."""
    refuse_too_few(licence=deed.licence, units=sum(seat.units for seat in own), since=since)
    for seat in seats:
        refuse_overlap(licence=deed.licence, holder=columns_of(seat.holder), since=since)


def _through(licence: Licence, seats: Sequence[Seat]) -> list[int | None]:
    """The place through which each holds, if it does; refuse who is not eligible or elsewhere."""
    eligibility, scope = eligibility_of(licence), scope_of(licence)
    for seat in seats:
        eligibility.refuse(seat.holder)
    return [scope.through(seat.holder) for seat in seats]


def draws_for(deed: Deed, seats: Sequence[Seat]) -> list[Draw]:
    """What each seat draws out of a reservation for its department."""
    # Units that are handed on went back to their reservation just now: the row in hand does not know.
    if not deed.licence.reserved and not deed.is_ahead:
        return [Draw()] * len(seats)
    reserves = reserves_of(deed.licence, [seat.holder for seat in seats])
    return [reserves.draw(seat.holder, seat.units) for seat in seats]


def _stored(rows: list[Assignment]) -> list[Assignment]:
    """The rows with their ids; by COPY where there are many. Raises AlreadyHeld."""
    try:
        if len(rows) < MANY:
            return Assignment.objects.bulk_create(rows)
        copy_rows(rows)
    except IntegrityError as taken:
        if "holds_once" in str(taken):
            raise AlreadyHeld(
                gettext(
                    "The holder has units of this licence already. Change the number of units of that "
                    "assignment instead."
                )
            ) from taken
        raise
    return rows


def close_seats(deed: Deed, rows: Sequence[Assignment]) -> Keys:
    """Release: rows ended, units freed or burnt, keys given back. The caller holds the rows, and writes what happened
    last.
    """
    own = counted(rows)
    ids = [row.pk for row in own]
    ended = {
        "released_at": deed.true_at, "released_by": deed.actor.name, "release_reason": deed.reason.strip()[:500],
    }  # fmt: skip
    if len(own) < len(rows):
        Assignment.objects.filter(pk__in=[row.pk for row in rows if row.within_id]).update(**ended)
    if not own:
        return {}
    Assignment.objects.filter(pk__in=ids).update(**ended, **given_back(deed, F("units")))
    refuse_left_within(own)
    let_go(deed, [(row.pk, row.units) for row in own], drawn_by(own))
    return give_back_keys(licence=deed.licence, assignment_ids=ids)


def let_go(deed: Deed, parts: Sequence[tuple[int, int]], returned: Mapping[int, int]) -> None:
    """Move the balance for units that were given back, by (assignment, units): free again, or burnt. Of them those
    ``returned`` came out of reservations.
    """
    move = burn_units if burns(deed) else free_units
    move(
        licence_id=deed.licence.pk,
        units=sum(units for _, units in parts),
        assignment_ids=parts,
        actor=deed.actor,
        on=deed.true_on,
        at=deed.at,
        returned=returned,
    )


def given_back(deed: Deed, units: int | F) -> dict[str, Any]:
    """What of an assignment's row changes when units of it are given back: burnt, or waiting for the next holder."""
    if burns(deed):
        return {"burnt": F("burnt") + units}
    if deed.licence.cooldown_days is None:
        return {}
    return {"cooling": F("cooling") + units, "freed_on": deed.true_on}


def burns(deed: Deed) -> bool:
    """Whether units that are given back now are burnt (U-028). Raises NotDeactivated where nobody said."""
    fate = deed.licence.units_on_release
    if fate == UnitsOnRelease.DEACTIVATE and deed.is_deactivated is None:
        raise NotDeactivated(
            gettext(
                "Say whether the units were deactivated where they were: deactivated ones are free again, others are "
                "burnt. Release the holders one by one to say so."
            ),
            errors=(FieldError("deactivated", gettext("Deactivated, or not?")),),
        )
    return fate == UnitsOnRelease.BURN or (fate == UnitsOnRelease.DEACTIVATE and deed.is_deactivated is False)


def refuse_second(*, licence: Licence, holder: Thing | None, units: int) -> None:
    """Refuse a person more than one unit where the licence says one per person (U-046)."""
    if licence.one_per_person and units > 1 and isinstance(holder, Person):
        words = gettext("One unit per person: %(holder)s cannot hold %(units)s.")
        raise AlreadyHeld(words % {"holder": holder.name, "units": units})


def _assignment(deed: Deed, seat: Seat, exemption: str, within: int | None) -> Assignment:
    return Assignment(
        company_id=deed.licence.company_id,
        licence=deed.licence,
        **columns_of(seat.holder),
        within_id=within,
        units=seat.units,
        assigned_at=deed.true_at,
        recorded_at=None if deed.since is None else deed.at,
        assigned_by=deed.actor.name,
        reason=deed.reason.strip()[:500],
        exemption=exemption,
    )
