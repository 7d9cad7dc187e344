"""Giving units to people and devices, and taking them back: the same rules on every path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext, gettext_lazy

from trueup.assignments.models import Assignment
from trueup.assignments.queries import assignment_for
from trueup.assignments.seats import (
    Deed,
    Seat,
    close_seats,
    line_up,
    lock_open,
    name_of,
    open_seats,
    write_happenings,
)
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.catalogue.models import AssetClass
from trueup.devices.models import Device
from trueup.devices.queries import device_for, devices_visible_to
from trueup.licences.metrics import DEVICE, PERSON, metric_named
from trueup.licences.models import Licence
from trueup.licences.queries import bare_licence_for
from trueup.people.models import Person
from trueup.people.queries import people_visible_to, person_for

MOST_UNITS = 2**31 - 1


class WrongHolder(InvalidValue):
    """The metric is not held by that kind of thing."""

    title = gettext_lazy("Not a holder of this licence")


class WrongAssetClass(InvalidValue):
    """The product may not be used where the device stands."""

    title = gettext_lazy("Wrong asset class")


class RegionMismatch(InvalidValue):
    """Licence and holder are in different regions."""

    title = gettext_lazy("Different regions")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is to hold units: ``kind`` is ``person`` or ``device``."""

    kind: str
    id: int


def assign_units(
    *,
    actor: Actor,
    licence_id: int,
    holder: Holder,
    units: int,
    at: datetime,
    on: date,
    reason: str = "",
    exemption: str = "",
) -> Assignment:
    """Give units of a licence to one holder, from now on."""
    holders = [(holder, units)]
    return assign_many(
        actor=actor, licence_id=licence_id, holders=holders, at=at, on=on, reason=reason, exemption=exemption
    )[0]


def assign_many(
    *,
    actor: Actor,
    licence_id: int,
    holders: Sequence[tuple[Holder, int]],
    at: datetime,
    on: date,
    reason: str = "",
    batch_id: int | None = None,
    exemption: str = "",
) -> list[Assignment]:
    """Give units to many holders at once: all of them or none.

    ``exemption`` lets units that wait after a release go to somebody else all the same; it needs a ``reason``.
    """
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=Permission.ASSIGNMENTS_CHANGE)
    found = find_holders(actor=actor, licence=licence, holders=[holder for holder, _ in holders])
    for holder, units in holders:
        check_units(units)
        check_holder(licence=licence, holder=found[holder])
    with transaction.atomic():
        turn = line_up(actor=actor, licence=licence, at=at, on=on)
        deed = Deed(actor, turn, at, on, reason, batch_id, exemption)
        made, keys = open_seats(deed, [Seat(found[holder], units) for holder, units in holders])
        write_happenings("assignments.assigned", deed, made, keys)
    return made


def find_holders(
    *, actor: Actor, licence: Licence, holders: Sequence[Holder]
) -> dict[Holder, Person | Device]:
    """The people and devices of the licence's company; a stranger's is not found."""
    found: dict[Holder, Person | Device] = {}
    people = [holder.id for holder in holders if holder.kind == PERSON]
    devices = [holder.id for holder in holders if holder.kind == DEVICE]
    for person in people_visible_to(actor=actor).filter(company_id=licence.company_id, pk__in=people):
        found[Holder(PERSON, person.pk)] = person
    for device in devices_visible_to(actor=actor).filter(company_id=licence.company_id, pk__in=devices):
        found[Holder(DEVICE, device.pk)] = device
    for holder in holders:
        if holder in found:
            continue
        if holder.kind == PERSON:
            person_for(actor=actor, person_id=holder.id, company_id=licence.company_id)
        elif holder.kind == DEVICE:
            device_for(actor=actor, device_id=holder.id, company_id=licence.company_id)
        raise WrongHolder.of(
            "holder",
            gettext("“%(kind)s” cannot hold units: a person or a device can.") % {"kind": holder.kind},
        )
    return found


def check_units(units: int) -> None:
    """Refuse a number of units nobody can hold."""
    if units < 1 or units > MOST_UNITS:
        raise InvalidValue.of(
            "units",
            gettext("%(units)s units cannot be assigned: a whole number from 1 on can.") % {"units": units},
        )


def check_holder(*, licence: Licence, holder: Person | Device) -> None:
    """Refuse a holder of the wrong kind, region or asset class."""
    kind = PERSON if isinstance(holder, Person) else DEVICE
    metric = metric_named(licence.metric)
    if kind not in metric.holders:
        raise WrongHolder.of(
            "holder",
            gettext("Units of “%(label)s” are held by %(holders)s, not by a %(kind)s.")
            % {"label": metric.label, "holders": " or ".join(sorted(metric.holders)), "kind": kind},
        )
    if holder.region_id != licence.region_id:
        raise RegionMismatch.of(
            "holder",
            gettext(
                "%(holder)s is in another region than the licence. Use a licence of that region, or "
                "correct the region."
            )
            % {"holder": name_of(holder)},
        )
    if isinstance(holder, Device):
        wanted = licence.product.asset_class
        if wanted not in {AssetClass.ALL, holder.environment}:
            raise WrongAssetClass.of(
                "holder",
                gettext("%(name)s is for the %(label)s only; %(hostname)s is not there.")
                % {
                    "name": licence.product.name,
                    "label": AssetClass(wanted).label.lower(),
                    "hostname": holder.hostname,
                },
            )


def release_units(
    *,
    actor: Actor,
    assignment_id: int,
    at: datetime,
    on: date,
    reason: str = "",
    is_deactivated: bool | None = None,
) -> Assignment:
    """End one assignment; its units are free in the same moment, or burnt where the licence says so."""
    assignment = assignment_for(
        actor=actor, assignment_id=assignment_id, permission=Permission.ASSIGNMENTS_CHANGE
    )
    release_many(
        actor=actor,
        licence=assignment.licence,
        assignment_ids=[assignment.pk],
        at=at,
        on=on,
        reason=reason,
        is_deactivated=is_deactivated,
    )
    return assignment_for(actor=actor, assignment_id=assignment_id)


def release_many(
    *,
    actor: Actor,
    licence: Licence,
    assignment_ids: Sequence[int],
    at: datetime,
    on: date,
    reason: str = "",
    batch_id: int | None = None,
    is_deactivated: bool | None = None,
) -> int:
    """End assignments of one licence together: all of them or none."""
    actor.require(Permission.ASSIGNMENTS_CHANGE, licence.company_id)
    with transaction.atomic():
        turn = line_up(actor=actor, licence=licence, at=at, on=on)
        deed = Deed(actor, turn, at, on, reason, batch_id, "", is_deactivated)
        rows = lock_open(deed.licence, assignment_ids)
        keys = close_seats(deed, rows)
        write_happenings("assignments.released", deed, rows, keys)
    return sum(row.units for row in rows)
