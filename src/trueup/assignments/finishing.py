"""The end of every deed at a licence: what happened is written down, and whoever waits is served with what came free.

Last in a transaction, since entries lock the company's chain; the licence is locked since the deed began.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from trueup.assignments.cooling import TooSoon
from trueup.assignments.holding import holder_of, name_of
from trueup.assignments.lawful import check_holder
from trueup.assignments.models import Assignment, WaitEnd, Waiting
from trueup.assignments.naming import is_in_use
from trueup.assignments.queueing import queue_of, theirs
from trueup.assignments.seats import AlreadyHeld, Deed, Keys, Seat, open_seats
from trueup.audit.actions import Happening, record_many
from trueup.base.problems import InvalidValue, Problem
from trueup.licences.balances import LicenceExpired, NotEnoughUnits, count_waiting
from trueup.licences.keys.holding import NoFreeKey
from trueup.licences.models import Licence

FROM_THE_LIST = "from the waiting list"
TOO_LITTLE = (NotEnoughUnits, TooSoon, NoFreeKey, LicenceExpired)
"""Why the first in line has to wait on, and with them everybody behind."""


def write_happenings(event: str, deed: Deed, rows: Iterable[Assignment], keys: Keys) -> None:
    """One audit entry for each assignment, and whoever waits is served; last in a transaction."""
    happenings = [
        Happening(
            event, "licence", deed.licence.pk, str(deed.licence.product.name), details_of(deed, row, keys)
        )
        for row in rows
    ]
    record_many(
        actor=deed.actor,
        company_id=deed.licence.company_id,
        at=deed.at,
        happenings=happenings,
        batch_id=deed.batch_id,
    )
    serve_queue(deed)


def details_of(deed: Deed, row: Assignment, keys: Keys) -> dict[str, Any]:
    """What an entry keeps of an assignment."""
    return {
        "assignment": row.pk,
        "units": row.units,
        "holder": name_of(holder_of(row)),
        "person": row.person_id,
        "device": row.device_id,
        **({"location": row.location_id} if row.location_id else {}),
        **({"department": row.department_id} if row.department_id else {}),
        **({"within": row.within_id} if row.within_id else {}),
        **({"reason": deed.reason} if deed.reason else {}),
        **({"backdated_to": deed.since} if deed.since else {}),
        **({"exemption": row.exemption} if row.exemption else {}),
        **({"burnt": row.burnt} if row.burnt else {}),
        **({"key_ids": keys[row.pk]} if row.pk in keys else {}),
    }


def serve_queue(deed: Deed) -> int:
    """Give what is free to those who wait, in order, until it is too little for the next; how many have units now.

    Who may not hold the licence any more is taken off the list, with the reason.
    """
    if not deed.licence.waiting or not deed.serves:
        return 0
    licence = Licence.objects.select_related("product").get(pk=deed.licence.pk)
    turn = Deed(deed.actor, licence, deed.at, deed.on, FROM_THE_LIST, is_ahead=True)
    happenings: list[Happening] = []
    served = 0
    for row in queue_of(licence).select_related("person", "device"):
        try:
            happening = _serve(turn, row)
        except TOO_LITTLE:
            break
        row.ended_at, row.ended_by = deed.at, deed.actor.name
        row.save(update_fields=["ended_at", "ended_by", "outcome", "detail", "assignment"])
        served += row.outcome == WaitEnd.SERVED
        happenings.append(happening)
    if happenings:
        count_waiting(licence_id=licence.pk, by=-len(happenings))
        record_many(actor=deed.actor, company_id=licence.company_id, at=deed.at, happenings=happenings)
    return served


def _serve(turn: Deed, row: Waiting) -> Happening:
    """Give the first in line what it waits for. Raises what stops the line; every other refusal ends the waiting."""
    holder = row.person or row.device
    name = str(turn.licence.product.name)
    try:
        if holder is None or not is_in_use(holder):
            raise InvalidValue.of("holder", _("No longer in use here: left, or decommissioned."))
        check_holder(licence=turn.licence, holder=holder)
        with transaction.atomic():
            made, keys = open_seats(turn, [Seat(holder, row.units)])
    except TOO_LITTLE:
        raise
    except Problem as refused:
        held = _held_already(row) if isinstance(refused, AlreadyHeld) else None
        row.assignment, row.detail = held, "" if held else refused.detail[:500]
        row.outcome = WaitEnd.SERVED if held else WaitEnd.REFUSED
        facts = {"holder": name_of(holder), "units": row.units, "reason": refused.detail}
        return Happening("assignments.waiting_ended", "licence", turn.licence.pk, name, facts)
    row.assignment, row.outcome = made[0], WaitEnd.SERVED
    details = {**details_of(turn, made[0], keys), "waited_since": row.asked_at}
    return Happening("assignments.served", "licence", turn.licence.pk, name, details)


def _held_already(row: Waiting) -> Assignment | None:
    """What whoever waits was given meanwhile past the list."""
    kind, number = ("person", row.person_id) if row.person_id else ("device", row.device_id)
    rows = Assignment.objects.filter(licence_id=row.licence_id, released_at=None)
    found: Assignment | None = rows.filter(theirs([(kind, int(number or 0))])).first()
    return found
