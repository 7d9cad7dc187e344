"""The rules on giving units on, as somebody wants them written down, and what refuses a wrong one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.problems import Conflict, InvalidValue
from trueup.licences.models import Licence
from trueup.licences.seat_rules import UnitsOnRelease

MOST_DAYS = 3650
SEAT_RULES = ("cooldown_days", "is_transferable", "one_per_person", "units_on_release")


class NotTransferable(Conflict):
    """The licence is bound to the hardware it is on."""

    title = gettext_lazy("Bound to its hardware")


@dataclass(frozen=True, slots=True)
class SeatTerms:
    """Rules on giving units on; as they stand, there are none."""

    cooldown_days: int | None = None
    is_transferable: bool = True
    one_per_person: bool = False
    units_on_release: str = UnitsOnRelease.FREE

    def checked(self) -> dict[str, Any]:
        """The columns, or a refusal."""
        columns = asdict(self)
        check_seat_rules(columns)
        return columns


def check_seat_rules(rules: Mapping[str, Any]) -> None:
    """Refuse values that are no rules. What is not named is not looked at."""
    days, fate = rules.get("cooldown_days"), rules.get("units_on_release", UnitsOnRelease.FREE)
    if days is not None and not 1 <= days <= MOST_DAYS:
        words = _("%(days)s days cannot be waited: 1 to %(most)s can, or leave it empty for no rule.")
        raise InvalidValue.of("cooldown_days", words % {"days": days, "most": MOST_DAYS})
    if fate not in UnitsOnRelease.values:
        words = _("“%(given)s” cannot become of released units. Known: %(known)s.")
        facts = {"given": fate, "known": ", ".join(UnitsOnRelease.values)}
        raise InvalidValue.of("units_on_release", words % facts)
    for name in ("is_transferable", "one_per_person"):
        if rules.get(name, False) is None:
            raise InvalidValue.of(name, _("Yes or no is needed."))


def refuse_bound(licence: Licence) -> None:
    """Refuse to move units of a licence that is bound to its hardware (R-014)."""
    if licence.is_transferable:
        return
    words = _(
        "“%(product)s” is bound to the hardware it is on: its units cannot move. Release them, and assign a unit "
        "of another licence."
    )
    raise NotTransferable(words % {"product": licence.product.name})
