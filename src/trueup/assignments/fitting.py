"""Which rows of a list still fit, one after another: free units, keys for seats, units that wait for somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from trueup.assignments.cooling import Kept, cooling_of
from trueup.assignments.holding import Thing, kind_of, who
from trueup.assignments.outcomes import Item, Outcome
from trueup.assignments.reserves import Reserves, reserves_of
from trueup.assignments.sites import takes_units
from trueup.licences.models import KeyState, Licence, LicenceKey
from trueup.tenancy.models import Policy


@dataclass(slots=True)
class Room:
    """What is left as a list goes on; empty where nothing limits it. ``for_anybody`` leaves out what waits, ``keys`` are
    those for seats. Holders of a department draw on its ``reserves`` first.
    """

    units: int | None
    for_anybody: int | None
    keys: int | None
    kept: Kept
    reserves: Reserves
    licence: Licence

    @property
    def left(self) -> int | None:
        """Units that anybody may still be given."""
        return min((one for one in (self.units, self.keys) if one is not None), default=None)

    def refusal(self, item: Item) -> Item | None:
        """Why the row does not fit any more; else the row takes its units."""
        if item.holder is None or not takes_units(self.licence, kind_of(item.holder)):
            return None
        draw = self.reserves.offer(item.holder, item.units)
        own = min(item.units, self.kept.by_holder.get(who(item.holder), 0))
        asked, wanted = item.units - draw.units, item.units - draw.units - own
        if (self.units is not None and asked > self.units) or (
            self.keys is not None and item.units > self.keys
        ):
            left = max(self.left or 0, 0)
            words = _("%(units)s asked for, %(room)s left at this row.") % {"units": item.units, "room": left}
            return Item(item.wish, Outcome.DOES_NOT_FIT, words, item.holder, item.units)
        if self.for_anybody is not None and wanted > max(self.for_anybody, 0):
            words = _("Free units were given back too lately; the next may go to somebody else on %(day)s.")
            words %= {"day": self.kept.until}
            return Item(item.wish, Outcome.TOO_SOON, words, item.holder, item.units)
        self.reserves.take(draw)
        self.units = None if self.units is None else self.units - asked
        self.keys = None if self.keys is None else self.keys - item.units
        self.for_anybody = None if self.for_anybody is None else self.for_anybody - wanted
        return None


def room_in(
    *, licence: Licence, free: int | None, on: date, is_exempt: bool, things: Iterable[Thing] = ()
) -> Room:
    """What a licence has left on the day; ``free`` is what is not held, and empty where it is unlimited. Of it what is
    reserved is for the ``things`` of the department, and all of it for those who wait.
    """
    kept = Kept() if is_exempt else cooling_of(licence=licence, on=on)
    if free is not None:
        free = 0 if licence.waiting else free - licence.reserved
    limits = licence.policy == Policy.BLOCK or licence.reserved or licence.waiting
    return Room(
        units=free if limits else None,
        for_anybody=free - kept.units if kept.units and free is not None else None,
        keys=_free_keys(licence),
        kept=kept,
        reserves=reserves_of(licence, things) if licence.reserved else Reserves(),
        licence=licence,
    )


def fitting(items: Iterable[Item], room: Room) -> Iterable[Item]:
    """The rows with room taken up in the order of the list; a smaller one may still fit after one that did not."""
    for item in items:
        yield item if item.outcome != Outcome.READY else room.refusal(item) or item


def _free_keys(licence: Licence) -> int | None:
    """For how many units there are keys; empty where seats get none."""
    keys = LicenceKey.objects.filter(licence=licence, per_seat=True).exclude(state=KeyState.SUPERSEDED)
    kinds = keys.order_by().values("kind").annotate(free=Count("pk", filter=Q(state=KeyState.FREE)))
    return min((kind["free"] for kind in kinds), default=None)
