"""Giving units to people and devices, and taking them back: the same rules on every path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from trueup.assignments.backdating import past_day, refuse_before_start
from trueup.assignments.finishing import write_happenings
from trueup.assignments.holding import Thing
from trueup.assignments.lawful import WrongHolder, check_holder, check_units
from trueup.assignments.models import Assignment
from trueup.assignments.queries import assignment_for
from trueup.assignments.seats import Deed, Seat, close_seats, line_up, lock_open, open_seats
from trueup.assignments.simultaneous import counting_refusals
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.devices.queries import device_for, devices_visible_to
from trueup.licences.metrics import DEPARTMENT, DEVICE, LOCATION, PERSON
from trueup.licences.models import Licence
from trueup.licences.queries import bare_licence_for
from trueup.people.queries import people_visible_to, person_for
from trueup.tenancy.queries import (
    department_for,
    departments_visible_to,
    location_for,
    locations_visible_to,
)

SEEN: Mapping[str, Callable[..., QuerySet[Any]]] = {
    PERSON: people_visible_to,
    DEVICE: devices_visible_to,
    LOCATION: locations_visible_to,
    DEPARTMENT: departments_visible_to,
}
"""Where each kind of holder is looked for."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is to hold units: ``kind`` is ``person``, ``device``, ``location`` or ``department``."""

    kind: str
    id: int


def assign_units(
    *,
    actor: Actor,
    licence_id: int,
    holder: Holder,
    units: int,
    at: datetime,
    on: date,
    reason: str = "",
    exemption: str = "",
    since: date | None = None,
    is_ahead: bool = False,
) -> Assignment:
    """Give units of a licence to one holder, from now on or since an earlier day."""
    holders = [(holder, units)]
    return assign_many(
        actor=actor, licence_id=licence_id, holders=holders, at=at, on=on, reason=reason, exemption=exemption,
        since=since, is_ahead=is_ahead,
    )[0]  # fmt: skip


def assign_many(
    *,
    actor: Actor,
    licence_id: int,
    holders: Sequence[tuple[Holder, int]],
    at: datetime,
    on: date,
    reason: str = "",
    batch_id: int | None = None,
    exemption: str = "",
    since: date | None = None,
    is_ahead: bool = False,
) -> list[Assignment]:
    """Give units to many holders at once: all of them or none.

    ``since`` an earlier day needs a ``reason`` and is marked (R-082). ``exemption`` lets units that wait after a release go to somebody else all the same; it needs a ``reason``. ``is_ahead`` says that the units came with the holders: nobody who waits comes before.
    """
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=Permission.ASSIGNMENTS_CHANGE)
    found = find_holders(actor=actor, licence=licence, holders=[holder for holder, _ in holders])
    for holder, units in holders:
        check_units(units)
        check_holder(licence=licence, holder=found[holder])
    seats = [Seat(found[holder], units) for holder, units in holders]

    def carry_out() -> list[Assignment]:
        turn = line_up(actor=actor, licence=licence, at=at, on=on)
        day = past_day(since=since, on=on, reason=reason)
        deed = Deed(actor, turn, at, on, reason, batch_id, exemption, since=day, is_ahead=is_ahead)
        made, keys = open_seats(deed, seats)
        write_happenings("assignments.assigned", deed, made, keys)
        return made

    return counting_refusals(licence=licence, on=on, use=carry_out)


def find_holders(*, actor: Actor, licence: Licence, holders: Sequence[Holder]) -> dict[Holder, Thing]:
    """The holders of the licence's company; a stranger's is not found."""
    found: dict[Holder, Thing] = {}
    for kind in {holder.kind for holder in holders}:
        ids = [holder.id for holder in holders if holder.kind == kind]
        if kind not in SEEN:
            words = gettext("“%(kind)s” cannot hold units: a person, device, location or department can.")
            raise WrongHolder.of("holder", words % {"kind": kind})
        rows = SEEN[kind](actor=actor).filter(company_id=licence.company_id, pk__in=ids)
        found |= {Holder(kind, thing.pk): thing for thing in rows}
    for holder in holders:
        if holder not in found:
            _refuse_unknown(actor, holder, licence.company_id)
    return found


def _refuse_unknown(actor: Actor, holder: Holder, company_id: int) -> NoReturn:
    """Say in the words of its room that there is no such holder; retired places take no units."""
    if holder.kind == PERSON:
        person_for(actor=actor, person_id=holder.id, company_id=company_id)
    if holder.kind == DEVICE:
        device_for(actor=actor, device_id=holder.id, company_id=company_id)
    if holder.kind == LOCATION:
        location_for(actor=actor, location_id=holder.id, company_id=company_id)
    department_for(actor=actor, department_id=holder.id, company_id=company_id)
    raise NotFound(gettext("There is no such holder in this company."))


def release_units(
    *,
    actor: Actor,
    assignment_id: int,
    at: datetime,
    on: date,
    reason: str = "",
    is_deactivated: bool | None = None,
    since: date | None = None,
) -> Assignment:
    """End one assignment; its units are free in the same moment, or burnt where the licence says so."""
    assignment = assignment_for(
        actor=actor, assignment_id=assignment_id, permission=Permission.ASSIGNMENTS_CHANGE
    )
    release_many(
        actor=actor,
        licence=assignment.licence,
        assignment_ids=[assignment.pk],
        at=at,
        on=on,
        reason=reason,
        is_deactivated=is_deactivated,
        since=since,
    )
    return assignment_for(actor=actor, assignment_id=assignment_id)


def release_many(
    *,
    actor: Actor,
    licence: Licence,
    assignment_ids: Sequence[int],
    at: datetime,
    on: date,
    reason: str = "",
    batch_id: int | None = None,
    is_deactivated: bool | None = None,
    since: date | None = None,
) -> int:
    """End assignments of one licence together: all of them or none; ``since`` an earlier day needs a ``reason``."""
    actor.require(Permission.ASSIGNMENTS_CHANGE, licence.company_id)
    with transaction.atomic():
        turn = line_up(actor=actor, licence=licence, at=at, on=on)
        day = past_day(since=since, on=on, reason=reason)
        deed = Deed(actor, turn, at, on, reason, batch_id, "", is_deactivated, day)
        rows = lock_open(deed.licence, assignment_ids)
        if day is not None:
            refuse_before_start(rows=rows, since=day)
        keys = close_seats(deed, rows)
        write_happenings("assignments.released", deed, rows, keys)
    return sum(row.units for row in rows)
