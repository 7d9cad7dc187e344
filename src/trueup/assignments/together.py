"""Units of several licences given, handed on and released in one transaction: licences are lined up at first, in the order of
their ids, and what happened is written last, so that two such deeds never wait for each other in a circle.

The rules are those of a single assignment. What need not be given is left out where a rule stands in the way, and says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from trueup.assignments.actions import Holder, find_holders
from trueup.assignments.finishing import details_of, write_happenings
from trueup.assignments.holding import Thing, holder_of, name_of, who, who_of
from trueup.assignments.lawful import check_holder, check_units
from trueup.assignments.models import Assignment
from trueup.assignments.queries import assignments_visible_to
from trueup.assignments.seats import (
    AlreadyHeld,
    Deed,
    NotHeld,
    Seat,
    close_seats,
    line_up,
    lock_open,
    open_seats,
)
from trueup.assignments.settling import Closed, write_closed
from trueup.assignments.simultaneous import count_refusal
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound, Problem
from trueup.licences.balances import NotEnoughUnits
from trueup.licences.metrics import CONCURRENT
from trueup.licences.models import Licence
from trueup.licences.queries import bare_licence_for
from trueup.licences.seat_terms import refuse_bound

CHANGE = Permission.ASSIGNMENTS_CHANGE


@dataclass(frozen=True, slots=True)
class Gift:
    """Units for somebody. Without them nothing at all is done where it ``must`` be."""

    licence_id: int
    holder: Holder
    units: int
    must: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """An assignment that ends; its units go ``to`` somebody else, or back."""

    assignment_id: int
    to: Holder | None = None
    is_deactivated: bool | None = None


@dataclass(slots=True)
class Together:
    """What came of it: gifts by their place in the list, handed-on assignments by the id of the one that ended."""

    closed: list[Closed] = field(default_factory=list)
    opened: list[Closed] = field(default_factory=list)
    given: dict[int, Assignment] = field(default_factory=dict)
    refused: dict[int, Problem] = field(default_factory=dict)
    moved: dict[int, tuple[Deed, Assignment, Assignment]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, by whom, with the rows it is about looked up."""

    deed: Deed
    gifts: Sequence[Gift]
    endings: Mapping[int, Ending]
    licences: Mapping[int, Licence]
    licence_of: Mapping[int, int]


def settle_together(
    *,
    actor: Actor,
    company_id: int,
    gifts: Sequence[Gift] = (),
    endings: Sequence[Ending] = (),
    at: datetime,
    on: date,
    reason: str,
) -> Together:
    """End, hand on and give in the caller's transaction; :func:`write_together` writes it down, last.

    Raises what assigning, moving and releasing raise, but for gifts that need not be given.
    """
    actor.require(CHANGE, company_id)
    by_id = {one.assignment_id: one for one in endings}
    rows = assignments_visible_to(actor=actor).filter(company_id=company_id, pk__in=by_id)
    standing = {row.pk: row.licence for row in rows.select_related("licence__product")}
    if len(standing) != len(by_id):
        raise NotHeld(_("Some of it was released before. Load the page again to see who still holds units."))
    licences = {licence.pk: licence for licence in standing.values()}
    for gift in gifts:
        licences.setdefault(gift.licence_id, _licence(actor, company_id, gift.licence_id))
    turns = {pk: line_up(actor=actor, licence=licences[pk], at=at, on=on) for pk in sorted(licences)}
    settled = Together()
    for licence in turns.values():
        wanted = Wanted(
            Deed(actor, licence, at, on, reason), gifts, by_id, turns, {pk: one.pk for pk, one in standing.items()}
        )  # fmt: skip
        _end(settled, wanted)
        _give(settled, wanted)
    return settled


def _licence(actor: Actor, company_id: int, licence_id: int) -> Licence:
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    if licence.company_id != company_id:
        raise NotFound(_("There is no licence %(licence_id)s.") % {"licence_id": licence_id})
    return licence


def _end(settled: Together, wanted: Wanted) -> None:
    """Release what goes back, and hand on what goes to somebody else, of one licence."""
    licence = wanted.deed.licence
    mine = [one for pk, one in wanted.endings.items() if wanted.licence_of[pk] == licence.pk]
    for is_deactivated in sorted({one.is_deactivated for one in mine if one.to is None}, key=str):
        deed = replace(wanted.deed, is_deactivated=is_deactivated)
        alike = [one.assignment_id for one in mine if one.to is None and one.is_deactivated == is_deactivated]
        rows = lock_open(licence, alike)
        settled.closed.append(Closed(deed, tuple(rows), close_seats(deed, rows)))
    for one in mine:
        if one.to is not None:
            _hand_on(settled, wanted.deed, one.assignment_id, one.to)


def _hand_on(settled: Together, deed: Deed, assignment_id: int, to: Holder) -> None:
    licence = deed.licence
    refuse_bound(licence)
    found = find_holders(actor=deed.actor, licence=licence, holders=[to])[to]
    check_holder(licence=licence, holder=found)
    [row] = lock_open(licence, [assignment_id])
    if who(found) == who_of(row):
        raise AlreadyHeld(_("%(found)s holds these units already.") % {"found": name_of(found)})
    close_seats(replace(deed, reason=deed.reason or f"moved to {name_of(found)}"), [row])
    made, _keys = open_seats(replace(deed, is_ahead=True), [Seat(found, row.units)])
    settled.moved[assignment_id] = (deed, row, made[0])


def _give(settled: Together, wanted: Wanted) -> None:
    """Give what is to be given of one licence, each for itself."""
    licence = wanted.deed.licence
    for place, gift in enumerate(wanted.gifts):
        if gift.licence_id != licence.pk:
            continue
        try:
            with transaction.atomic():
                found = find_holders(actor=wanted.deed.actor, licence=licence, holders=[gift.holder])
                settled.given[place] = _given(settled, wanted.deed, found[gift.holder], gift.units)
        except Problem as problem:
            if gift.must:
                raise
            settled.refused[place] = problem
            if isinstance(problem, NotEnoughUnits) and licence.metric == CONCURRENT:
                count_refusal(licence=licence, on=wanted.deed.on)


def _given(settled: Together, deed: Deed, thing: Thing, units: int) -> Assignment:
    check_units(units)
    check_holder(licence=deed.licence, holder=thing)
    made, keys = open_seats(deed, [Seat(thing, units)])
    settled.opened.append(Closed(deed, tuple(made), keys))
    return made[0]


def write_together(settled: Together) -> None:
    """One entry for each assignment that ended, went on or began."""
    write_closed(settled.closed)
    for deed, old, new in settled.moved.values():
        details = {
            **details_of(deed, new, {}),
            "holder": [name_of(holder_of(old)), name_of(holder_of(new))],
            "released": old.pk,
        }
        name = str(deed.licence.product.name)
        happening = Happening("assignments.moved", "licence", deed.licence.pk, name, details)
        record(actor=deed.actor, company_id=deed.licence.company_id, at=deed.at, happening=happening)
    for one in settled.opened:
        write_happenings("assignments.assigned", one.deed, one.rows, one.keys)
