"""Chosen licences taken out of use, everybody who holds them released before, as one step (R-088, R-089)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from trueup.assignments.chosen.seats import (
    close_all,
    ended,
    line_up_all,
    lock_rows,
    open_again,
    open_rows,
    write_all,
)
from trueup.assignments.models import Assignment
from trueup.base.access import Permission
from trueup.jobs.deeds import Answers, Deed, Row, Scene, Told, done, refused, unchanged
from trueup.licences.many import bring_back_licences, gone, retire_licences, see_many
from trueup.licences.models import Licence


def _look(scene: Scene, rows: Sequence[Row]) -> Answers:
    licences = see_many(scene, (row.subject_id for row in rows))
    return _told(scene, rows, licences, list(open_rows(scene, licence_id__in=list(licences))))


def _told(
    scene: Scene, rows: Sequence[Row], licences: dict[int, Licence], held: Sequence[Assignment]
) -> dict[int, Told]:
    if held:
        scene.actor.require(Permission.ASSIGNMENTS_CHANGE, scene.company_id)
    holders: dict[int, list[Assignment]] = {}
    for one in held:
        holders.setdefault(one.licence_id, []).append(one)
    return {
        row.position: _told_of(licences.get(row.subject_id or 0), holders.get(row.subject_id or 0, []))
        for row in rows
    }


def _told_of(licence: Licence | None, held: list[Assignment]) -> Told:
    if licence is None:
        return gone()
    name = str(licence.product.name)
    if licence.retired_at:
        return unchanged(name, _("Retired already."))
    people = sum(one.person_id is not None for one in held)
    words = _("Released: %(people)s people, %(devices)s devices, %(units)s units.") % {
        "people": people,
        "devices": len(held) - people,
        "units": sum(one.units for one in held),
    }
    return done(name, words if held else _("Nobody holds it."), assignments=[one.pk for one in held])


def _retire(scene: Scene, rows: Sequence[Row]) -> Answers:
    licences = line_up_all(scene, {row.subject_id for row in rows if row.subject_id})
    in_use = {pk: one for pk, one in licences.items() if not one.retired_at}
    held = lock_rows(scene, in_use)
    answers = _told(scene, rows, licences, held)
    why = scene.given.get("reason") or _("retired")
    closed = close_all(scene, in_use, held, why, is_deactivated=False)
    if in_use:
        retire_licences(scene=scene, licences=list(in_use.values()))
    write_all("assignments.released", closed)
    return answers


def _bring_back(scene: Scene, rows: Sequence[Row]) -> Answers:
    """Into use again, with the holders of before, under the rules of today."""
    licences = line_up_all(scene, {row.subject_id for row in rows if row.subject_id})
    retired = {pk: one for pk, one in licences.items() if one.retired_at}
    if retired:
        bring_back_licences(scene=scene, licences=list(retired.values()))
    ids = [pk for row in rows if row.subject_id in retired for pk in row.given["assignments"]]
    parts, _again = open_again(scene, retired, ended(scene, ids))
    write_all("assignments.restored", parts)
    return {
        row.position: done(str(retired[row.subject_id].product.name))
        if row.subject_id in retired
        else refused("", _("In use again since: left as it is."))
        for row in rows
    }


RETIRE = Deed("licences.retire", Permission.LICENCES_CHANGE, _look, _retire, _bring_back)
