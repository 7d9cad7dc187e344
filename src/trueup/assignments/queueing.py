"""Whoever waits for units comes before everybody else: asked under the lock of the licence wherever units are given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import ngettext

from trueup.assignments.holding import who
from trueup.assignments.models import Waiting
from trueup.licences.balances import NotEnoughUnits
from trueup.licences.metrics import noun
from trueup.licences.models import Licence

if TYPE_CHECKING:
    from trueup.assignments.seats import Deed, Seat


def queue_of(licence: Licence) -> QuerySet[Waiting]:
    """Who waits for units of a licence, the first in line first."""
    rows: QuerySet[Waiting] = Waiting.objects.filter(licence=licence, ended_at=None)
    return rows.order_by("pk")


def theirs(holders: Iterable[tuple[str, int]]) -> Q:
    """Places in the line of these holders, by kind and number."""
    wanted = Q(pk=None)
    for kind, number in holders:
        if kind in {"person", "device"}:
            wanted |= Q(**{f"{kind}_id": number})
    return wanted


def refuse_ahead(deed: Deed, seats: Sequence[Seat], *, drawn: int) -> None:
    """Refuse to give units past those who wait. Units drawn from a reservation were never theirs.

    Raises NotEnoughUnits with how many wait.
    """
    licence, wanted = deed.licence, sum(seat.units for seat in seats) - drawn
    if not licence.waiting or licence.is_unlimited or deed.is_ahead or wanted <= 0:
        return
    n = queue_of(licence).exclude(theirs(who(seat.holder) for seat in seats)).count()
    if not n:
        return
    words = ngettext(
        "%(units)s %(metric)s asked for, and %(n)s holder waits for units of this licence: it comes first. Put them on "
        "the waiting list, or buy more.",
        "%(units)s %(metric)s asked for, and %(n)s holders wait for units of this licence: they come first. Put them on "
        "the waiting list, or buy more.",
        n,
    )
    free = licence.granted - licence.held - licence.reserved
    raise NotEnoughUnits(
        words % {"units": wanted, "metric": noun(licence.metric, wanted), "n": n},
        asked=wanted, free=free, purchased=licence.granted, waiting=n,
    )  # fmt: skip
