"""The waiting list of a licence: who joins it after a refusal, who leaves it, and how it is served where units come free
otherwise than by a release: bought, reserved no more, or cooled down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.assignments.actions import Holder, find_holders
from trueup.assignments.finishing import TOO_LITTLE, serve_queue
from trueup.assignments.holding import Thing, columns_of, kind_of, name_of, who
from trueup.assignments.lawful import check_holder, check_units
from trueup.assignments.models import Assignment, WaitEnd, Waiting
from trueup.assignments.queueing import queue_of, theirs
from trueup.assignments.seats import AlreadyHeld, Deed, Seat, line_up, open_seats
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound
from trueup.devices.models import Device
from trueup.licences.balances import LicenceExpired, count_waiting
from trueup.licences.models import Licence
from trueup.licences.queries import bare_licence_for
from trueup.people.models import Person

CHANGE = Permission.ASSIGNMENTS_CHANGE
SHOWN_AT_MOST = 500


class WaitsAlready(Conflict):
    """The holder waits for units of the licence already."""

    title = gettext_lazy("Waits already")


class UnitsAreFree(Conflict):
    """Nobody has to wait: the units can be assigned."""

    title = gettext_lazy("Units are free")


class WaitsNoMore(Conflict):
    """The waiting ended before: served, or taken off the list."""

    title = gettext_lazy("Waits no more")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the line, from 1."""

    number: int
    row: Waiting


def waiting_list_of(*, actor: Actor, licence_id: int) -> list[Place]:
    """Who waits for units of a licence, the first in line first."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id)
    rows = queue_of(licence).select_related("person__department", "device")[:SHOWN_AT_MOST]
    return [Place(number, row) for number, row in enumerate(rows, start=1)]


def join_waiting_list(
    *,
    actor: Actor,
    licence_id: int,
    holder: Holder,
    units: int,
    at: datetime,
    on: date,
    reason: str = "",
) -> Place:
    """Let a person or a device wait for units that are not there now; their place in the line."""
    wanted = [(holder, units)]
    return let_wait(actor=actor, licence_id=licence_id, holders=wanted, at=at, on=on, reason=reason)[0]


def let_wait(
    *,
    actor: Actor,
    licence_id: int,
    holders: Sequence[tuple[Holder, int]],
    at: datetime,
    on: date,
    reason: str = "",
) -> list[Place]:
    """Let people or devices wait, in the order given: all of them or none.

    Whatever would refuse them other units refuses it here as well. Raises UnitsAreFree where nobody has to wait,
    AlreadyHeld, WaitsAlready.
    """
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    found = find_holders(actor=actor, licence=licence, holders=[holder for holder, _units in holders])
    for holder, units in holders:
        check_units(units)
        check_holder(licence=licence, holder=found[holder])
        if not isinstance(found[holder], Person | Device):
            raise InvalidValue.of("holder", _("Only a person or a device can wait for units."))
    with transaction.atomic():
        turn = line_up(actor=actor, licence=licence, at=at, on=on)
        deed = Deed(actor, turn, at, on, reason)
        return [_join(deed, Seat(found[holder], units)) for holder, units in holders]


def _join(deed: Deed, seat: Seat) -> Place:
    """The next place in the line of a licence at which we have our turn."""
    licence = deed.licence
    _refuse_twice(licence, seat.holder)
    _refuse_needless(deed, seat)
    made = Waiting.objects.create(
        company_id=licence.company_id, licence=licence, **columns_of(seat.holder), units=seat.units,
        reason=deed.reason.strip()[:500], asked_at=deed.at, asked_by=deed.actor.name,
    )  # fmt: skip
    count_waiting(licence_id=licence.pk, by=1)
    licence.waiting += 1
    _record("assignments.waiting_joined", deed, made, place=licence.waiting)
    return Place(licence.waiting, made)


def _refuse_twice(licence: Licence, thing: Thing) -> None:
    mine = theirs([who(thing)])
    if Assignment.objects.filter(mine, licence=licence, released_at=None).exists():
        words = _("%(holder)s holds units of this licence already. Change that number instead.")
        raise AlreadyHeld(words % {"holder": name_of(thing)})
    if queue_of(licence).filter(mine).exists():
        words = _("%(holder)s waits for units of this licence already.")
        raise WaitsAlready(words % {"holder": name_of(thing)})


def _refuse_needless(deed: Deed, seat: Seat) -> None:
    """Try to assign, for nothing: only who is refused for want of units may wait."""
    try:
        with transaction.atomic():
            open_seats(deed, [seat])
            words = ngettext(
                "%(n)s unit is asked for and there: assign it, nobody has to wait.",
                "%(n)s units are asked for and there: assign them, nobody has to wait.",
                seat.units,
            )
            raise UnitsAreFree(words % {"n": seat.units})
    except LicenceExpired:
        raise
    except TOO_LITTLE:
        return


def leave_waiting_list(
    *, actor: Actor, licence_id: int, waiting_id: int, at: datetime, on: date, reason: str = ""
) -> None:
    """Take somebody off the list; who stands behind moves up. Raises WaitsNoMore."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    waiting_for(actor=actor, licence_id=licence_id, waiting_id=waiting_id)
    with transaction.atomic():
        turn = line_up(actor=actor, licence=licence, at=at, on=on)
        row = waiting_for(actor=actor, licence_id=licence_id, waiting_id=waiting_id)
        row.ended_at, row.ended_by, row.outcome, row.detail = (
            at,
            actor.name,
            WaitEnd.LEFT,
            reason.strip()[:500],
        )
        row.save(update_fields=["ended_at", "ended_by", "outcome", "detail"])
        count_waiting(licence_id=turn.pk, by=-1)
        deed = Deed(actor, turn, at, on, reason)
        _record("assignments.waiting_left", deed, row)
        serve_queue(deed)


def waiting_for(*, actor: Actor, licence_id: int, waiting_id: int) -> Waiting:
    """One that waits still, for whoever may take it off the list."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    rows = Waiting.objects.filter(licence=licence, pk=waiting_id)
    row: Waiting | None = rows.select_related("person", "device", "licence__product").first()
    if row is None:
        raise NotFound(_("There is no place %(id)s on the waiting list.") % {"id": waiting_id})
    if row.ended_at is not None:
        raise WaitsNoMore(_("It waits no more: served or taken off the list. Load the page again."))
    return row


def serve_waiting(*, actor: Actor, licence_id: int, at: datetime, on: date) -> int:
    """Serve those who wait for a licence with what is free; how many have units now."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    with transaction.atomic():
        turn = line_up(actor=actor, licence=licence, at=at, on=on)
        return serve_queue(Deed(actor, turn, at, on))


def serve_all_waiting(*, actor: Actor, at: datetime, on: date) -> int:
    """The same for every licence somebody waits for; each by itself."""
    waited = Licence.objects.visible_to(actor, CHANGE).filter(waiting__gt=0, withdrawn_at=None)
    ids = list(waited.order_by("pk").values_list("pk", flat=True))
    return sum(serve_waiting(actor=actor, licence_id=pk, at=at, on=on) for pk in ids)


def _record(event: str, deed: Deed, row: Waiting, **facts: int) -> None:
    thing = row.person or row.device
    assert thing is not None  # noqa: S101 - the database keeps one of the two in every row
    details = {
        "holder": name_of(thing), kind_of(thing): thing.pk, "units": row.units, **facts,
        **({"reason": deed.reason} if deed.reason else {}),
    }  # fmt: skip
    happening = Happening(event, "licence", deed.licence.pk, str(deed.licence.product.name), details)
    record(actor=deed.actor, company_id=deed.licence.company_id, at=deed.at, happening=happening)
