"""What pick-lists offer: to a licence only who may hold it, to a holder only licences with units free for it.

Offering is a courtesy; the rules are asked again when units are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from licensing.register import metrics
from trueup.assignments.holding import kind_of
from trueup.assignments.models import Assignment
from trueup.base.actor import Actor
from trueup.base.searching import rank
from trueup.catalogue.models import AssetClass
from trueup.devices.models import Device
from trueup.devices.queries import devices_matching, devices_to_browse
from trueup.licences.metrics import LOCATION, SITE, may_hold
from trueup.licences.models import Licence
from trueup.licences.queries import LicenceOnDay, licences_visible_to
from trueup.licences.searching import LICENCE_WORDS
from trueup.people.models import Person
from trueup.people.queries import people_matching
from trueup.tenancy.models import Department, Location
from trueup.tenancy.queries import departments_visible_to, locations_visible_to

CHOICES = 20


def people_offered(*, actor: Actor, licence: Licence, words: str, limit: int = CHOICES) -> list[Person]:
    """People of the licence's company and region, by any words of theirs."""
    return people_matching(
        actor=actor, company_id=licence.company_id, words=words, limit=limit, region_id=licence.region_id
    )


def devices_offered(*, actor: Actor, licence: Licence, words: str, limit: int = CHOICES) -> list[Device]:
    """Devices of the licence's company, region and asset class, by any words of theirs."""
    asset_class = licence.product.asset_class
    return devices_matching(
        actor=actor,
        company_id=licence.company_id,
        words=words,
        limit=limit,
        region_id=licence.region_id,
        environment=None if asset_class == AssetClass.ALL else asset_class,
    )


@dataclass(frozen=True, slots=True)
class Browse:
    """What somebody looks for among the devices, and how far they have paged; the region is the licence's unless named."""

    words: str = ""
    kind: str = ""
    region_id: int | None = None
    location_id: int | None = None
    start: int = 0


def browse_devices(
    *, actor: Actor, licence: Licence, browse: Browse, limit: int = CHOICES
) -> tuple[list[Device], int]:
    """A page of the devices of the licence's asset class, and how many there are in all (R-052). Those of another region
    are shown to whoever looks there; they cannot hold units of the licence.
    """
    narrow: dict[str, object] = {"region_id": browse.region_id or licence.region_id}
    if licence.product.asset_class != AssetClass.ALL:
        narrow["environment"] = licence.product.asset_class
    if browse.kind:
        narrow["kind"] = browse.kind
    if browse.location_id is not None:
        narrow["location_id"] = browse.location_id
    rows = devices_to_browse(actor=actor, company_id=licence.company_id, words=browse.words, narrow=narrow)
    count = rows.order_by().count()
    return list(rows[browse.start : browse.start + limit]), count


def places_offered(
    *, actor: Actor, licence: Licence, kind: str, words: str, limit: int = CHOICES
) -> list[Location | Department]:
    """Locations of the licence's company and region, or its departments, by any part of the name."""
    rows: QuerySet[Any]
    if kind == LOCATION:
        rows = locations_visible_to(actor=actor).filter(region_id=licence.region_id)
    else:
        rows = departments_visible_to(actor=actor)
    rows = rows.filter(company_id=licence.company_id, name__icontains=words.strip())
    return list(rows[:limit])


def _covered_by_site(holder: Person | Device) -> Exists:
    """Whether the place where a holder is holds the site licence. Departments above are asked when units are given."""
    rows = Assignment.objects.filter(released_at=None, licence=OuterRef("pk"))
    here = Q(location_id=holder.location_id, location__isnull=False)
    return Exists(rows.filter(here | Q(department_id=holder.department_id, department__isnull=False)))


def licences_offered(
    *, actor: Actor, holder: Person | Device, words: str, on: date, limit: int = CHOICES
) -> list[LicenceOnDay]:
    """Licences the holder may be given a unit of: of its company, region and asset class, held in its way, with units
    free (K-011, K-012), and not held already. One query.
    """
    kind = kind_of(holder)
    held = Assignment.objects.filter(released_at=None, licence=OuterRef("pk"), **{f"{kind}_id": holder.pk})
    rows = licences_visible_to(actor=actor, on=on).filter(
        ~Exists(held),
        Q(unlimited=True) | Q(free__gt=0) | (Q(metric=SITE) & _covered_by_site(holder)),
        company_id=holder.company_id,
        region_id=holder.region_id,
        retired_at=None,
        product__retired_at=None,
        metric__in=[metric.name for metric in metrics() if kind in may_hold(metric.name)],
    )
    if isinstance(holder, Device):
        rows = rows.filter(product__asset_class__in=[AssetClass.ALL, holder.environment])
    if words.strip():
        rows = rows.filter(LICENCE_WORDS.matching(words)).order_by(
            rank(words, "pk", "product__name").desc(), "product__name", "pk"
        )
    else:
        rows = rows.order_by("product__name", "pk")
    return list(rows.select_related("product__publisher", "edition")[:limit])
