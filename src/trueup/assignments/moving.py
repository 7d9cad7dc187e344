"""Changing what stands: more or fewer units for the same holder, or the same units for another one.

The old holder's assignment ends and the new one's begins in one transaction; nobody is replaced silently in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assignments.actions import Holder, find_holders
from trueup.assignments.cooling import keep_cool
from trueup.assignments.finishing import details_of, serve_queue, write_happenings
from trueup.assignments.holding import holder_of, name_of, who, who_of
from trueup.assignments.lawful import check_holder, check_units
from trueup.assignments.models import Assignment
from trueup.assignments.queries import assignment_for
from trueup.assignments.queueing import refuse_ahead
from trueup.assignments.reserves import Draw, added_up
from trueup.assignments.seats import (
    AlreadyHeld,
    Deed,
    Keys,
    Seat,
    close_seats,
    draws_for,
    given_back,
    let_go,
    line_up,
    lock_open,
    open_seats,
    refuse_second,
)
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict
from trueup.licences.balances import hold_units
from trueup.licences.keys.holding import take_keys
from trueup.licences.models import KeyState, LicenceKey
from trueup.licences.seat_terms import refuse_bound

CHANGE = Permission.ASSIGNMENTS_CHANGE


class KeysWithUnits(Conflict):
    """Which of the assignment's keys would come back cannot be known."""

    title = gettext_lazy("Each unit has a key of its own")


class StillHolding(Conflict):
    """The assignment was not released, so there is no release to take back."""

    title = gettext_lazy("Not released")


def change_units(
    *,
    actor: Actor,
    assignment_id: int,
    units: int,
    at: datetime,
    on: date,
    reason: str = "",
    exemption: str = "",
    is_deactivated: bool | None = None,
) -> Assignment:
    """Let a holder have more or fewer units; the difference is one movement in the ledger.

    Raises NotEnoughUnits with the free number, NotHeld, KeysWithUnits, TooSoon, NotDeactivated.
    """
    known = assignment_for(actor=actor, assignment_id=assignment_id, permission=CHANGE)
    check_units(units)
    with transaction.atomic():
        licence = line_up(actor=actor, licence=known.licence, at=at, on=on)
        deed = Deed(actor, licence, at, on, reason, None, exemption, is_deactivated)
        [row] = lock_open(licence, [assignment_id])
        before, row.units = row.units, units
        if units == before:
            return row
        keys = _more(deed, row, units - before) if units > before else _fewer(deed, row, before - units)
        Assignment.objects.filter(pk=row.pk).update(units=units)
        details = {**details_of(deed, row, keys), "units": [before, units]}
        happening = Happening(
            "assignments.units_changed", "licence", licence.pk, str(licence.product.name), details
        )
        record(actor=actor, company_id=licence.company_id, at=at, happening=happening)
        serve_queue(deed)
    return row


def _more(deed: Deed, row: Assignment, units: int) -> Keys:
    holder = holder_of(row)
    if holder is not None:
        check_holder(licence=deed.licence, holder=holder)
    refuse_second(licence=deed.licence, holder=holder, units=row.units)
    if row.within_id:
        return {}
    part = [(row.pk, units)]
    seats = [Seat(holder, units)] if holder is not None else []
    draw = _more_drawn(deed, row, seats)
    refuse_ahead(deed, seats, drawn=draw.units)
    kept, used = keep_cool(deed, seats, drawn=draw.units)
    if used:
        Assignment.objects.filter(pk=row.pk).update(exemption=used)
    hold_units(
        licence_id=deed.licence.pk, units=units, assignment_ids=part, actor=deed.actor, on=deed.on, at=deed.at,
        kept=kept, drawn=added_up([draw]),
    )  # fmt: skip
    return take_keys(licence=deed.licence, seats=part)


def _more_drawn(deed: Deed, row: Assignment, seats: Sequence[Seat]) -> Draw:
    """What the holder draws besides; an assignment draws on one reservation only."""
    draw = next(iter(draws_for(deed, seats)), Draw())
    if not draw.units or (row.reserved_units and row.reservation_id != draw.reservation_id):
        return Draw()
    reserved = row.reserved_units + draw.units
    Assignment.objects.filter(pk=row.pk).update(reservation=draw.reservation_id, reserved_units=reserved)
    return draw


def _fewer(deed: Deed, row: Assignment, units: int) -> Keys:
    if row.within_id:
        return {}
    if LicenceKey.objects.filter(assignment_id=row.pk, state=KeyState.TAKEN).exists():
        raise KeysWithUnits(
            _(
                "%(person)s has a key for each unit, and which of them came back cannot be guessed. "
                "Release the assignment and assign the smaller number."
            )
            % {"person": name_of(holder_of(row))}
        )
    if changes := given_back(deed, units):
        Assignment.objects.filter(pk=row.pk).update(**changes)
    back = Draw(row.reservation_id, min(units, row.reserved_units))
    if back.units:
        Assignment.objects.filter(pk=row.pk).update(reserved_units=row.reserved_units - back.units)
    let_go(deed, [(row.pk, units)], added_up([back]))
    return {}


def move_units(
    *,
    actor: Actor,
    assignment_id: int,
    holder: Holder,
    at: datetime,
    on: date,
    reason: str = "",
    exemption: str = "",
    is_deactivated: bool | None = None,
) -> Assignment:
    """Give a holder's units to another one, under the rules of a new assignment; the other's assignment.

    Raises what assigning raises, NotHeld, and NotTransferable where the licence is bound to its hardware.
    """
    known = assignment_for(actor=actor, assignment_id=assignment_id, permission=CHANGE)
    refuse_bound(known.licence)
    found = find_holders(actor=actor, licence=known.licence, holders=[holder])[holder]
    check_holder(licence=known.licence, holder=found)
    if who(found) == who_of(known):
        raise AlreadyHeld(_("%(found)s holds these units already.") % {"found": name_of(found)})
    with transaction.atomic():
        licence = line_up(actor=actor, licence=known.licence, at=at, on=on)
        refuse_bound(licence)
        rows = lock_open(licence, [assignment_id])
        deed = Deed(actor, licence, at, on, reason, None, exemption, is_deactivated, is_ahead=True)
        given = close_seats(replace(deed, reason=reason or f"moved to {name_of(found)}"), rows)
        made, keys = open_seats(deed, [Seat(found, rows[0].units)])
        details = {
            **details_of(deed, made[0], keys),
            "holder": [name_of(holder_of(rows[0])), name_of(found)],
            "released": rows[0].pk,
            **({"keys_given_back": given[rows[0].pk]} if given else {}),
        }
        happening = Happening("assignments.moved", "licence", licence.pk, str(licence.product.name), details)
        record(actor=actor, company_id=licence.company_id, at=at, happening=happening)
        serve_queue(deed)
    return made[0]


def restore_units(*, actor: Actor, assignment_id: int, at: datetime, on: date) -> Assignment:
    """Take a release back: the same holder has the same units again, if the rules of today still allow it."""
    known = assignment_for(actor=actor, assignment_id=assignment_id, permission=CHANGE)
    holder = holder_of(known)
    if known.released_at is None or holder is None:
        raise StillHolding(_("These units were not released. Load the page again to see who holds them."))
    check_holder(licence=known.licence, holder=holder)
    with transaction.atomic():
        licence = line_up(actor=actor, licence=known.licence, at=at, on=on)
        deed = Deed(actor, licence, at, on, "release taken back")
        made, keys = open_seats(deed, [Seat(holder, known.units)])
        write_happenings("assignments.restored", deed, made, keys)
    return made[0]
