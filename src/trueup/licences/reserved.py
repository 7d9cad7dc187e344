"""Units held back for departments, as the ledger moves them: drawn, given back, cut and ended, each by a movement.

The caller has the licence's row. Whatever else moves a balance asks here, so that what is reserved is always free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from trueup.base.actor import Actor
from trueup.licences.models import Account, Licence, Movement
from trueup.licences.reservation_tables import Reservation


@dataclass(frozen=True, slots=True)
class Hour:
    """Who moves units, for which day, and when."""

    actor: Actor
    on: date
    at: datetime


def open_reservations(licence_ids: Iterable[int]) -> QuerySet[Reservation]:
    """What is held back of licences now, oldest first."""
    rows: QuerySet[Reservation] = Reservation.objects.filter(licence_id__in=licence_ids, ended_at=None)
    return rows.select_related("department").order_by("licence_id", "pk")


def move_reserved(licence_id: int, parts: Iterable[tuple[int, str]], hour: Hour) -> None:
    """Move the balance by (units, cause), one movement each; the row is changed once."""
    wanted = [(units, cause) for units, cause in parts if units]
    if not wanted:
        return
    Licence.objects.filter(pk=licence_id).update(
        reserved=F("reserved") + sum(units for units, _cause in wanted)
    )
    write_reserved(licence_id, wanted, hour)


def write_reserved(licence_id: int, parts: Iterable[tuple[int, str]], hour: Hour) -> None:
    """Write the movements that led to the balance the licence has by now."""
    wanted = list(parts)
    licence = Licence.objects.only("company_id", "reserved").get(pk=licence_id)
    balance = licence.reserved - sum(units for units, _cause in wanted)
    movements = []
    for units, cause in wanted:
        balance += units
        movements.append(
            Movement(
                company_id=licence.company_id, licence_id=licence_id, account=Account.RESERVED, units=units,
                balance=balance, effective_on=hour.on, moved_at=hour.at, cause=cause, actor=hour.actor.name,
            )
        )  # fmt: skip
    Movement.objects.bulk_create(movements, batch_size=1000)


def draw_reserved(licence_id: int, drawn: Mapping[int, int], hour: Hour) -> None:
    """Note that the department has units of its reservations now; the balance was moved with what is held."""
    for pk, units in drawn.items():
        Reservation.objects.filter(pk=pk).update(taken=F("taken") + units)
    write_reserved(licence_id, [(-units, "drawn") for units in drawn.values()], hour)


def give_back_reserved(
    licence_id: int, returned: Mapping[int, int], hour: Hour, *, is_burnt: bool = False
) -> None:
    """Let released units go back to the reservations they came from, as far as those stand and the units are free."""
    licence = Licence.objects.get(pk=licence_id)
    room = licence.granted - licence.held - licence.reserved
    moves = []
    for row in Reservation.objects.filter(pk__in=list(returned), ended_at=None).order_by("pk"):
        units = returned[row.pk]
        back = 0 if is_burnt else units if licence.is_unlimited else max(0, min(units, room))
        room -= back
        row.taken -= units
        row.units -= units - back
        row.ended_at = hour.at if row.units == 0 else None
        row.save(update_fields=["taken", "units", "ended_at"])
        moves.append((back, "given back"))
    move_reserved(licence_id, moves, hour)


def end_due(licence: Licence, hour: Hour) -> None:
    """End what was held back until today or earlier; it is free for everybody."""
    due = open_reservations([licence.pk]).filter(until_on__lte=hour.on)
    end_rows(licence.pk, list(due), hour, cause="ended")


def end_rows(licence_id: int, rows: Iterable[Reservation], hour: Hour, *, cause: str) -> None:
    """End reservations: what of them nobody took is free for everybody; who holds units keeps them."""
    ending = list(rows)
    Reservation.objects.filter(pk__in=[row.pk for row in ending]).update(ended_at=hour.at)
    move_reserved(licence_id, [(row.taken - row.units, cause) for row in ending], hour)


def cut_to(licence_id: int, most: int, hour: Hour) -> None:
    """Hold no more back than there is: the latest reservations lose first."""
    rows = list(open_reservations([licence_id]))
    over = sum(row.units - row.taken for row in rows) - max(0, most)
    moves = []
    for row in reversed(rows):
        part = min(over, row.units - row.taken)
        if part <= 0:
            continue
        over -= part
        row.units -= part
        row.ended_at = hour.at if row.units == 0 else None
        row.save(update_fields=["units", "ended_at"])
        moves.append((-part, "cut"))
    move_reserved(licence_id, moves, hour)


def reserved_words(licence_id: int) -> str:
    """For whom units are held back, and until when: the end of a refusal; nothing where none are."""
    left = [(row, row.units - row.taken) for row in open_reservations([licence_id])]
    told = [
        _("%(units)s for %(department)s until %(day)s")
        % {"units": units, "department": row.department.name, "day": row.until_on - timedelta(days=1)}
        for row, units in left
        if units
    ]
    return _("Reserved: %(list)s.") % {"list": ", ".join(told)} if told else ""
