"""Which rows of a list still fit, one after another: free units, keys for seats, units that wait for somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from trueup.assignments.cooling import Kept, cooling_of
from trueup.assignments.holding import kind_of, who
from trueup.assignments.outcomes import Item, Outcome
from trueup.assignments.sites import takes_units
from trueup.licences.models import KeyState, Licence, LicenceKey
from trueup.tenancy.models import Policy


@dataclass(slots=True)
class Room:
    """What is left as a list goes on; empty where nothing limits it. ``for_anybody`` leaves out what waits."""

    units: int | None
    for_anybody: int | None
    kept: Kept
    licence: Licence

    def refusal(self, item: Item) -> Item | None:
        """Why the row does not fit any more; else the row takes its units."""
        if item.holder and not takes_units(self.licence, kind_of(item.holder)):
            return None
        own = min(item.units, self.kept.by_holder.get(who(item.holder), 0)) if item.holder else 0
        wanted = item.units - own
        if self.units is not None and item.units > self.units:
            left = max(self.units, 0)
            words = _("%(units)s asked for, %(room)s left at this row.") % {"units": item.units, "room": left}
            return Item(item.wish, Outcome.DOES_NOT_FIT, words, item.holder, item.units)
        if self.for_anybody is not None and wanted > max(self.for_anybody, 0):
            words = _("Free units were given back too lately; the next may go to somebody else on %(day)s.")
            words %= {"day": self.kept.until}
            return Item(item.wish, Outcome.TOO_SOON, words, item.holder, item.units)
        if self.units is not None:
            self.units -= item.units
        if self.for_anybody is not None:
            self.for_anybody -= wanted
        return None


def room_in(*, licence: Licence, free: int | None, on: date, is_exempt: bool) -> Room:
    """What a licence has left on the day; ``free`` is empty where it is unlimited."""
    kept = Kept() if is_exempt else cooling_of(licence=licence, on=on)
    left = free if licence.policy == Policy.BLOCK else None
    units = min((one for one in (left, _free_keys(licence)) if one is not None), default=None)
    return Room(units, free - kept.units if kept.units and free is not None else None, kept, licence)


def fitting(items: Iterable[Item], room: Room) -> Iterable[Item]:
    """The rows with room taken up in the order of the list; a smaller one may still fit after one that did not."""
    for item in items:
        yield item if item.outcome != Outcome.READY else room.refusal(item) or item


def _free_keys(licence: Licence) -> int | None:
    """For how many units there are keys; empty where seats get none."""
    keys = LicenceKey.objects.filter(licence=licence, per_seat=True).exclude(state=KeyState.SUPERSEDED)
    kinds = keys.order_by().values("kind").annotate(free=Count("pk", filter=Q(state=KeyState.FREE)))
    return min((kind["free"] for kind in kinds), default=None)
