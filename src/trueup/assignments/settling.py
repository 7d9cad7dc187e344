"""What is held by one person or device, over all licences: named, so that somebody says what becomes of it, and released
together in one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assignments.finishing import write_happenings
from trueup.assignments.models import Assignment
from trueup.assignments.seats import Deed, Keys, close_seats, line_up, lock_open
from trueup.base.actor import Actor
from trueup.base.problems import Conflict
from trueup.devices.models import Device
from trueup.people.models import Person

NAMED_AT_MOST = 100


class HoldingsUnsettled(Conflict):
    """Units are held, and nobody said what becomes of them."""

    title = gettext_lazy("Holds units")


@dataclass(frozen=True, slots=True)
class Closed:
    """The assignments of one licence that ended together, with the keys they gave back."""

    deed: Deed
    rows: tuple[Assignment, ...]
    keys: Keys


def held_by(thing: Person | Device) -> list[Assignment]:
    """What the person or device holds now, by licence: the order in which licences are locked."""
    column = "person" if isinstance(thing, Person) else "device"
    rows = Assignment.objects.filter(released_at=None, **{column: thing})
    return list(rows.select_related("licence__product").order_by("licence_id", "pk"))


def refuse_unsettled(held: Collection[Assignment]) -> None:
    """Name what is held, for whoever has to say what becomes of it."""
    if not held:
        return
    names = [f"{row.licence.product.name} ({row.units})" for row in held]
    words = _("Units are held: %(names)s. Say of each what becomes of it.")
    raise HoldingsUnsettled(
        words % {"names": ", ".join(names[:5])},
        holdings=[
            {
                "assignment": row.pk,
                "licence": row.licence_id,
                "name": row.licence.product.name,
                "units": row.units,
            }
            for row in list(held)[:NAMED_AT_MOST]
        ],
    )


def close_held(
    *,
    actor: Actor,
    held: Iterable[Assignment],
    at: datetime,
    on: date,
    reason: str,
    is_deactivated: bool | None = None,
) -> list[Closed]:
    """End assignments of several licences in the caller's transaction, licence by licence in the order of their ids.

    The entries are written by :func:`write_closed`, last of all, since they lock the company's chain.
    """
    by_licence: dict[int, list[Assignment]] = {}
    for row in held:
        by_licence.setdefault(row.licence_id, []).append(row)
    closed = []
    for licence_id in sorted(by_licence):
        turn = line_up(actor=actor, licence=by_licence[licence_id][0].licence, at=at, on=on)
        deed = Deed(actor, turn, at, on, reason, None, "", is_deactivated)
        rows = lock_open(turn, [row.pk for row in by_licence[licence_id]])
        closed.append(Closed(deed, tuple(rows), close_seats(deed, rows)))
    return closed


def write_closed(closed: Iterable[Closed], *, passed_on: Collection[int] = ()) -> None:
    """One entry for each assignment that ended. Units of those ``passed_on`` are not for whoever waits."""
    for one in closed:
        deed = replace(one.deed, serves=not any(row.pk in passed_on for row in one.rows))
        write_happenings("assignments.released", deed, one.rows, one.keys)
