"""Keys go with the assignment: the next free one is taken with the seat, and given back or burnt with it.

Both work in the caller's transaction, while it holds the licence's row, and write no entry: the caller's entry names
the keys.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext, gettext_lazy

from trueup.base.problems import Conflict
from trueup.licences.models import KeyState, Licence, LicenceKey
from trueup.licences.seat_rules import OnRelease


class NoFreeKey(Conflict):
    """The licence gives each seat a key of its own, and has none left."""

    title = gettext_lazy("No free key")


def take_keys(*, licence: Licence, seats: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
    """Take the next free keys for (assignment, units), one a unit and kind of key; ids of keys by assignment.

    A licence without keys for seats gives none, and refuses nobody.
    """
    of_seats = LicenceKey.objects.filter(licence_id=licence.pk, per_seat=True)
    kinds = list(
        of_seats.exclude(state=KeyState.SUPERSEDED).order_by("kind").values_list("kind", flat=True).distinct()
    )
    taken: dict[int, list[int]] = defaultdict(list)
    needed = sum(units for _, units in seats)
    for kind in kinds:
        free = of_seats.filter(kind=kind, state=KeyState.FREE).order_by("pk").select_for_update()
        keys = list(free[:needed])
        if len(keys) < needed:
            raise NoFreeKey(
                gettext(
                    "%(needed)s keys asked for, %(keys)s free. Seal more keys under this licence, or release "
                    "a seat."
                )
                % {"needed": needed, "keys": len(keys)},
                asked=needed,
                free=len(keys),
            )
        owners = (assignment_id for assignment_id, units in seats for _ in range(units))
        for key, assignment_id in zip(keys, owners, strict=True):
            key.state, key.assignment_id = KeyState.TAKEN, assignment_id
            taken[assignment_id].append(key.pk)
        LicenceKey.objects.bulk_update(keys, ["state", "assignment_id"], batch_size=1000)
    return dict(taken)


def give_back_keys(*, licence: Licence, assignment_ids: Sequence[int]) -> dict[int, list[int]]:
    """Free or burn the keys of ended assignments, as the licence says; ids of keys by assignment."""
    held = LicenceKey.objects.filter(
        licence_id=licence.pk, state=KeyState.TAKEN, assignment_id__in=list(assignment_ids)
    )
    given: dict[int, list[int]] = defaultdict(list)
    for key_id, assignment_id in held.order_by("pk").values_list("pk", "assignment_id"):
        given[assignment_id].append(key_id)
    if not given:
        return {}
    if licence.keys_on_release == OnRelease.BURN:
        held.update(state=KeyState.BURNT)  # it keeps its assignment: who had it stays known
    else:
        held.update(state=KeyState.FREE, assignment_id=None)
    return dict(given)
