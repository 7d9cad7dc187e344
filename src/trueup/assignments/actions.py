"""Giving units to people and devices, and taking them back: the same rules on every path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from trueup.assignments.models import Assignment
from trueup.assignments.queries import assignment_for
from trueup.audit.actions import Happening, record_many
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue
from trueup.catalogue.models import AssetClass
from trueup.devices.models import Device
from trueup.devices.queries import device_for, devices_visible_to
from trueup.licences.balances import free_units, hold_units
from trueup.licences.keys.holding import give_back_keys, take_keys
from trueup.licences.metrics import DEVICE, PERSON, metric_named
from trueup.licences.models import Licence
from trueup.licences.queries import bare_licence_for
from trueup.people.models import Person
from trueup.people.queries import people_visible_to, person_for

MOST_UNITS = 2**31 - 1


class WrongHolder(InvalidValue):
    """The metric is not held by that kind of thing."""

    title = "Not a holder of this licence"


class WrongAssetClass(InvalidValue):
    """The product may not be used where the device stands."""

    title = "Wrong asset class"


class RegionMismatch(InvalidValue):
    """Licence and holder are in different regions."""

    title = "Different regions"


class AlreadyHeld(Conflict):
    """The holder has units of the licence already."""

    title = "Held already"


class NotHeld(Conflict):
    """The assignment was released before."""

    title = "Released already"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is to hold units: ``kind`` is ``person`` or ``device``."""

    kind: str
    id: int


def assign_units(
    *, actor: Actor, licence_id: int, holder: Holder, units: int, at: datetime, on: date, reason: str = ""
) -> Assignment:
    """Give units of a licence to one holder, from now on."""
    return assign_many(
        actor=actor, licence_id=licence_id, holders=[(holder, units)], at=at, on=on, reason=reason
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
) -> list[Assignment]:
    """Give units to many holders at once: all of them or none."""
    licence = bare_licence_for(actor=actor, licence_id=licence_id, permission=Permission.ASSIGNMENTS_CHANGE)
    found = _find_holders(actor, licence, [holder for holder, _ in holders])
    for holder, units in holders:
        _check_units(units)
        _check_holder(licence, found[holder])
    rows = [_assignment(licence, found[holder], units, actor, at, reason) for holder, units in holders]
    try:
        with transaction.atomic():
            made = Assignment.objects.bulk_create(rows, batch_size=1000)
            parts = [(assignment.pk, assignment.units) for assignment in made]
            hold_units(
                licence_id=licence.pk,
                units=sum(units for _, units in parts),
                assignment_ids=parts,
                actor=actor,
                on=on,
                at=at,
            )
            keys = take_keys(licence=licence, seats=parts)
            happenings = [_happening("assignments.assigned", licence, one, keys=keys) for one in made]
            record_many(
                actor=actor, company_id=licence.company_id, at=at, happenings=happenings, batch_id=batch_id
            )
    except IntegrityError as taken:
        if "holds_once" in str(taken):
            raise AlreadyHeld(
                "The holder has units of this licence already. Change the number of units of that assignment instead."
            ) from taken
        raise
    return made


def _find_holders(actor: Actor, licence: Licence, holders: Sequence[Holder]) -> dict[Holder, Person | Device]:
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
        raise WrongHolder.of("holder", f"“{holder.kind}” cannot hold units: a person or a device can.")
    return found


def _check_units(units: int) -> None:
    if units < 1 or units > MOST_UNITS:
        raise InvalidValue.of("units", f"{units} units cannot be assigned: a whole number from 1 on can.")


def _check_holder(licence: Licence, holder: Person | Device) -> None:
    kind = PERSON if isinstance(holder, Person) else DEVICE
    metric = metric_named(licence.metric)
    if kind not in metric.holders:
        raise WrongHolder.of(
            "holder",
            f"Units of “{metric.label}” are held by {' or '.join(sorted(metric.holders))}, not by a {kind}.",
        )
    if holder.region_id != licence.region_id:
        name = holder.name if isinstance(holder, Person) else holder.hostname
        raise RegionMismatch.of(
            "holder",
            f"{name} is in another region than the licence. Use a licence of that region, or correct the region.",
        )
    if isinstance(holder, Device):
        wanted = licence.product.asset_class
        if wanted not in {AssetClass.ALL, holder.environment}:
            raise WrongAssetClass.of(
                "holder",
                f"{licence.product.name} is for the {AssetClass(wanted).label.lower()} only; {holder.hostname} is not there.",
            )


def _assignment(
    licence: Licence, holder: Person | Device, units: int, actor: Actor, at: datetime, reason: str
) -> Assignment:
    return Assignment(
        company_id=licence.company_id,
        licence=licence,
        person=holder if isinstance(holder, Person) else None,
        device=holder if isinstance(holder, Device) else None,
        units=units,
        assigned_at=at,
        assigned_by=actor.name,
        reason=reason.strip()[:500],
    )


def release_units(
    *, actor: Actor, assignment_id: int, at: datetime, on: date, reason: str = ""
) -> Assignment:
    """End one assignment; its units are free in the same moment."""
    assignment = assignment_for(
        actor=actor, assignment_id=assignment_id, permission=Permission.ASSIGNMENTS_CHANGE
    )
    release_many(
        actor=actor, licence=assignment.licence, assignment_ids=[assignment.pk], at=at, on=on, reason=reason
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
) -> int:
    """End assignments of one licence together: all of them or none."""
    actor.require(Permission.ASSIGNMENTS_CHANGE, licence.company_id)
    with transaction.atomic():
        open_rows = list(
            Assignment.objects.select_for_update(of=("self",))
            .filter(pk__in=assignment_ids, licence=licence, released_at=None)
            .select_related("person", "device")
            .order_by("pk")
        )
        if len(open_rows) != len(set(assignment_ids)):
            raise NotHeld("Some of it was released before. Load the page again to see who still holds units.")
        Assignment.objects.filter(pk__in=assignment_ids).update(
            released_at=at, released_by=actor.name, release_reason=reason.strip()[:500]
        )
        parts = [(row.pk, row.units) for row in open_rows]
        units: int = sum(part for _, part in parts)
        free_units(licence_id=licence.pk, units=units, assignment_ids=parts, actor=actor, on=on, at=at)
        keys = give_back_keys(licence=licence, assignment_ids=[row.pk for row in open_rows])
        happenings = [
            _happening("assignments.released", licence, row, reason=reason, keys=keys) for row in open_rows
        ]
        record_many(
            actor=actor, company_id=licence.company_id, at=at, happenings=happenings, batch_id=batch_id
        )
    return units


def _happening(
    event: str, licence: Licence, assignment: Assignment, *, keys: Mapping[int, list[int]], reason: str = ""
) -> Happening:
    holder = (
        assignment.person.name
        if assignment.person
        else assignment.device.hostname
        if assignment.device
        else ""
    )
    details = {
        "assignment": assignment.pk,
        "units": assignment.units,
        "holder": holder,
        "person": assignment.person_id,
        "device": assignment.device_id,
        **({"reason": reason} if reason else {}),
        **({"key_ids": keys[assignment.pk]} if assignment.pk in keys else {}),
    }
    return Happening(event, "licence", licence.pk, str(licence.product.name), details)
