"""Units of one licence for every chosen person or device, or for every row of a long list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from trueup.assignments.bulk import judge_assign, judge_release, plan_assign_list
from trueup.assignments.chosen.seats import (
    close_all,
    deed_at,
    ended,
    line_up_all,
    lock_rows,
    open_again,
    refuse_held_again,
    write_all,
)
from trueup.assignments.finishing import write_happenings
from trueup.assignments.holding import holder_of, name_of
from trueup.assignments.models import Assignment
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import Item, Listing, Outcome
from trueup.assignments.seats import Seat, close_seats, line_up, lock_open, open_seats
from trueup.base.access import Permission
from trueup.jobs.deeds import Answers, Deed, Row, Scene, Told, done, refused, unchanged
from trueup.licences.queries import bare_licence_for

CHANGE = Permission.ASSIGNMENTS_CHANGE
NOTHING_TO_DO = {Outcome.ALREADY_HOLDS, Outcome.HOLDS_NOTHING, Outcome.REPEATED}
Wishes = Callable[[Scene, Sequence[Row]], list[Wish]]


def _chosen(kind: str) -> Wishes:
    def wishes(scene: Scene, rows: Sequence[Row]) -> list[Wish]:
        units = scene.given["units"]
        return [Wish(units=units, kind=kind, id=row.subject_id, row=row.position) for row in rows]

    return wishes


def _written(_scene: Scene, rows: Sequence[Row]) -> list[Wish]:
    return [
        Wish(name=row.given["name"], units=row.given["units"], kind=row.given["kind"], row=row.position)
        for row in rows
    ]


def _told(plan: Listing) -> Answers:
    return {item.wish.row: _told_of(item) for item in plan.items}


def _told_of(item: Item) -> Told:
    name = name_of(item.holder) if item.holder else item.wish.name
    if item.outcome in NOTHING_TO_DO:
        return unchanged(name, item.detail)
    if item.outcome not in {Outcome.READY, Outcome.DONE}:
        return refused(name, item.detail)
    return done(name, item.detail, assignment=item.assignment_id, units=item.units)


def assigning(kind: str, wishes: Wishes) -> Deed:
    """The deed that gives units of ``given["licence_id"]``."""

    def look(scene: Scene, rows: Sequence[Row]) -> Answers:
        plan = plan_assign_list(
            actor=scene.actor,
            licence_id=scene.given["licence_id"],
            wishes=wishes(scene, rows),
            on=scene.on,
            is_list=False,
        )
        return _told(plan)

    def carry_out(scene: Scene, rows: Sequence[Row]) -> Answers:
        bare = bare_licence_for(actor=scene.actor, licence_id=scene.given["licence_id"], permission=CHANGE)
        licence = line_up(actor=scene.actor, licence=bare, at=scene.at, on=scene.on)
        free = None if licence.is_unlimited else licence.granted - licence.held
        plan = judge_assign(scene.actor, licence, wishes(scene, rows), free=free, on=scene.on)
        deed = deed_at(scene, licence)
        seats = [Seat(item.holder, item.units) for item in plan.ready if item.holder]
        if not seats:
            return _told(plan)
        made, keys = open_seats(deed, seats)
        write_happenings("assignments.assigned", deed, made, keys)
        return _told(plan.done(made, scene.batch_id or 0))

    return Deed(kind, CHANGE, look, carry_out, release_given)


def release_given(scene: Scene, rows: Sequence[Row]) -> Answers:
    """Take given units back, of whoever still holds them."""
    ids = {row.given["assignment"]: row.position for row in rows}
    known = {row.pk: row for row in ended(scene, ids)}
    licences = line_up_all(scene, {row.licence_id for row in known.values()})
    standing = lock_rows(scene, licences, pk__in=list(ids))
    told = {ids[pk]: unchanged(_name(row), _("Released since.")) for pk, row in known.items()}
    told |= {ids[row.pk]: done(_name(row)) for row in standing}
    write_all("assignments.released", close_all(scene, licences, standing, _("taken back")))
    return told


def _name(row: Assignment) -> str:
    return name_of(holder_of(row))


def _look_release(scene: Scene, rows: Sequence[Row]) -> Answers:
    licence = bare_licence_for(actor=scene.actor, licence_id=scene.given["licence_id"], permission=CHANGE)
    return _told(judge_release(scene.actor, licence, _written(scene, rows)))


def _release_written(scene: Scene, rows: Sequence[Row]) -> Answers:
    bare = bare_licence_for(actor=scene.actor, licence_id=scene.given["licence_id"], permission=CHANGE)
    licence = line_up(actor=scene.actor, licence=bare, at=scene.at, on=scene.on)
    plan = judge_release(scene.actor, licence, _written(scene, rows))
    standing = lock_open(licence, (item.assignment_id for item in plan.ready if item.assignment_id))
    if not standing:
        return _told(plan)
    deed = deed_at(scene, licence)
    keys = close_seats(deed, standing)
    write_happenings("assignments.released", deed, standing, keys)
    return _told(plan.done(standing, scene.batch_id or 0))


def give_back_one(scene: Scene, rows: Sequence[Row]) -> Answers:
    """Take releases of single assignments back."""
    ids = {row.given["assignment"]: row.position for row in rows}
    known = ended(scene, ids)
    licences = line_up_all(scene, {row.licence_id for row in known})
    refuse_held_again(scene, known)
    parts, _again = open_again(scene, licences, known)
    write_all("assignments.restored", parts)
    return {ids[row.pk]: done(_name(row)) for row in known}


ASSIGN_PEOPLE = assigning("assignments.assign_people", _chosen("person"))
ASSIGN_DEVICES = assigning("assignments.assign_devices", _chosen("device"))
ASSIGN_ROWS = assigning("assignments.assign_rows", _written)
RELEASE_ROWS = Deed("assignments.release_rows", CHANGE, _look_release, _release_written, give_back_one)
