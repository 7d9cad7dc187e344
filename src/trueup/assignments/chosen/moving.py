"""Chosen holders moved from their licence to another one: released here and assigned there in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from trueup.assignments.bulk import judge_assign
from trueup.assignments.chosen.seats import (
    close_all,
    deed_at,
    ended,
    line_up_all,
    lock_rows,
    open_again,
    open_rows,
    refuse_held_again,
    write_all,
)
from trueup.assignments.holding import holder_of, name_of, who_of
from trueup.assignments.models import Assignment
from trueup.assignments.naming import Wish
from trueup.assignments.outcomes import Listing
from trueup.assignments.seats import Seat, open_seats
from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.jobs.deeds import Answers, Deed, Row, Scene, Told, done, refused, unchanged
from trueup.licences.models import Licence
from trueup.licences.queries import bare_licence_for

CHANGE = Permission.ASSIGNMENTS_CHANGE


def _look(scene: Scene, rows: Sequence[Row]) -> Answers:
    target = _target(scene)
    free = None if target.is_unlimited else target.granted - target.held
    standing = list(open_rows(scene, pk__in=[row.subject_id for row in rows]))
    return _told(rows, standing, _plan(scene, target, rows, standing, free))


def _target(scene: Scene) -> Licence:
    target = bare_licence_for(actor=scene.actor, licence_id=scene.given["licence_id"], permission=CHANGE)
    if target.company_id != scene.company_id or target.retired_at:
        raise InvalidValue.of("licence_id", _("Units cannot be moved to that licence. Choose another one."))
    return target


def _plan(
    scene: Scene, target: Licence, rows: Sequence[Row], standing: Sequence[Assignment], free: int | None
) -> Listing:
    """The moved seats as an assignment list of the target."""
    known = {one.pk: one for one in standing}
    wishes = [
        Wish(
            units=one.units,
            kind=who_of(one)[0],
            id=who_of(one)[1],
            row=row.position,
        )
        for row in rows
        if (one := known.get(row.subject_id or 0))
        and one.licence_id != target.pk
        and one.licence.is_transferable
    ]
    return judge_assign(scene.actor, target, wishes, free=free, on=scene.on)


def _told(rows: Sequence[Row], standing: Sequence[Assignment], plan: Listing) -> dict[int, Told]:
    known = {one.pk: one for one in standing}
    items = {item.wish.row: item for item in plan.items}
    ready = {item.wish.row for item in (*plan.ready, *plan.finished)}
    told: dict[int, Told] = {}
    for row in rows:
        one = known.get(row.subject_id or 0)
        name = name_of(holder_of(one)) if one else ""
        if one is None:
            told[row.position] = unchanged("", _("Released since."))
        elif not one.licence.is_transferable:
            told[row.position] = refused(name, _("Bound to the hardware it is on."))
        elif row.position not in items:
            told[row.position] = unchanged(name, _("Holds units of that licence."))
        elif row.position not in ready:
            told[row.position] = refused(name, items[row.position].detail)
        else:
            told[row.position] = done(name, was=one.pk, now=items[row.position].assignment_id)
    return told


def _move(scene: Scene, rows: Sequence[Row]) -> Answers:
    target, ids = _target(scene), [row.subject_id for row in rows]
    from_licences = open_rows(scene, pk__in=ids).values_list("licence_id", flat=True)
    licences = line_up_all(scene, {target.pk, *from_licences})
    target = licences[target.pk]
    free = None if target.is_unlimited else target.granted - target.held
    standing = lock_rows(scene, licences, pk__in=ids)
    plan = _plan(scene, target, rows, standing, free)
    moved = {item.wish.row for item in plan.ready}
    places = {row.subject_id: row.position for row in rows}
    leaving = [one for one in standing if places[one.pk] in moved]
    if not leaving:
        return _told(rows, standing, plan)
    closed = close_all(scene, licences, leaving)
    deed = deed_at(scene, target)
    made, keys = open_seats(deed, [Seat(item.holder, item.units) for item in plan.ready if item.holder])
    write_all("assignments.released", closed)
    write_all("assignments.assigned", [(deed, made, keys)])
    return _told(rows, standing, plan.done(made, scene.batch_id or 0))


def _move_back(scene: Scene, rows: Sequence[Row]) -> Answers:
    """Back to the licence they came from, where they still hold what they were moved to."""
    now = {row.given["now"]: row for row in rows}
    known = {one.pk: one for one in ended(scene, [*now, *(row.given["was"] for row in rows)])}
    licences = line_up_all(scene, {one.licence_id for one in known.values()})
    standing = lock_rows(scene, licences, pk__in=list(now))
    back = [known[now[one.pk].given["was"]] for one in standing]
    refuse_held_again(scene, back)
    closed = close_all(scene, licences, standing, _("taken back"))
    opened, _again = open_again(scene, licences, back)
    write_all("assignments.released", closed)
    write_all("assignments.restored", opened)
    still = {one.pk for one in standing}
    return {
        row.position: done("") if pk in still else refused("", _("Released since: left as it is."))
        for pk, row in now.items()
    }


MOVE_SEATS = Deed("assignments.move_seats", CHANGE, _look, _move, _move_back)
