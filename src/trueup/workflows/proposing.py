"""Which licence a step takes its units from, and who holds them: by the rule of the product, the region and the kind of holder.

Among licences that may be held here, one with room is taken before one without; of several, the one written down first. That
is looked at anew when the workflow is finished, so a licence that ran full meanwhile is not insisted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from licensing.register import metrics
from trueup.assignments.holding import kind_of
from trueup.assignments.models import Assignment
from trueup.assignments.proposing import proposal_for
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.catalogue.models import AssetClass
from trueup.devices.models import Device
from trueup.licences.metrics import CONCURRENT, may_hold
from trueup.licences.queries import LicenceOnDay, licences_visible_to
from trueup.people.models import Person


@dataclass(frozen=True, slots=True)
class Source:
    """A licence, who is to hold its units, and how many."""

    licence: LicenceOnDay
    holder: Person | Device
    units: int

    @property
    def has_room(self) -> bool:
        """Whether so many units are free today."""
        return self.licence.free is None or self.licence.free >= self.units


def source_of(
    *, actor: Actor, product_id: int, holders: Sequence[Person | Device], units: int | None, on: date
) -> Source | None:
    """Where the units come from; of several holders the first that can, best with room. None where no licence fits."""
    found = [
        Source(licence, holder, units or _units(licence, holder, on))
        for holder in holders
        for licence in _licences(actor, product_id, holder, on)
    ]
    return next((one for one in found if one.has_room), found[0] if found else None)


def _licences(actor: Actor, product_id: int, holder: Person | Device, on: date) -> list[LicenceOnDay]:
    """Licences of the product that may be held so. Those for simultaneous use are checked out, never kept."""
    kind = kind_of(holder)
    names = [one.name for one in metrics() if kind in may_hold(one.name) and one.name != CONCURRENT]
    rows = licences_visible_to(actor=actor, on=on).filter(
        company_id=holder.company_id, region_id=holder.region_id, product_id=product_id, retired_at=None,
        has_ended=False, metric__in=names,
    )  # fmt: skip
    if isinstance(holder, Device):
        rows = rows.filter(product__asset_class__in=[AssetClass.ALL, holder.environment])
    return list(rows.select_related("product", "edition").order_by("pk"))


def _units(licence: LicenceOnDay, holder: Person | Device, on: date) -> int:
    if not isinstance(holder, Device):
        return 1
    return proposal_for(licence=licence, device=holder, on=on).units or 1


def holds_product(*, actor: Actor, product_id: int, holders: Sequence[Person | Device]) -> bool:
    """Whether one of them holds units of the product already."""
    theirs = Q(pk=None)
    for holder in holders:
        theirs |= Q(**{f"{kind_of(holder)}_id": holder.pk})
    rows = Assignment.objects.visible_to(actor, Permission.LICENCES_VIEW)
    return bool(rows.filter(theirs, released_at=None, licence__product_id=product_id).exists())
