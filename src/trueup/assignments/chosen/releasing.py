"""Everything that chosen people or devices hold, and chosen assignments of a licence, released."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from trueup.assignments.chosen.giving import give_back_one
from trueup.assignments.chosen.seats import (
    close_all,
    ended,
    line_up_all,
    lock_rows,
    open_again,
    open_rows,
    refuse_held_again,
    units_words,
    write_all,
)
from trueup.assignments.holding import holder_of, name_of
from trueup.assignments.models import Assignment
from trueup.base.access import Permission
from trueup.devices.queries import devices_visible_to
from trueup.jobs.deeds import Answers, Deed, Row, Scene, Told, done, refused, unchanged
from trueup.people.queries import people_visible_to

CHANGE = Permission.ASSIGNMENTS_CHANGE
Names = Callable[[Scene, Iterable[int | None]], dict[int, str]]


def _people(scene: Scene, ids: Iterable[int | None]) -> dict[int, str]:
    rows = people_visible_to(actor=scene.actor).filter(company_id=scene.company_id, pk__in=list(ids))
    return dict(rows.values_list("pk", "name"))


def _devices(scene: Scene, ids: Iterable[int | None]) -> dict[int, str]:
    rows = devices_visible_to(actor=scene.actor).filter(company_id=scene.company_id, pk__in=list(ids))
    return dict(rows.values_list("pk", "hostname"))


def _told(
    scene: Scene, rows: Sequence[Row], names: Names, held: Iterable[Assignment], holder: str
) -> Answers:
    """What each holds, in words; who holds nothing needs nothing done."""
    known = names(scene, [row.subject_id for row in rows])
    theirs: dict[int, list[Assignment]] = {}
    for one in held:
        theirs.setdefault(getattr(one, holder), []).append(one)
    return {row.position: _told_of(row, known, theirs.get(row.subject_id or 0, [])) for row in rows}


def _told_of(row: Row, known: dict[int, str], held: list[Assignment]) -> Told:
    name = known.get(row.subject_id or 0)
    if name is None:
        return refused("", _("Not there any more."))
    if not held:
        return unchanged(name, _("Holds nothing."))
    words = units_words(sum(one.units for one in held), len(held))
    return done(name, words, assignments=[one.pk for one in held])


def releasing(kind: str, names: Names, holder: str) -> Deed:
    """The deed that releases all that the chosen ones hold."""

    def narrow(rows: Sequence[Row]) -> dict[str, Any]:
        return {f"{holder}__in": [row.subject_id for row in rows]}

    def look(scene: Scene, rows: Sequence[Row]) -> Answers:
        return _told(scene, rows, names, open_rows(scene, **narrow(rows)), holder)

    def carry_out(scene: Scene, rows: Sequence[Row]) -> Answers:
        of_licences = open_rows(scene, **narrow(rows)).values_list("licence_id", flat=True)
        licences = line_up_all(scene, set(of_licences))
        standing = lock_rows(scene, licences, **narrow(rows))
        answers = _told(scene, rows, names, standing, holder)
        write_all("assignments.released", close_all(scene, licences, standing))
        return answers

    return Deed(kind, CHANGE, look, carry_out, give_back)


def give_back(scene: Scene, rows: Sequence[Row]) -> Answers:
    """Give everything again that was released, under the rules of today."""
    ids = [pk for row in rows for pk in row.given["assignments"]]
    known = ended(scene, ids)
    licences = line_up_all(scene, {row.licence_id for row in known})
    refuse_held_again(scene, known)
    parts, _again = open_again(scene, licences, known)
    write_all("assignments.restored", parts)
    return {row.position: done("") for row in rows}


def _look_at_seats(scene: Scene, rows: Sequence[Row]) -> Answers:
    return _told_seats(rows, open_rows(scene, pk__in=[row.subject_id for row in rows]))


def _told_seats(rows: Sequence[Row], standing: Iterable[Assignment]) -> Answers:
    known = {one.pk: one for one in standing}
    return {
        row.position: done(
            name_of(holder_of(one)), units_words(one.units, 1), assignment=one.pk, units=one.units
        )
        if (one := known.get(row.subject_id or 0))
        else unchanged("", _("Released since."))
        for row in rows
    }


def _release_seats(scene: Scene, rows: Sequence[Row]) -> Answers:
    ids = [row.subject_id for row in rows]
    licences = line_up_all(scene, set(open_rows(scene, pk__in=ids).values_list("licence_id", flat=True)))
    standing = lock_rows(scene, licences, pk__in=ids)
    answers = _told_seats(rows, standing)
    write_all("assignments.released", close_all(scene, licences, standing))
    return answers


RELEASE_PEOPLE = releasing("assignments.release_people", _people, "person_id")
RELEASE_DEVICES = releasing("assignments.release_devices", _devices, "device_id")
RELEASE_SEATS = Deed("assignments.release_seats", CHANGE, _look_at_seats, _release_seats, give_back_one)
