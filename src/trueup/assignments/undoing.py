"""Releasing everybody at once, after they were seen, and taking a whole batch back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assignments.bulk import ASSIGN_LIST, RELEASE_LIST
from trueup.assignments.finishing import write_happenings
from trueup.assignments.holding import holder_of, who_of
from trueup.assignments.lawful import check_holder
from trueup.assignments.models import HOLDERS, Assignment
from trueup.assignments.seats import Deed, Seat, close_seats, line_up, lock_open, open_seats
from trueup.audit.actions import close_batch, mark_undone, open_batch
from trueup.audit.models import Batch
from trueup.audit.queries import batch_for, batches_visible_to
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound
from trueup.licences.queries import bare_licence_for

RELEASE_ALL = "assignments.release_all"
KINDS = (ASSIGN_LIST, RELEASE_LIST, RELEASE_ALL)
CHANGE = Permission.ASSIGNMENTS_CHANGE
TAKEN_BACK = "taken back"


class HoldersChanged(Conflict):
    """Somebody was assigned or released since the list of holders was shown."""

    title = gettext_lazy("The holders have changed")


class NobodyChosen(InvalidValue):
    """A release of nobody."""

    title = gettext_lazy("Nobody is chosen")


class AlreadyUndone(Conflict):
    """The batch was taken back before."""

    title = gettext_lazy("Taken back already")


class NothingToUndo(Conflict):
    """Everything the batch did was changed by hand since."""

    title = gettext_lazy("Nothing is left to take back")


@dataclass(frozen=True, slots=True)
class Everybody:
    """Who holds units of a licence now, in numbers; ``last`` is the newest assignment's id."""

    people: int
    devices: int
    places: int
    units: int
    last: int

    @property
    def mark(self) -> str:
        """What a confirmation repeats, to prove that these very holders were seen."""
        return f"{self.people}-{self.devices}-{self.places}-{self.units}-{self.last}"


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking back a batch came to; ``left`` are rows that somebody had changed since."""

    licence_id: int
    units: int
    holders: int
    left: int


def everybody_holding(*, actor: Actor, licence_id: int) -> Everybody:
    """Who would lose their units if all were released (R-088)."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    return _everybody(Assignment.objects.filter(licence=licence, released_at=None))


def _everybody(rows: QuerySet[Assignment]) -> Everybody:
    found = rows.aggregate(
        people=Count("person"),
        devices=Count("device"),
        places=Count("location") + Count("department"),
        units=Sum("units"),
        last=Max("pk"),
    )
    return Everybody(**{name: int(value or 0) for name, value in found.items()})


def release_everybody(
    *,
    actor: Actor,
    licence_id: int,
    seen: str,
    at: datetime,
    on: date,
    reason: str = "",
    is_deactivated: bool | None = None,
    serves: bool = True,
) -> tuple[Everybody, int]:
    """Release every holder of a licence as one batch; who they were, and the batch.

    ``seen`` is the mark of the holders as they were shown; HoldersChanged if they are others by now. ``serves`` says
    whether those who wait get the units.
    """
    bare = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    with transaction.atomic():
        licence = line_up(actor=actor, licence=bare, at=at, on=on)
        open_rows = Assignment.objects.filter(licence=licence, released_at=None)
        now = _everybody(open_rows)
        if now.mark != seen or not now.units:
            raise HoldersChanged(
                _(
                    "By now %(people)s people and %(devices)s devices hold %(units)s units. Look at them "
                    "again before you release all."
                )
                % {"people": now.people, "devices": now.devices, "units": now.units},
                **asdict(now),
            )
        rows = lock_open(licence, open_rows.values_list("pk", flat=True))
        deed = Deed(actor, licence, at, on, reason, None, "", is_deactivated, serves=serves)
        batch_id = _release_as_batch(deed, rows, RELEASE_ALL, asdict(now))
    return now, batch_id


def release_chosen(
    *, actor: Actor, licence_id: int, assignment_ids: Sequence[int], at: datetime, on: date, reason: str = ""
) -> tuple[int, int]:
    """Release the chosen assignments of a licence as one batch, all or none; units freed, and the batch."""
    bare = bare_licence_for(actor=actor, licence_id=licence_id, permission=CHANGE)
    if not assignment_ids:
        raise NobodyChosen.of(
            "selected", _("Nobody is ticked. Tick the holders whose units are to be released.")
        )
    with transaction.atomic():
        licence = line_up(actor=actor, licence=bare, at=at, on=on)
        rows = lock_open(licence, assignment_ids)
        batch_id = _release_as_batch(Deed(actor, licence, at, on, reason), rows, RELEASE_LIST, {})
    return sum(row.units for row in rows), batch_id


def _release_as_batch(deed: Deed, rows: list[Assignment], kind: str, summary: dict[str, int]) -> int:
    licence = deed.licence
    batch = open_batch(
        actor=deed.actor,
        company_id=licence.company_id,
        at=deed.at,
        kind=kind,
        label=str(licence.product.name),
    )
    units = sum(row.units for row in rows)
    close_batch(
        batch_id=batch.pk,
        summary={**summary, "done": len(rows), "units": units, "licence": licence.pk},
        undo={"licence": licence.pk, "assignments": [row.pk for row in rows]},
    )
    keys = close_seats(deed, rows)
    write_happenings("assignments.released", replace(deed, batch_id=batch.pk), rows, keys)
    return batch.pk


def bulk_batch_for(*, actor: Actor, batch_id: int, licence_id: int | None = None) -> Batch:
    """A batch of assignments or releases, for whoever may assign in its company."""
    batch = batch_for(actor=actor, batch_id=batch_id, permission=CHANGE)
    if batch.kind not in KINDS or licence_id not in (None, batch.undo.get("licence")):
        raise NotFound(_("There is no batch %(batch_id)s.") % {"batch_id": batch_id})
    return batch


def bulk_batches_of(*, actor: Actor, licence_id: int, limit: int = 20) -> list[dict[str, Any]]:
    """The batches of one licence, latest first, without their rows."""
    rows: list[dict[str, Any]] = []
    for kind in KINDS:
        found = batches_visible_to(actor=actor, permission=CHANGE, kind=kind).filter(undo__licence=licence_id)
        columns = ("pk", "kind", "started_at", "actor", "undone_at", "summary__done", "summary__units")
        rows += found.values(*columns)[:limit]
    return sorted(rows, key=lambda batch: -batch["pk"])[:limit]


def undo_batch(*, actor: Actor, batch_id: int, at: datetime, on: date) -> Undone:
    """Take a batch back: what it assigned is released, what it released is assigned again under today's rules.

    What somebody changed since stays as it is and is counted; if nothing is left, or what was released no longer
    fits, nothing is stored.
    """
    batch = bulk_batch_for(actor=actor, batch_id=batch_id)
    bare = bare_licence_for(actor=actor, licence_id=batch.undo["licence"], permission=CHANGE)
    with transaction.atomic():
        if not mark_undone(batch_id=batch.pk, at=at):
            raise AlreadyUndone(_("This was taken back before."))
        licence = line_up(actor=actor, licence=bare, at=at, on=on)
        deed = Deed(actor, licence, at, on, TAKEN_BACK, batch.pk)
        ids: list[int] = batch.undo["assignments"]
        units, holders = (_release if batch.kind == ASSIGN_LIST else _assign_again)(deed, ids)
    return Undone(licence.pk, units, holders, len(ids) - holders)


def _release(deed: Deed, ids: list[int]) -> tuple[int, int]:
    standing = Assignment.objects.filter(pk__in=ids, licence=deed.licence, released_at=None)
    rows = lock_open(deed.licence, standing.values_list("pk", flat=True))
    if not rows:
        raise NothingToUndo(_("Everybody of this batch was released since."))
    keys = close_seats(deed, rows)
    write_happenings("assignments.released", deed, rows, keys)
    return sum(row.units for row in rows), len(rows)


def _assign_again(deed: Deed, ids: list[int]) -> tuple[int, int]:
    rows = Assignment.objects.filter(pk__in=ids, licence=deed.licence).select_related(*HOLDERS)
    open_rows = Assignment.objects.filter(licence=deed.licence, released_at=None)
    holding = {who_of(row) for row in open_rows.only("pk", *HOLDERS)}
    again = [row for row in rows.order_by("pk") if who_of(row) not in holding]
    seats = [Seat(thing, row.units) for row in again if (thing := holder_of(row))]
    if not seats:
        raise NothingToUndo(_("Everybody of this batch holds units again."))
    for seat in seats:
        check_holder(licence=deed.licence, holder=seat.holder)
    made, keys = open_seats(deed, seats)
    write_happenings("assignments.assigned", deed, made, keys)
    return sum(seat.units for seat in seats), len(seats)
