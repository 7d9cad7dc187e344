"""What may not be taken away from a licence: units that are held, that are held back, or that it never had."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import Conflict
from trueup.licences.metrics import noun
from trueup.licences.models import Licence, Purchase
from trueup.licences.reserved import reserved_words
from trueup.tenancy.models import Policy


class StillHeld(Conflict):
    """More units are held than would be left."""

    title = gettext_lazy("Units are still held")


def refuse_negative_days(
    *, licence: Licence, extra: Purchase | None = None, without: int | None = None
) -> None:
    """Refuse a line after which some day would grant less than nothing."""
    lines = [line for line in Purchase.objects.filter(licence=licence, voided_at=None) if line.pk != without]
    turns: dict[date, int] = {}
    for line in [*lines, *([extra] if extra else [])]:
        turns[line.valid_from] = turns.get(line.valid_from, 0) + line.units
        if line.valid_until is not None:
            turns[line.valid_until] = turns.get(line.valid_until, 0) - line.units
    granted = 0
    for day in sorted(turns):
        granted += turns[day]
        if granted < 0:
            raise StillHeld(
                _(
                    "From %(day)s on the reductions would take more than there is (%(granted)s units). Give "
                    "the reduction an end no later than the lines it reduces."
                )
                % {"day": day, "granted": granted},
                day=str(day),
            )


def refuse_if_short(licence: Licence, granted: int, *, strict: bool, unlimited: bool) -> None:
    """Refuse to fall below what is held, or held back, under the policy block; time is never refused (not ``strict``)."""
    if not strict or granted >= licence.granted or unlimited or licence.policy != Policy.BLOCK:
        return
    if licence.reserved and granted < licence.held + licence.reserved:
        raise StillHeld(still_reserved(licence, granted), held=licence.held, reserved=licence.reserved)
    if granted < licence.held:
        raise StillHeld(
            _(
                "%(held)s %(metric)s are held and only %(granted)s would be left. Release some first, or "
                "set the licence's policy to allow."
            )
            % {"held": licence.held, "metric": noun(licence.metric, licence.held), "granted": granted},
            held=licence.held,
            left=granted,
        )


def still_reserved(licence: Licence, granted: int) -> str:
    """Why no fewer units may be granted: some are held, and some held back."""
    words = _(
        "%(held)s units are held, %(reserved)s reserved, and only %(granted)s would be left. End a reservation first. "
        "%(list)s"
    )
    facts = {"held": licence.held, "reserved": licence.reserved, "granted": granted}
    return words % {**facts, "list": reserved_words(licence.pk)}
