"""Many seats of several licences in one transaction: licences in line first, in one order, and the chain last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.assignments.finishing import write_happenings
from trueup.assignments.holding import holder_of, who_of
from trueup.assignments.lawful import check_holder
from trueup.assignments.models import HOLDERS, Assignment
from trueup.assignments.seats import Deed, Keys, Seat, close_seats, line_up, open_seats
from trueup.base.problems import Conflict
from trueup.jobs.deeds import Scene
from trueup.licences.many import see_many
from trueup.licences.models import Licence

Parts = list[tuple[Deed, list[Assignment], Keys]]


class GivenOnSince(Conflict):
    """The seats cannot be given back to whoever had them."""

    title = gettext_lazy("Not as it was")


def line_up_all(scene: Scene, licence_ids: Iterable[int]) -> dict[int, Licence]:
    """Wait for our turn at each licence, in the order of ids; the rows as they stand then."""
    found = see_many(scene, set(licence_ids))
    return {
        pk: line_up(actor=scene.actor, licence=found[pk], at=scene.at, on=scene.on) for pk in sorted(found)
    }


def deed_at(
    scene: Scene, licence: Licence, reason: str | None = None, *, is_deactivated: bool | None = None
) -> Deed:
    """The scene as seats take it."""
    why = scene.given.get("reason", "") if reason is None else reason
    return Deed(scene.actor, licence, scene.at, scene.on, why, scene.batch_id, "", is_deactivated)


def open_rows(scene: Scene, **narrow: Any) -> QuerySet[Assignment]:
    """Assignments of the scene's company that stand."""
    rows: QuerySet[Assignment] = Assignment.objects.filter(
        company_id=scene.company_id, released_at=None, **narrow
    )
    return rows.select_related(*HOLDERS, "licence__product").order_by("pk")


def lock_rows(scene: Scene, licences: Iterable[int], **narrow: Any) -> list[Assignment]:
    """Those of licences at which we have our turn, locked."""
    rows = open_rows(scene, licence_id__in=list(licences), **narrow)
    return list(rows.select_for_update(of=("self",)))


def close_all(
    scene: Scene,
    licences: dict[int, Licence],
    rows: Sequence[Assignment],
    reason: str | None = None,
    *,
    is_deactivated: bool | None = None,
) -> Parts:
    """End assignments of several licences; what happened is written by the caller, last."""
    parts: Parts = []
    for pk, licence in licences.items():
        mine = [row for row in rows if row.licence_id == pk]
        if mine:
            deed = deed_at(scene, licence, reason, is_deactivated=is_deactivated)
            parts.append((deed, mine, close_seats(deed, mine)))
    return parts


def open_again(
    scene: Scene, licences: dict[int, Licence], rows: Sequence[Assignment]
) -> tuple[Parts, dict[int, Assignment]]:
    """Give ended assignments again under the rules of today; the new one of each old one's id."""
    parts: Parts = []
    again: dict[int, Assignment] = {}
    for pk, licence in licences.items():
        mine = [row for row in rows if row.licence_id == pk]
        seats = [Seat(thing, row.units) for row in mine if (thing := holder_of(row))]
        for seat in seats:
            check_holder(licence=licence, holder=seat.holder)
        if seats:
            deed = deed_at(scene, licence, _("taken back"))
            made, keys = open_seats(deed, seats)
            parts.append((deed, made, keys))
            again |= {row.pk: new for row, new in zip(mine, made, strict=True)}
    return parts, again


def write_all(event: str, parts: Parts) -> None:
    """One audit entry for each assignment of each licence; last in a transaction."""
    for deed, rows, keys in parts:
        write_happenings(event, deed, rows, keys)


def ended(scene: Scene, ids: Iterable[int]) -> list[Assignment]:
    """Assignments by id, released ones included."""
    rows = Assignment.objects.filter(company_id=scene.company_id, pk__in=list(ids)).order_by("pk")
    return list(rows.select_related(*HOLDERS, "licence__product"))


def refuse_held_again(scene: Scene, rows: Sequence[Assignment]) -> None:
    """Whoever holds units of the licence again needs none given back."""
    pairs = {(row.licence_id, *who_of(row)) for row in rows}
    held = open_rows(scene, licence_id__in={row.licence_id for row in rows})
    if pairs & {(row.licence_id, *who_of(row)) for row in held}:
        raise GivenOnSince(_("Holds units of the licence again: left as it is."))


def units_words(units: int, licences: int) -> str:
    """How much somebody holds."""
    words = ngettext("%(units)s units of %(n)s licence", "%(units)s units of %(n)s licences", licences)
    return words % {"units": units, "n": licences}
